import { describe, expect, test } from 'vitest';
import { type RecordingPromise, recordingSource } from '#contracts/artifacts.ts';
import type { Audience } from '#contracts/audio.ts';
import { rejection } from '../../support/rejection.ts';
import { MemoryArtifacts } from '../support/artifacts.ts';
import { oggLink, opusPacket } from '../support/ogg-pages.ts';
import { openerUnderTest, sourceRequest } from '../support/sources.ts';

const never = new AbortController().signal;
const artifacts = new MemoryArtifacts();
const { opener } = openerUnderTest({}, { artifacts: () => artifacts });
const packets = [0, 1, 2, 3].map((index) => opusPacket(index));
let serial = 1;

function kept(guildId: string | undefined, source?: string): string {
  return `artifact:${artifacts.put(guildId, 'Evening.opus', oggLink(serial++, packets), source)}`;
}

async function titleOf(name: string, audience: Audience = 'server') {
  const source = opener.source(sourceRequest(name, { audience }));
  try {
    return (await source.start(never)).title;
  } finally {
    source.stop();
  }
}

describe('an artifact as a source', () => {
  test('is called like its label, and ends as a file does', async () => {
    const source = opener.source(sourceRequest(kept('g1')));
    expect(await source.start(never)).toMatchObject({ title: 'Evening', pace: 'file', passedThrough: true });
    let count = 0;
    for await (const _ of source.frames()) count++;
    expect(count).toBe(packets.length);
  });

  test('is the guild’s own: neither another’s nor the hub’s is heard, nor what is no content id', async () => {
    for (const name of [kept('g2'), kept(undefined), `artifact:${'0'.repeat(64)}`, 'artifact:../hub.db']) {
      expect(await rejection(titleOf(name))).toMatchObject({ code: 'AUDIO_ARTIFACT_GONE' });
      expect(await rejection(opener.examine([name], 'g1', 'server'))).toMatchObject({
        code: 'AUDIO_ARTIFACT_GONE',
      });
    }
  });

  test.each<[RecordingPromise, Audience, boolean]>([
    [{ audience: 'server', live: true }, 'server', true],
    [{ audience: 'server', live: false }, 'community', false],
    [{ audience: 'community', live: true }, 'community', true],
    [{ audience: 'community', live: true }, 'neighbours', false],
    [{ audience: 'neighbours', live: true }, 'neighbours', true],
  ])('a recording %j is heard by %s: %s', async (promise, audience, isHeard) => {
    const name = kept('g1', recordingSource(promise));
    const problem = isHeard ? await titleOf(name, audience) : await rejection(titleOf(name, audience));
    expect(problem).toEqual(
      isHeard ? 'Evening' : expect.objectContaining({ code: 'AUDIO_RECORDING_PROMISED' }),
    );
    const examined = opener.examine([name], 'g1', audience);
    if (isHeard) await examined;
    else expect(await rejection(examined)).toMatchObject({ code: 'AUDIO_RECORDING_PROMISED' });
  });
});
