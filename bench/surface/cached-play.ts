import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceOpener } from '#audio/source/source-opener.ts';
import { inTurn, series } from '../compare/in-turn.ts';
import { compare } from '../compare/statistics.ts';
import { runFfmpeg } from '../ingest/measuring.ts';
import { openerOf } from './opener.ts';
import type { Row } from './row.ts';

const minutes = 10;
const rounds = 10;

/** CPU of reading a file from the cache, beside reading an Opus file whose packets pass through. */
export async function cachedPlay(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'guildmesh-surface-'));
  try {
    await makeFiles(folder);
    const { opener } = await openerOf(folder);
    const read = (name: string) => cpuMsOf(opener, name);
    // The first play decodes, and fills the cache.
    const decodedMs = await read('song.mp3');
    await read('song.opus');
    const values = series();
    await inTurn(rounds, async (side) => {
      values[side].push(await read(side === 'ours' ? 'song.mp3' : 'song.opus'));
    });
    const { interval, ours, ratio, theirs } = compare(values.ours, values.theirs);
    const [low, high] = interval.map((bound) => bound.toFixed(2));
    const note = `${ours.toFixed(0)} ms for ${minutes} min of sound, passed through ${theirs.toFixed(0)} ms, 95 % ${low}–${high}; first play ${decodedMs.toFixed(0)} ms without its decoder`;
    return [{ what: 'cached play beside passing through, CPU', value: ratio, unit: 'x', most: 1.15, note }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeFiles(folder: string): Promise<void> {
  const sound = ['-f', 'lavfi', '-i', `sine=440:duration=${minutes * 60}`, '-ac', '2', '-ar', '48000'];
  await runFfmpeg([...sound, '-b:a', '128k', join(folder, 'song.mp3')]);
  await runFfmpeg([...sound, '-c:a', 'libopus', '-b:a', '96k', join(folder, 'song.opus')]);
}

async function cpuMsOf(opener: SourceOpener, name: string): Promise<number> {
  const source = opener.source({
    ...{ name, owner: 'g', audience: 'server', shuffle: false, loop: false, onlyHere: true },
    onEvent: () => {},
  });
  const start = process.cpuUsage();
  await source.start(new AbortController().signal);
  let count = 0;
  for await (const _ of source.frames()) count++;
  const { system, user } = process.cpuUsage(start);
  if (count < minutes * 60 * 49) throw new Error(`${name} gave ${count} frames`);
  return (system + user) / 1_000;
}
