import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Audio } from '#audio/audio.ts';
import { broadcastStart } from '#contracts/actions/broadcast.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { audioUnderTest } from '../support/harness.ts';
import { openerUnderTest, sourceRequest } from '../support/sources.ts';
import { soundUnderTest, TestLine } from './support.ts';

const started: Audio[] = [];
const unknown = { code: 'AUDIO_SOURCE_UNKNOWN' };

afterEach(async () => {
  for (const audio of started.splice(0)) await audio.stop?.();
});

describe('the queue of a player', () => {
  test.each([
    ['source', { source: 'queue:p1' }],
    ['fallback', { source: 'sample', fallbacks: ['queue:p1'] }],
  ])('is unknown to people who type it as a %s', async (_, named) => {
    const { audio, run } = audioUnderTest();
    started.push(audio);
    const refused = await rejection(run(broadcastStart, { guildId: '1', ...named }));
    expect(refused).toMatchObject({ ...unknown, details: { source: 'queue:p1' } });
  });

  test('can’t be opened by its name, nor with another player’s queue, nor by a list', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'all.m3u'), 'queue:p1\n');
    const { opener } = openerUnderTest({ libraryDir: folder.path });
    const { name: _, ...queue } = {
      name: 'queue:p1',
      open: () => Promise.reject(new Error('opened')) as never,
    };
    const open = (name: string, own?: string) =>
      rejection(
        opener
          .source(sourceRequest(name, own ? { queue: { name: own, ...queue } } : {}))
          .start(AbortSignal.timeout(5_000)),
      );
    expect(await open('queue:p1')).toMatchObject(unknown);
    expect(await open('queue:p1', 'queue:p2')).toMatchObject(unknown);
    expect(await open('all.m3u', 'queue:p1')).toMatchObject({ code: 'AUDIO_NOT_AUDIO' });
    expect(await open('queue:p1', 'queue:p1')).toMatchObject({ code: 'AUDIO_SOURCE_LOST' });
  });

  test('can’t be an item of itself, nor rest on itself', async () => {
    const line = new TestLine('queue:p1', 'a');
    const { clock, ear, hear } = soundUnderTest(line, { a: { count: 10 } });
    hear();
    await clock.advance(1_000);
    expect(line.ends.map(({ end }) => end.kind)).toEqual(['failed', 'ended']);
    expect(ear.order).toBe('a');
  });
});
