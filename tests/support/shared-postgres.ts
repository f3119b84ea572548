import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { Secret } from '#core/secret.ts';
import { asAdministrator, serveNewCluster, urlOf } from './postgres.ts';
import { sharedFolderVariable } from './run-folder.ts';
import { createDatabase, prepareDatabase } from './tables.ts';

/** Each of four files has several hubs at once, with a pool each. */
const connectionsMax = 300;
const waitTurns = 600;
const turnMs = 100;

export interface SharedPostgres {
  /** A database that nobody else has; of today's version, or with nothing in it. */
  database(content: 'migrated' | 'empty'): Promise<Secret>;
  /** Removes the databases that were made. */
  clear(): Promise<void>;
}

let count = 0;

/**
 * One Postgres for all files of a run, as starting one costs what twenty databases cost. The first file that needs it
 * starts it; it outlives the process of that file, and `end-of-run.ts` stops it.
 */
export async function sharedPostgres(): Promise<SharedPostgres> {
  const folder = process.env[sharedFolderVariable] ?? '';
  if (isFirst(folder)) await open(folder);
  else await opened(folder);
  const made: string[] = [];
  return {
    async database(content) {
      const name = `test_${process.pid}_${++count}`;
      made.push(name);
      await asAdministrator(
        folder,
        `create database ${name}${content === 'empty' ? '' : ' template migrated'}`,
      );
      return new Secret(urlOf(folder, name));
    },
    async clear() {
      for (const name of made.splice(0))
        await asAdministrator(folder, `drop database if exists ${name} with (force)`);
    },
  };
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function open(folder: string): Promise<void> {
  try {
    await serveNewCluster(folder, connectionsMax);
    await asAdministrator(folder, 'create database migrated');
    const place = { postgresUrl: new Secret(urlOf(folder, 'migrated')) };
    const db = createDatabase(place);
    await prepareDatabase({ clock: systemClock(), logger: silentLogger() }, db, place);
    await db.destroy();
    writeFileSync(join(folder, 'opened'), '');
  } catch (error) {
    writeFileSync(join(folder, 'failed'), String(error));
    throw error;
  }
}

async function opened(folder: string): Promise<void> {
  for (let turn = 0; turn < waitTurns; turn++) {
    if (existsSync(join(folder, 'opened'))) return;
    if (existsSync(join(folder, 'failed'))) throw new Error(readFileSync(join(folder, 'failed'), 'utf8'));
    await pause(turnMs);
  }
  throw new Error(`no Postgres opened in ${folder}`);
}
