import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { makeFolder } from './files/make-folder.ts';
import { requirePlainFolder } from './files/plain-folder.ts';
import { makePrivateFile } from './files/private-file.ts';
import type { Schema } from './schema.ts';

/** Older copies are removed. */
export const backupsMax = 3;

/** Writes a consistent, durable copy to `backups/` beside the database, named by its schema version. */
export async function backUp(db: Kysely<Schema>, file: string, version: number): Promise<string> {
  const folder = join(dirname(file), 'backups');
  makeFolder(folder, 0o700);
  requirePlainFolder(folder);
  const copy = join(folder, `${basename(file, '.db')}-schema-${String(version).padStart(4, '0')}.db`);
  const unfinished = `${copy}.unfinished`;
  rmSync(unfinished, { force: true });
  // VACUUM INTO accepts an existing empty file, and keeps its permissions.
  makePrivateFile(unfinished);
  await sql`vacuum into ${unfinished}`.execute(db);
  // VACUUM INTO doesn't sync its output; the copy must be on the disk before anything is changed.
  sync(unfinished);
  renameSync(unfinished, copy);
  sync(folder);
  removeOldest(folder);
  return copy;
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function removeOldest(folder: string): void {
  const copies = readdirSync(folder)
    .filter((name) => name.endsWith('.db'))
    .sort();
  for (const name of copies.slice(0, -backupsMax)) rmSync(join(folder, name));
}
