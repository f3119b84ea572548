import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Logger } from '#core/logger.ts';
import { storageErrors } from './errors.ts';

export interface LostDatabaseInit {
  stateDir: string;
  /** `hub.db` there */
  file: string;
  /** Where artifacts are, if not in the state folder. */
  artifactsDir?: string | undefined;
  /** What a hub leaves there only after its database was there. */
  stateNames: readonly string[];
  /** `storage.beginAnew`: for one start. */
  beginAnew: boolean;
}

/** Says that `beginAnew` has had its one start. */
const usedFile = 'begun-anew';

/**
 * Refuses to begin with an empty database where a hub has run before: it would forget what it may have sent, and clear
 * away the artifacts that nothing names any more. Throws STORAGE_DATABASE_MISSING. Call it while the folder is ours.
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

/** The option counts once; it counts again after a start without it. */
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
    // Damaged, or not readable: whoever opens it to use it says how.
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
    // Not there.
    return false;
  }
}

function newestBackup(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const copies = readdirSync(folder).filter((name) => name.endsWith('.db'));
  const newest = copies.sort().at(-1);
  return newest && join(folder, newest);
}
