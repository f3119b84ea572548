import { posix } from 'node:path';
import { targetOf } from './floors.ts';
import type { SourceFile } from './scan.ts';

/** An import from one room of a folder to another; a room is a folder in it, or a file that lies beside them. */
interface Arrow {
  from: string;
  to: string;
  /** "src/a/b.ts:3 imports src/a/c/d.ts" */
  text: string;
}

/** With more folders than this, the README of a service has to say in which order they lie. */
const unorderedMax = 2;

/** "| `outbox/` | …" */
const listedFolder = /^\| `([\w-]+)\/` \|/gm;

/** The folders of a service as its README lists them, lowest first. */
export function orderIn(readme: string): string[] {
  return [...readme.matchAll(listedFolder)].map(([, name = '']) => name);
}

/** What keeps the folders of `area`, such as `src/audio`, from lying in the order of its README. */
export function orderProblems(
  files: readonly SourceFile[],
  area: string,
  readme: string | undefined,
): string[] {
  const folders = foldersIn(files, area);
  const page = `${area}/README.md`;
  if (readme === undefined)
    return folders.length <= unorderedMax
      ? []
      : [`${page} is missing: list there what each of ${folders.join(', ')} is, the lowest first`];
  const order = orderIn(readme);
  return [
    ...folders
      .filter((name) => !order.includes(name))
      .map((name) => `${page} does not list \`${name}/\`: put it below all that import it`),
    ...order
      .filter((name) => !folders.includes(name))
      .map((name) => `${page} lists \`${name}/\`, which is gone`),
    ...arrowsIn(files, area)
      .filter(({ from, to }) => order.includes(from) && order.indexOf(to) > order.indexOf(from))
      .map(({ from, to, text }) => `${text}: ${from} lies below ${to}. ${cure(page)}`),
  ];
}

/** Rooms of one folder that import each other in a circle, in every folder of the tree that has folders. */
export function circles(files: readonly SourceFile[]): string[] {
  const parents = new Set(files.map(({ path }) => posix.dirname(posix.dirname(path))));
  return [...parents].sort().flatMap((parent) => {
    const arrows = arrowsIn(files, parent);
    const knots = new Map<string, Arrow[]>();
    for (const arrow of arrows) {
      // Files beside each other are the linter's.
      if (![arrow.from, arrow.to].some((room) => !room.endsWith('.ts'))) continue;
      if (!reaches(arrows, arrow.to, arrow.from)) continue;
      const way = `${arrow.from} → ${arrow.to}`;
      knots.set(way, [...(knots.get(way) ?? []), arrow]);
    }
    return [...knots].map(
      ([way, [first]]) =>
        `${first?.text}: ${way} is part of a circle in ${parent}. ${cure(`${parent}/README.md`)}`,
    );
  });
}

function cure(page: string): string {
  return `Move what both need to the lower folder, pass it in as an argument, or, where the order is wrong, change ${page}`;
}

function foldersIn(files: readonly SourceFile[], parent: string): string[] {
  const rooms = files.map(({ path }) => roomOf(path, parent)).filter((room) => room !== undefined);
  return [...new Set(rooms)].filter((room) => !room.endsWith('.ts')).sort();
}

function arrowsIn(files: readonly SourceFile[], parent: string): Arrow[] {
  return files.flatMap(({ path, imports }) =>
    imports.flatMap(({ specifier, line }): Arrow[] => {
      const from = roomOf(path, parent);
      const target = from && targetOf(path, specifier);
      const to = target && roomOf(target, parent);
      if (!from || !to || from === to) return [];
      return [{ from, to, text: `${path}:${line} imports ${target}` }];
    }),
  );
}

function roomOf(path: string, parent: string): string | undefined {
  return path.startsWith(`${parent}/`) ? path.slice(parent.length + 1).split('/')[0] : undefined;
}

function reaches(arrows: readonly Arrow[], start: string, end: string): boolean {
  const seen = new Set([start]);
  for (const room of seen) for (const { from, to } of arrows) if (from === room) seen.add(to);
  return seen.has(end);
}
