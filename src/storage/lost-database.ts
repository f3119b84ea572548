import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Logger } from '#core/logger.ts';
import { storageErrors } from './errors.ts';

export interface LostDatabaseInit {
  stateDir: string;
  /** `hub.db` in the state folder. */
  file: string;
  /** The folder of artifacts, if outside the state folder. */
  artifactsDir?: string | undefined;
  /** Files that a hub makes there only after its database existed. */
  stateNames: readonly string[];
  /** `storage.beginAnew`: applies to one start. */
  beginAnew: boolean;
}

/** Exists once `beginAnew` has had its one start. */
const usedFile = 'begun-anew';

/**
 * Refuses to begin with an empty database where a hub has run before: the new hub would forget what it may have sent,
 * and remove the artifacts that nothing names any more. Throws STORAGE_DATABASE_MISSING. Call it while this process
 * owns the folder.
 */
export function refuseLostDatabase(init: LostDatabaseInit, logger: Logger): void {
  const mayBegin = takeBeginAnew(init, logger);
  const { stateDir, file, artifactsDir, stateNames } = init;
  if (hasTables(file)) return;
  const places = [...stateNames.map((name) => join(stateDir, name)), ...(artifactsDir ? [artifactsDir] : [])];
  const found = places.find(holdsSomething);
  if (found === undefined) return;
  if (!mayBegin)
    throw storageErrors.STORAGE_DATABASE_MISSING({
      file,
      found,
      backup: newestBackup(join(stateDir, 'backups')),
    });
  logger.warn({ file, found }, 'the hub begins with an empty database, as storage.beginAnew asks');
}

/** The option applies once; after a start without it, it applies once again. */
function takeBeginAnew({ stateDir, beginAnew }: LostDatabaseInit, logger: Logger): boolean {
  const used = join(stateDir, usedFile);
  if (!beginAnew) {
    rmSync(used, { force: true });
    return false;
  }
  if (!existsSync(used)) {
    writeFileSync(used, '', { mode: 0o600, flush: true });
    return true;
  }
  logger.warn('storage.beginAnew has had its one start and counts no more: remove it');
  return false;
}

function hasTables(file: string): boolean {
  if (!existsSync(file)) return false;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    return database.prepare('select 1 from sqlite_schema limit 1').get() !== undefined;
  } catch {
    // Damaged or unreadable: opening it for use will report that.
    return true;
  } finally {
    database?.close();
  }
}

function holdsSomething(path: string): boolean {
  try {
    const stats = statSync(path);
    return stats.isDirectory() ? readdirSync(path).length > 0 : stats.size > 0;
  } catch {
    // The file doesn't exist.
    return false;
  }
}

function newestBackup(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const copies = readdirSync(folder).filter((name) => name.endsWith('.db'));
  const newest = copies.sort().at(-1);
  return newest && join(folder, newest);
}
