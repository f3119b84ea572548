import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { Storage } from '#storage/storage.ts';
import { serviceMigrations, storesOf } from '../support/tables.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function storageIn(stateDir: string): Storage {
  return new Storage(
    { clock: systemClock(), chance: systemChance(), logger: silentLogger() },
    { migrations: serviceMigrations, stateDir },
  );
}

describe('storage', () => {
  test('what was written is there after a restart', async () => {
    using folder = temporaryFolder();
    const intent = {
      kind: 'relay' as const,
      key: '10',
      payload: { broadcast: 'a@b', deep: [1, null] },
      wantedBy: 'guild-member:1:2',
      createdAtMs: 1.25,
    };
    const community = {
      peerId: '12D3',
      name: 'South',
      trustedBy: 'guild-member:1:2',
      trustedAtMs: 5.5,
      lastAddresses: ['/ip4/10.0.0.1/tcp/4180'],
    };
    const grant = { guildId: '1', discordRoleId: '7', role: 'publisher' as const };

    const first = storageIn(folder.path);
    await first.start();
    await first.intents.put(intent);
    await storesOf(first).trust.put(community);
    await storesOf(first).grants.put(grant);
    await first.stop();

    const second = storageIn(folder.path);
    await second.start();
    expect(await second.intents.list('relay')).toEqual([intent]);
    expect(await second.intents.list('node')).toEqual([]);
    expect(await storesOf(second).trust.list()).toEqual([community]);
    expect(await storesOf(second).grants.list('1')).toEqual([grant]);
    expect(await storesOf(second).grants.list('2')).toEqual([]);
    await second.stop();
  });

  test('only its owner can look into the state', async () => {
    using folder = temporaryFolder();
    const stateDir = join(folder.path, 'a', 'b');
    const storage = storageIn(stateDir);
    await storage.start();
    expect(statSync(stateDir).mode & 0o777).toBe(0o700);
    for (const name of ['hub.db', 'hub.db-wal', 'hub.pid'])
      expect(statSync(join(stateDir, name)).mode & 0o077, name).toBe(0);
    await storage.stop();
  });
});
