/**
 * An artifact store in a process of its own, to be killed: puts one artifact after another, takes old ones away, and
 * prints each content id once the put was acknowledged.
 */

import { createHash, randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { createArtifacts } from '#publishing/artifacts/artifacts.ts';
import { createDatabase, prepareDatabase } from '../../support/tables.ts';
import { noThreads } from '../support/no-threads.ts';

const [stateDir = ''] = process.argv.slice(2);
const clock = systemClock();
const place = { file: join(stateDir, 'hub.db') };
const db = createDatabase(place);
await prepareDatabase({ clock, logger: silentLogger() }, db, place);
const artifacts = createArtifacts(
  {
    db,
    clock,
    chance: systemChance(),
    logger: silentLogger(),
    isReferenced: async () => false,
    threads: noThreads,
  },
  {
    stateDir,
    artifactBytesMax: 10_000_000,
    guildBytesMax: 10_000_000_000,
    totalBytesMax: 10_000_000_000,
    countMax: 1_000_000,
    freeBytesMin: 0,
    retentionDays: 30,
    watchStableMs: 100,
    apiUrl: 'http://127.0.0.1:9',
  },
);
const signal = new AbortController().signal;
await artifacts.start?.(signal);
writeSync(1, 'started\n');
for (let round = 0; round < 100_000; round++) await Promise.all([put(), put(), put()]);

async function put(): Promise<void> {
  const chunks = Array.from({ length: 1 + (randomBytes(1)[0]! % 4) }, () => randomBytes(30_000));
  const { cid } = await artifacts.store.put(
    { label: 'x', guildId: '1', source: 'test' },
    iterate(chunks),
    signal,
  );
  const expected = createHash('sha256').update(Buffer.concat(chunks)).digest('hex');
  if (cid !== expected) throw new Error('wrong content id');
  writeSync(1, `${cid}\n`);
}

async function* iterate(chunks: Uint8Array[]): AsyncGenerator<Uint8Array, void> {
  yield* chunks;
}
