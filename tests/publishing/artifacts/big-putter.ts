/** Puts one sparse file and reads it back, in a process of its own; prints by how much the resident memory grew. */
import { createReadStream, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { createArtifacts } from '#publishing/artifacts/artifacts.ts';
import { createDatabase, prepareDatabase } from '../../support/tables.ts';
import { noThreads } from '../support/no-threads.ts';

const [stateDir = '', size = ''] = process.argv.slice(2);
const sizeBytes = Number(size);
const source = join(stateDir, 'source');
writeFileSync(source, 'start');
truncateSync(source, sizeBytes);
const clock = systemClock();
const place = { file: join(stateDir, 'hub.db') };
const db = createDatabase(place);
await prepareDatabase({ clock, logger: silentLogger() }, db, place);
const limits = { artifactBytesMax: 2 ** 40, guildBytesMax: 2 ** 40, totalBytesMax: 2 ** 40, countMax: 9 };
const rest = { freeBytesMin: 0, retentionDays: 0, watchStableMs: 100, apiUrl: 'http://127.0.0.1:9' };
const artifacts = createArtifacts(
  {
    db,
    clock,
    chance: systemChance(),
    logger: silentLogger(),
    isReferenced: async () => false,
    threads: noThreads,
  },
  { stateDir, ...limits, ...rest },
);
const { signal } = new AbortController();
await artifacts.start?.(signal);
const beforeBytes = process.memoryUsage.rss();
let mostBytes = beforeBytes;
const timer = setInterval(() => {
  mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
}, 20);
const startedAt = performance.now();
const kept = await artifacts.store.put({ label: 'big', source: 'test' }, createReadStream(source), signal);
const putMs = performance.now() - startedAt;
let readBytes = 0;
for await (const chunk of artifacts.store.open(kept.cid)) readBytes += chunk.byteLength;
clearInterval(timer);
const readMs = performance.now() - startedAt - putMs;
await artifacts.stop?.();
await db.destroy();
const grownMiB = (mostBytes - beforeBytes) / 2 ** 20;
process.stdout.write(JSON.stringify({ cid: kept.cid, readBytes, grownMiB, putMs, readMs }));
