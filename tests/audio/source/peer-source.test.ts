import { expect, test } from 'vitest';
import { originOf } from '#audio/source/peer-source.ts';
import { broadcastHopsMax } from '#contracts/audio.ts';
import { rejection } from '../../support/rejection.ts';
import { opusPacket } from '../support/ogg-pages.ts';
import { RemotePort } from '../support/ports.ts';
import { openerUnderTest, sourceRequest } from '../support/sources.ts';

const never = new AbortController().signal;
const info = { id: 'show', title: 'The Show', startedAtMs: 0, subscriberCount: 0 };
const north = { peerId: 'peer1', name: 'North' };

test('keeps the author and names everyone it came through', () => {
  const first = originOf('x', 'peer0', north, info);
  expect(first).toEqual({ peerId: 'peer1', community: 'North', broadcastId: 'show', path: ['peer1'] });
  const again = originOf(
    'x',
    'peer9',
    { peerId: 'peer2', name: 'South' },
    { ...info, id: 'again', origin: first },
  );
  expect(again).toEqual({ ...first, path: ['peer1', 'peer2'] });
});

test('refuses what comes from here, by any number of others, and what came through too many', () => {
  const origin = { peerId: 'peer0', community: 'Us', broadcastId: 'a', path: ['peer0', 'peer2'] };
  expect(() => originOf('x', 'peer0', north, { ...info, origin })).toThrow(/comes from here/);
  const path = Array.from({ length: broadcastHopsMax - 1 }, (_, index) => `p${index}`);
  const far = { ...origin, peerId: 'p0', path };
  expect(() => originOf('x', 'peer0', north, { ...info, origin: far })).toThrow(/came through 4 communities/);
  expect(
    originOf('x', 'peer0', north, { ...info, origin: { ...far, path: path.slice(1) } }).path,
  ).toHaveLength(3);
});

test('gives packets and capture times as they are; nothing is subscribed when it is refused', async () => {
  const remote = new RemotePort();
  const { opener } = openerUnderTest({}, { remote });
  const source = opener.source(sourceRequest('broadcast:show@North'));
  expect(await source.start(never)).toMatchObject({
    ...{ title: 'The Show', pace: 'radio', passedThrough: true },
    origin: { peerId: 'peer1', broadcastId: 'show' },
  });
  const payload = opusPacket(7);
  // One that is no 20 ms frame is not passed on.
  for (const each of [new Uint8Array([0xff]), payload])
    remote.sinks[0]?.frame({ streamId: 1, sequence: 0, captureTimeMs: 1_234, payload: each });
  const reader = source.frames();
  expect((await reader.next()).value).toEqual({ payload, captureTimeMs: 1_234 });
  const playing = { streamId: 1, sequence: 1, name: 'The Show', title: 'A – One' };
  remote.sinks[0]?.frame({ streamId: 1, sequence: 1, captureTimeMs: 1_254, payload, playing });
  expect((await reader.next()).value?.playing).toBe(playing);
  // What was lost on the way is missed here, too; a restart and a step back are not.
  for (const [streamId, sequence] of [
    [1, 12],
    [2, 500],
    [2, 400],
    [2, 403],
  ] as const)
    remote.sinks[0]?.frame({ streamId, sequence, captureTimeMs: 1_500, payload });
  const missed: (number | undefined)[] = [];
  for (let each = 0; each < 4; each++) missed.push((await reader.next()).value?.missedCount);
  expect(missed).toEqual([10, undefined, undefined, 2]);
  remote.sinks[0]?.end('lost');
  expect(await rejection(reader.next())).toMatchObject({ code: 'AUDIO_SOURCE_LOST' });
  expect(remote.cancelledCount).toBe(1);

  remote.offered = [
    { ...info, origin: { peerId: 'peer0', community: 'Us', broadcastId: 'a', path: ['peer0'] } },
  ];
  const loop = opener.source(sourceRequest('broadcast:show@North'));
  expect(await rejection(loop.start(never))).toMatchObject({ code: 'AUDIO_SOURCE_LOOPS' });
  const unknown = opener.source(sourceRequest('broadcast:none@North'));
  expect(await rejection(unknown.start(never))).toMatchObject({ code: 'AUDIO_UNKNOWN_BROADCAST' });
  expect(remote.sinks).toHaveLength(1);
});

test('broadcasts again only what is for all neighbours of its maker, and no longer when that changes', async () => {
  const remote = new RemotePort();
  const { opener } = openerUnderTest({}, { remote });
  for (const audience of ['server', 'community'] as const) {
    remote.offered = [{ ...info, audience }];
    const narrow = opener.source(sourceRequest('broadcast:show@North'));
    expect(await rejection(narrow.start(never))).toMatchObject({ code: 'AUDIO_SOURCE_NOT_PASSED_ON' });
    // Played into a channel here it is passed on to nobody.
    const here = opener.source(sourceRequest('broadcast:show@North', { onlyHere: true }));
    expect(await here.start(never)).toMatchObject({ title: 'The Show' });
    here.stop();
  }
  expect(remote.sinks).toHaveLength(2);
  for (const audience of ['neighbours', undefined] as const) {
    remote.offered = [{ ...info, audience }];
    const source = opener.source(sourceRequest('broadcast:show@North'));
    expect(await source.start(never)).toMatchObject({ title: 'The Show' });
    source.stop();
  }
});
