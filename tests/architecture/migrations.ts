import type { Migration } from '#storage/migration.ts';
import { hashOf } from './emitted-sql.ts';

/**
 * Hashes of what each migration sends to either engine, by number. A line is added with its migration and never
 * changed: hubs that have the database already won't run it again.
 */
export const releasedHashes: Readonly<Record<number, string>> = {
  1: 'f85fa1bc90e9cbd9',
  2: 'ff33289c92d4dcb1',
  3: '628f8ea812dd2338',
  4: '15de4097caa05231',
  5: 'ecc414c9edeb6c26',
  6: '1005320c29f18eb5',
  7: '0a3adda93226fae8',
  8: 'b74ecad422b9e95f',
  9: '321b4f52362ee63d',
  10: 'f35812fee22504cf',
  11: 'd6408cef4ad08f5a',
  12: 'bcfac2274720e9a6',
  13: '3742e0ae8dc88eff',
  14: '44173a27eead791b',
  15: '8bb0241588a66bb9',
  16: '7416230ede9c960d',
  17: 'bf4233b6708497dd',
  18: 'f9571b935f13cb57',
  19: '56ba16891c0e61d2',
  20: 'bc91caca4138c579',
  21: 'd8bc6360e532044d',
  22: '8a55c785d65c885e',
  23: 'c5295aebe03db572',
};

/** `fileOf` names a migration's file by its number. */
export async function migrationProblems(
  migrations: readonly Migration[],
  hashes: Readonly<Record<number, string>>,
  fileOf: (version: number) => string,
): Promise<string[]> {
  const next = Math.max(0, ...migrations.map(({ version }) => version)) + 1;
  const problems = await Promise.all(
    migrations.map(async (migration) => {
      const { version } = migration;
      const hash = await hashOf(migration);
      if (hashes[version] === hash) return [];
      const file = fileOf(version);
      if (hashes[version] === undefined)
        return [
          `${file} is new: add the line \`${version}: '${hash}',\` to tests/architecture/migrations.ts`,
        ];
      return [
        `${file} was changed after the fact, and databases that have it would not follow: undo that, and add a new migration with number ${next} instead`,
      ];
    }),
  );
  const present = new Set(migrations.map(({ version }) => version));
  const gone = Object.keys(hashes).filter((version) => !present.has(Number(version)));
  return [
    ...problems.flat(),
    ...gone.map((version) => `migration ${version} is gone, and databases have it: bring it back`),
  ];
}
