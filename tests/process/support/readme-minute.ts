import { readFile } from 'node:fs/promises';

const readme = new URL('../../../README.md', import.meta.url);

/** One thing that README tells people to do. */
export type Told =
  | { kind: 'guild' | 'join' | 'press' | 'choose'; name: string }
  | { kind: 'type'; line: string };

/** Marks of what README tells to do, as they stand in its lines. */
const marks =
  /[Ii]n \*\*(?<guild>\w+)\*\*|`(?<line>\/[^`]+)`|join \*(?<join>\w+)\*|press \*\*(?<press>[^*]+)\*\*|choose \*\*(?<choose>\w+)\*\*/g;

/** The numbered lines of “Hear it in one minute”. */
export async function minuteOfReadme(): Promise<string[]> {
  const text = await readFile(readme, 'utf8');
  const from = text.indexOf('## Hear it in one minute');
  const part = text.slice(from, text.indexOf('\n## ', from));
  return [...part.matchAll(/^\d\. ((?:.|\n {3})+)/gm)].map(([, line = '']) => line.replace(/\s+/g, ' '));
}

export function toldBy(line: string): Told[] {
  return [...line.matchAll(marks)].flatMap(({ groups = {} }): Told[] =>
    Object.entries(groups).flatMap(([kind, name]): Told[] => {
      if (name === undefined) return [];
      if (kind === 'line') return [{ kind: 'type', line: name }];
      return kind === 'guild' || kind === 'join' || kind === 'press' || kind === 'choose'
        ? [{ kind, name }]
        : [];
    }),
  );
}
