import { camelCase } from '#core/text/camel-case.ts';

/** The files of a folder that `npm run new` makes, and the list it is added to. */
export interface Kind {
  /** The word to type: `npm run new -- command …`. */
  readonly kind: string;
  readonly name: NameRule;
  /** The folder, which must not exist yet; relative to the repository's root, like all paths here. */
  folderOf(name: string): string;
  /** Texts by path. */
  filesOf(name: string): Readonly<Record<string, string>>;
  /** One of `filesOf`: fails until the work is done, and says what to do. */
  testOf(name: string): string;
  lineOf(name: string): Line;
  /** The page that explains the rest. */
  readonly page: string;
}

export interface NameRule {
  readonly pattern: RegExp;
  /** The rule as a sentence. */
  readonly words: string;
}

/** An import and an entry in a list that is kept by hand. */
export interface Line {
  readonly path: string;
  readonly specifier: string;
  readonly identifier: string;
  /** The list's entry; by default the identifier. */
  readonly entry?: string;
  /** `sorted`: by its first word; otherwise directly before the entry that begins with the named one. */
  readonly place: 'sorted' | { readonly before: string };
}

/** Why it can't be done, and what to do instead. Thrown before anything is written. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** "thread-archive" → "ThreadArchive" */
export function pascalCase(name: string): string {
  return camelCase(`-${name}`);
}

const lineWidth = 110;

/** A test that fails with a sentence until somebody writes the real one. */
export function firstTest(subject: string, sentence: string): string {
  const call = `  expect.fail('${sentence}');`;
  const fits = call.length <= lineWidth;
  return `import { expect, test } from 'vitest';

test('${subject}', () => {
${fits ? call : `  expect.fail(\n    '${sentence}',\n  );`}
});
`;
}
