import { execSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemChance, systemClock } from '#core/clock.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import { silentLogger } from '#core/logger.ts';
import { Storage, type StorageInit } from '#storage/storage.ts';
import { rejection } from '../support/rejection.ts';
import { serviceMigrations, stateNames, storesOf } from '../support/tables.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const grant = { guildId: '1', discordRoleId: '7', role: 'publisher' as const };

function stateFolder(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return folder.path;
}

/** Starts once with this and stops; answers what it kept. */
async function once(stateDir: string, more: Partial<StorageInit> = {}): Promise<unknown[]> {
  const storage = new Storage(
    { clock: systemClock(), chance: systemChance(), logger: silentLogger() },
    { migrations: serviceMigrations, stateNames, stateDir, ...more },
  );
  try {
    await storage.start();
    const kept = await storesOf(storage).grants.list('1');
    await storesOf(storage).grants.put(grant);
    return kept;
  } finally {
    await storage.stop();
  }
}

async function refusal(stateDir: string, more: Partial<StorageInit> = {}): Promise<GuildmeshError> {
  const error = await rejection(once(stateDir, more));
  if (!isGuildmeshError(error)) throw error;
  expect(error.code).toBe('STORAGE_DATABASE_MISSING');
  return error;
}

function loseDatabase(stateDir: string): void {
  for (const name of ['hub.db', 'hub.db-wal', 'hub.db-shm']) rmSync(join(stateDir, name), { force: true });
}

const traces: Record<string, (stateDir: string) => void> = {
  'node.key': (stateDir) => writeFileSync(join(stateDir, 'node.key'), 'key'),
  'vault.key': (stateDir) => writeFileSync(join(stateDir, 'vault.key'), 'key'),
  'cache.db': (stateDir) => writeFileSync(join(stateDir, 'cache.db'), 'cache'),
  'hub.id': (stateDir) => writeFileSync(join(stateDir, 'hub.id'), 'a hub on Postgres'),
  artifacts: (stateDir) => {
    mkdirSync(join(stateDir, 'artifacts', 'ab'), { recursive: true });
  },
  recordings: (stateDir) => {
    mkdirSync(join(stateDir, 'recordings', '0a'), { recursive: true });
  },
};

test.each(Object.entries(traces))(
  'beside %s a missing database is refused, and nothing is made',
  async (name, leave) => {
    const stateDir = stateFolder();
    leave(stateDir);
    expect((await refusal(stateDir)).message).toContain(join(stateDir, name));
    expect(existsSync(join(stateDir, 'hub.db'))).toBe(false);
  },
);

test('so is one beside artifacts in a folder of their own', async () => {
  const artifactsDir = stateFolder();
  writeFileSync(join(artifactsDir, 'bytes'), 'bytes');
  expect((await refusal(stateFolder(), { artifactsDir })).message).toContain(artifactsDir);
});

test.each(['', 'SQLite format 3\0'])('so is one without tables (%j)', async (text) => {
  const stateDir = stateFolder();
  await once(stateDir);
  loseDatabase(stateDir);
  writeFileSync(join(stateDir, 'hub.db'), text);
  const error = await rejection(once(stateDir));
  // A header without pages is damage, and told as that.
  expect(error).toMatchObject({ code: text === '' ? 'STORAGE_DATABASE_MISSING' : 'STORAGE_CORRUPT' });
  expect(readFileSync(join(stateDir, 'hub.db'), 'utf8')).toBe(text);
});

test('a folder in which nothing has run begins without being asked, empty folders of it too', async () => {
  const stateDir = stateFolder();
  mkdirSync(join(stateDir, 'artifacts'));
  expect(await once(stateDir)).toEqual([]);
  expect(await once(stateDir)).toEqual([grant]);
});

test('the next step brings the copy back when it is typed', async () => {
  const stateDir = stateFolder();
  await once(stateDir);
  mkdirSync(join(stateDir, 'backups'));
  execSync(`cp '${join(stateDir, 'hub.db')}' '${join(stateDir, 'backups', 'hub-schema-0003.db')}'`);
  rmSync(join(stateDir, 'hub.db'));
  // It belongs to the file that is gone: over another one it would be damage.
  writeFileSync(join(stateDir, 'hub.db-wal'), 'of another file');
  const { next } = await refusal(stateDir);
  const typed = /Restore it: (.+?);/.exec(next)?.[1] ?? '';
  execSync(typed);
  expect(await once(stateDir)).toEqual([grant]);
  expect(existsSync(join(stateDir, 'hub.db-wal'))).toBe(false);
});

test('storage.beginAnew counts for one start, and again only after one without it', async () => {
  const stateDir = stateFolder();
  await once(stateDir);
  loseDatabase(stateDir);
  expect(await once(stateDir, { beginAnew: true })).toEqual([]);
  expect(await once(stateDir, { beginAnew: true })).toEqual([grant]);
  loseDatabase(stateDir);
  await refusal(stateDir, { beginAnew: true });
  await refusal(stateDir);
  expect(await once(stateDir, { beginAnew: true })).toEqual([]);
});

test('storage.beginAnew that was set while all was well does not count later', async () => {
  const stateDir = stateFolder();
  await once(stateDir);
  expect(await once(stateDir, { beginAnew: true })).toEqual([grant]);
  loseDatabase(stateDir);
  await refusal(stateDir, { beginAnew: true });
});
