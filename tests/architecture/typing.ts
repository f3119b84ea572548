/**
 * What takes types on trust: casts (`as`, but `as const`, and `<Type>value`), `any`, `!`, and functions that declare a
 * type (`value is Type`). Counted in the syntax tree, so that words in texts and comments are none.
 */
import { parseSync } from 'vite';
import { lineAt } from './scan.ts';

export interface TypedFile {
  path: string;
  text: string;
}

export type Trust = 'cast' | 'any' | '!' | 'predicate';

export interface Trusted {
  trust: Trust;
  path: string;
  line: number;
  text: string;
}

/** Throws for a file that can't be read as TypeScript. */
export function trustedIn({ path, text }: TypedFile): Trusted[] {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const found: Trusted[] = [];
  const look = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const trust = Array.isArray(node) ? undefined : trustOf(node);
    if (trust) found.push({ trust, path, ...placeOf(node, text) });
    for (const inner of Object.values(node)) look(inner);
  };
  look(program);
  return found;
}

export interface CastRule {
  /** In a thousand lines. */
  castsMax: number;
  /** Casts by folder when the rule was set: tells which are new. */
  before: Readonly<Record<string, number>>;
}

/** Nothing where the rule is kept; else what to do, and where the casts of the folders that have more stand. */
export function tooManyCasts(trusted: readonly Trusted[], linesCount: number, rule: CastRule): string[] {
  const casts = trusted.filter(({ trust }) => trust === 'cast');
  const perThousand = (casts.length / linesCount) * 1_000;
  if (perThousand <= rule.castsMax) return [];
  const byFolder = Map.groupBy(casts, ({ path }) => folderOf(path));
  const grown = [...byFolder].filter(([folder, inside]) => inside.length > (rule.before[folder] ?? 0));
  return [
    `${perThousand.toFixed(3)} casts in a thousand lines, ${rule.castsMax} may be: ${advice}`,
    ...grown.flatMap(([folder, inside]) => [
      `${folder} has ${inside.length}, and had ${rule.before[folder] ?? 0}:`,
      ...inside.map(({ path, line, text }) => `${path}:${line} ${text}`),
    ]),
  ];
}

const advice =
  'parse what comes from outside (zod), look at its fields as unknown (fieldsOf of #core/fields-of.ts), or give the value its type where it is made.';

export function linesIn(files: readonly TypedFile[]): number {
  return files.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0);
}

/** "src/audio", "plugins/github", "config" */
export function folderOf(path: string): string {
  const [top = '', second = '', ...deeper] = path.split('/');
  return deeper.length > 0 ? `${top}/${second}` : top;
}

function trustOf(node: object): Trust | undefined {
  const type = Reflect.get(node, 'type');
  if (type === 'TSTypeAssertion') return 'cast';
  if (type === 'TSAsExpression') return isConst(Reflect.get(node, 'typeAnnotation')) ? undefined : 'cast';
  if (type === 'TSAnyKeyword') return 'any';
  if (type === 'TSNonNullExpression') return '!';
  return type === 'TSTypePredicate' ? 'predicate' : undefined;
}

function isConst(annotation: { typeName?: { name?: string } }): boolean {
  return annotation.typeName?.name === 'const';
}

function placeOf(node: object, text: string): { line: number; text: string } {
  const [start, end] = [Reflect.get(node, 'start'), Reflect.get(node, 'end')];
  const words = text.slice(start, end).replace(/\s+/g, ' ');
  return { line: lineAt(text, start), text: words.length > 100 ? `${words.slice(0, 99)}…` : words };
}
