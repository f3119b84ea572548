import { expect, test } from 'vitest';
import { Broadcast, type BroadcastComponents, type BroadcastInit } from '#audio/broadcast/broadcast.ts';
import type { SourceFrame, SourceRequest } from '#audio/source/contract.ts';
import { OpenedSource } from '#audio/source/opened-source.ts';
import type { Playing } from '#contracts/audio.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { RecordingSink, until } from '../support/harness.ts';
import { opusPacket } from '../support/ogg-pages.ts';

const clock = systemClock();

/** A file of so many frames, that says something before some of them. */
function broadcastOf(
  says: ReadonlyMap<number, string>,
  frameCount: number,
  init: Partial<BroadcastInit> = {},
) {
  const source = (request: SourceRequest) => {
    async function* frames(): AsyncGenerator<SourceFrame> {
      for (let index = 0; index < frameCount; index++) {
        const title = says.get(index);
        if (title !== undefined) request.onEvent({ kind: 'title', title });
        yield { payload: opusPacket(1) };
      }
    }
    const facts = { title: 'evening', pace: 'file', passedThrough: true } as const;
    const open = async () => ({ facts, frames: frames(), close: () => {} });
    return new OpenedSource({ clock }, { name: request.name, open });
  };
  const components = { clock, chance: systemChance(), logger: silentLogger(), sources: { source } };
  return new Broadcast(components as unknown as BroadcastComponents, {
    ...{ id: 'b', sources: ['evening/'], owner: 'g1', audience: 'server', startedAtMs: 0, subscribersMax: 2 },
    ...{ loop: false, shuffle: false, patient: false, onFrame: () => {}, onOver: () => {} },
    ...{ openTimeoutMs: 2_000, idleTimeoutMs: 2_000, stallTimeoutMs: 1_000, returnAfterMs: 1_000 },
    ...init,
  });
}

async function heardOf(broadcast: Broadcast, frameCount: number): Promise<Playing[]> {
  const sink = new RecordingSink();
  broadcast.subscribe(sink, () => true);
  await broadcast.start(new AbortController().signal);
  await until(() => sink.frames.length === frameCount);
  const first = sink.frames[0]?.sequence ?? 0;
  expect(first).toBe(0);
  return [...new Set(sink.frames.flatMap(({ playing }) => (playing ? [playing] : [])))];
}

test('what plays begins with its frame, not when it was read', async () => {
  const broadcast = broadcastOf(
    new Map([
      [0, 'A – One'],
      [60, 'A – Two'],
    ]),
    130,
  );
  expect(broadcast.title).toBe('evening/');
  const heard = await heardOf(broadcast, 130);
  expect(heard).toMatchObject([
    { sequence: 0, name: 'evening', title: 'A – One' },
    { sequence: 60, name: 'evening', title: 'A – Two' },
  ]);
  expect(broadcast.info()).toMatchObject({ title: 'evening: A – Two', name: 'evening' });
  expect(broadcast.view().playing).toEqual({ title: 'A – Two', elapsedMs: 70 * 20 });
});

test('a source that says something with each frame is heard once a second, with its latest', async () => {
  const says = new Map(Array.from({ length: 120 }, (_, index) => [index, `title ${index}`] as const));
  const heard = await heardOf(broadcastOf(says, 120), 120);
  expect(heard.map(({ sequence, title }) => [sequence, title])).toEqual([
    [0, 'title 0'],
    [50, 'title 50'],
    [100, 'title 100'],
  ]);
});

test('an empty title clears; one line without control characters is all that is shown; a given name stays', async () => {
  const says = new Map([
    [0, 'a\u0000b\u202e\n@everyone'],
    [55, ''],
  ]);
  const broadcast = broadcastOf(says, 80, { title: 'My show' });
  expect(await heardOf(broadcast, 80)).toMatchObject([
    { name: 'My show', title: 'ab @everyone' },
    { name: 'My show', title: '' },
  ]);
  expect(broadcast.title).toBe('My show');
  expect(broadcast.view().playing).toBeUndefined();
});

test('what is called like what plays in it is shown once', async () => {
  const broadcast = broadcastOf(new Map([[0, 'Evening!']]), 10);
  await heardOf(broadcast, 10);
  expect(broadcast.title).toBe('Evening!');
});
