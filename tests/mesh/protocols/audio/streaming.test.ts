import { expect, test } from 'vitest';
import { nodeStatus } from '#contracts/actions/node.ts';
import { TestSink, testFrame } from '../../support/broadcasts.ts';
import { friends, inTime } from '../../support/hub.ts';

test('frames reach a trusted community unchanged, in order, and so does the end', async () => {
  const { north, south, northId } = await friends();
  north.broadcasts.add('radio', 'North *Radio*\u202e');
  const listed = await south.mesh.remote.list(northId, inTime());
  expect(listed).toEqual([
    { id: 'radio', title: 'North *Radio*', startedAtMs: 1_700_000_000_000, subscriberCount: 0 },
  ]);

  const sink = new TestSink();
  await south.mesh.remote.subscribe(northId, 'radio', sink, inTime());
  expect(north.broadcasts.sinkCount('radio')).toBe(1);
  const sent = Array.from({ length: 60 }, (_, index) => testFrame(index));
  for (const frame of sent) north.broadcasts.send('radio', frame);
  await expect.poll(() => sink.frames.length).toBe(60);
  expect(sink.frames).toEqual(sent);

  north.broadcasts.end('radio', 'broadcast-ended');
  await expect.poll(() => sink.ends).toEqual(['broadcast-ended']);
  expect(north.broadcasts.sinkCount('radio')).toBe(0);
  const status = await south.act(nodeStatus, {});
  expect(status).toMatchObject({ state: 'running', trustedCount: 1, trustedConnectedCount: 1 });
  expect(new Set(status.encrypters)).toEqual(new Set(['tls']));
});

test('who asks for a burst gets what was sent last, before anything new', async () => {
  const { north, south, northId } = await friends();
  north.broadcasts.add('radio');
  north.broadcasts.past = Array.from({ length: 85 }, (_, index) => testFrame(index));
  const [plain, eager] = [new TestSink(), new TestSink({ burstMs: 1_700 })];
  for (const sink of [plain, eager]) await south.mesh.remote.subscribe(northId, 'radio', sink, inTime());
  north.broadcasts.send('radio', testFrame(85));
  await expect.poll(() => eager.sequences).toEqual(Array.from({ length: 86 }, (_, index) => index));
  expect(plain.sequences).toEqual([85]);
});

test('a subscription that is cancelled is given back at the source', async () => {
  const { north, south, northId } = await friends();
  north.broadcasts.add('radio');
  const sink = new TestSink();
  const subscription = await south.mesh.remote.subscribe(northId, 'radio', sink, inTime());
  subscription.cancel();
  subscription.cancel();
  expect(sink.ends).toEqual(['unsubscribed']);
  await expect.poll(() => north.broadcasts.sinkCount('radio')).toBe(0);
  expect(north.broadcasts.cancelCount).toBe(1);
  north.broadcasts.send('radio', testFrame(0));
  expect(sink.frames).toEqual([]);
});

test('two subscriptions of one community run side by side', async () => {
  const { north, south, northId } = await friends();
  north.broadcasts.add('one');
  north.broadcasts.add('two');
  const sinks = [new TestSink(), new TestSink()] as const;
  await south.mesh.remote.subscribe(northId, 'one', sinks[0], inTime());
  await south.mesh.remote.subscribe(northId, 'two', sinks[1], inTime());
  north.broadcasts.send('one', testFrame(1));
  north.broadcasts.send('two', testFrame(2));
  await expect.poll(() => sinks.map((sink) => sink.sequences)).toEqual([[1], [2]]);
});
