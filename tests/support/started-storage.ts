import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Clock, systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { createStorage, type Storage } from '#storage/storage.ts';
import { writeMigrated } from './migrated.ts';
import { serviceMigrations } from './tables.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Real storage in a folder of its own, gone when the test ends. */
export async function startedStorage(clock: Clock = systemClock()): Promise<Storage> {
  const folder = temporaryFolder();
  await writeMigrated(join(folder.path, 'hub.db'));
  const storage = createStorage(
    { clock, chance: systemChance(), logger: silentLogger() },
    { migrations: serviceMigrations, stateDir: folder.path },
  );
  onTestFinished(async () => {
    await storage.stop();
    folder[Symbol.dispose]();
  });
  await storage.start();
  return storage;
}
