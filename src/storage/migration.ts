import type { Kysely } from 'kysely';

/** One step up. Runs in a transaction of its own; never changed once released. */
export interface Migration {
  /** One sequence of numbers for all owners: each step takes the next. */
  version: number;
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
  up(db: Kysely<any>): Promise<void>;
}

/** The steps of all owners in the order to run them. Throws when a number is given twice or left out. */
export function inOrder(migrations: readonly Migration[]): readonly Migration[] {
  const ordered = migrations.toSorted((a, b) => a.version - b.version);
  const next = (ordered.at(-1)?.version ?? 0) + 1;
  for (const [index, { version, name }] of ordered.entries()) {
    const before = ordered[index - 1];
    if (before?.version === version)
      throw new Error(
        `the migrations “${before.name}” and “${name}” both have number ${version}: the newer one takes ${next}, in its file's name too`,
      );
    if (version !== index + 1)
      throw new Error(
        `no migration has number ${index + 1}, and “${name}” has ${version}: numbers go up by one, in the names of files too`,
      );
  }
  return ordered;
}
