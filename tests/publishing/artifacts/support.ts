import { createHash } from 'node:crypto';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ThreadSource } from '#contracts/thread-source.ts';
import { type Clock, systemChance, systemClock } from '#core/clock.ts';
import { type Logger, silentLogger } from '#core/logger.ts';
import { type Artifacts, type ArtifactsInit, createArtifacts } from '#publishing/artifacts/artifacts.ts';
import type { DatabasePlace } from '#storage/database.ts';
import { openDatabase } from '../../support/engines.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { noThreads } from '../support/no-threads.ts';

export const never = new AbortController().signal;

export const roomy = {
  artifactBytesMax: 10_000_000,
  guildBytesMax: 20_000_000,
  totalBytesMax: 40_000_000,
  countMax: 1_000,
  freeBytesMin: 0,
  retentionDays: 30,
  watchStableMs: 100,
  apiUrl: 'http://127.0.0.1:9/api',
};

export interface StartedArtifacts extends Artifacts {
  folder: string;
  /** Files under their final names. */
  kept(): string[];
  temporary(): string[];
  db: Awaited<ReturnType<typeof openDatabase>>;
}

export function folderForTest(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return folder.path;
}

export async function startArtifacts(
  place: DatabasePlace,
  init: Partial<ArtifactsInit> = {},
  options: {
    clock?: Clock;
    isReferenced?: (cid: string) => Promise<boolean>;
    threads?: ThreadSource;
    logger?: Logger;
  } = {},
): Promise<StartedArtifacts> {
  const {
    clock = systemClock(),
    isReferenced = async () => false,
    threads = noThreads,
    logger = silentLogger(),
  } = options;
  const db = await openDatabase(place);
  const stateDir = init.stateDir ?? folderForTest();
  const folder = init.dir ?? join(stateDir, 'artifacts');
  const artifacts = createArtifacts(
    { db, clock, chance: systemChance(), logger, isReferenced, threads },
    { ...roomy, ...init, stateDir },
  );
  onTestFinished(() => artifacts.stop?.());
  await artifacts.start?.(never);
  return Object.assign(artifacts, {
    folder,
    db,
    kept: () => globSync('[0-9a-f][0-9a-f]/*', { cwd: folder }).map((path) => path.replace('/', '')),
    temporary: () => globSync('tmp/*', { cwd: folder }),
  });
}

export async function* bytesOf(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array, void> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

export function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function collected(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}
