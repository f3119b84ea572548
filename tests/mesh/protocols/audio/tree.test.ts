import { expect, onTestFinished, test } from 'vitest';
import type { Audience, FrameSubscription } from '#contracts/audio.ts';
import type { MeshInit } from '#mesh/mesh-init.ts';
import { TestSink, testFrame } from '../../support/broadcasts.ts';
import {
  connectHubs,
  forget,
  inTime,
  peerIdOf,
  startedHub,
  type TestHub,
  trustNow,
} from '../../support/hub.ts';

interface Listener {
  hub: TestHub;
  sink: TestSink;
  subscription: FrameSubscription;
}

/** A dozen hubs meet in pairs, and each pair's words are slow on purpose. */
const manyHubsMs = 90_000;

test(
  'a crowded broadcaster feeds a few, they feed the rest, and every frame arrives as it was sent',
  async () => {
    const origin = await broadcaster({ directSubscriptionsMax: 3 });
    const hubs = await Promise.all(
      [1, 2, 3].map((index) => community(`Hub ${index}`, { rebroadcastMax: 4 })),
    );
    const leaves = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((index) => community(`Leaf ${index}`)));
    for (const hub of [...hubs, ...leaves]) await befriend(hub, origin);
    for (const leaf of leaves) for (const hub of hubs) await befriend(leaf, hub);

    const listeners: Listener[] = [];
    for (const hub of [...hubs, ...leaves]) listeners.push(await listen(hub, origin));
    expect(origin.broadcasts.sinkCount('radio')).toBe(3);
    const fed = hubs.map((hub) => hub.mesh.stats().protocols.audio?.subscriptionCount ?? 0);
    expect(fed.reduce((sum, count) => sum + count)).toBe(8);
    expect(Math.max(...fed)).toBeLessThanOrEqual(4);

    const sent = Array.from({ length: 50 }, (_, sequence) => testFrame(sequence));
    for (const frame of sent) origin.broadcasts.send('radio', frame);
    for (const { sink } of listeners) await expect.poll(() => sink.frames).toEqual(sent);

    origin.broadcasts.end('radio', 'broadcast-ended');
    for (const { sink } of listeners) await expect.poll(() => sink.ends).toEqual(['broadcast-ended']);
  },
  manyHubsMs,
);

test('a hub that passes a broadcast on gives a burst of what it heard last', async () => {
  const origin = await broadcaster({ directSubscriptionsMax: 1 });
  const hub = await community('Hub', { rebroadcastMax: 2 });
  const leaf = await community('Leaf');
  for (const other of [hub, leaf]) await befriend(other, origin);
  await befriend(leaf, hub);
  const { sink: heard } = await listen(hub, origin);
  for (const sequence of [0, 1, 2]) origin.broadcasts.send('radio', testFrame(sequence));
  await expect.poll(() => heard.frames.length).toBe(3);
  const { sink } = await listen(leaf, origin, new TestSink({ burstMs: 2_000 }));
  await expect.poll(() => sink.sequences).toEqual([0, 1, 2]);
});

test('a full hub sends on to those it feeds: the tree grows deeper', async () => {
  const origin = await broadcaster({ directSubscriptionsMax: 1 });
  const chain = await Promise.all([1, 2, 3].map((index) => community(`Hub ${index}`, { rebroadcastMax: 1 })));
  const known = [origin];
  for (const hub of chain) {
    for (const other of known) await befriend(hub, other);
    known.push(hub);
  }
  const listeners: Listener[] = [];
  for (const hub of chain) listeners.push(await listen(hub, origin));
  expect(chain.map((hub) => hub.mesh.stats().protocols.audio?.subscriptionCount)).toEqual([1, 1, 0]);
  origin.broadcasts.send('radio', testFrame(1));
  await expect.poll(() => listeners.at(-1)?.sink.sequences).toEqual([1]);
});

test('when the parent is lost its children hear of it, and the broadcaster finds them another place', async () => {
  const origin = await broadcaster({ directSubscriptionsMax: 2 });
  const [first, second] = await Promise.all([
    community('First', { rebroadcastMax: 1 }),
    community('Second', { rebroadcastMax: 1 }),
  ]);
  const leaf = await community('Leaf');
  for (const hub of [first, second, leaf]) await befriend(hub, origin);
  for (const hub of [first, second]) await befriend(leaf, hub);
  await listen(first, origin);
  await listen(second, origin);
  const before = await listen(leaf, origin);
  const [parent, other] =
    first.mesh.stats().protocols.audio?.subscriptionCount === 1 ? [first, second] : [second, first];

  await parent.mesh.stop?.();
  await expect.poll(() => before.sink.ends).toEqual(['lost']);
  const after = await listen(leaf, origin);
  origin.broadcasts.send('radio', testFrame(7));
  await expect.poll(() => after.sink.sequences).toEqual([7]);
  // The lost parent made room at the broadcaster, which is the shorter way.
  expect(
    origin.broadcasts.sinkCount('radio') + (other.mesh.stats().protocols.audio?.subscriptionCount ?? 0),
  ).toBe(2);
});

test('nobody is led to a community it doesn’t trust: it stays with the broadcaster while there is any room', async () => {
  const origin = await broadcaster({ directSubscriptionsMax: 1 });
  const hub = await community('Hub', { rebroadcastMax: 4 });
  const stranger = await community('Stranger');
  await befriend(hub, origin);
  await befriend(stranger, origin);
  await listen(hub, origin);
  await listen(stranger, origin);
  expect(origin.broadcasts.sinkCount('radio')).toBe(2);
  expect(hub.mesh.stats().protocols.audio?.subscriptionCount).toBe(0);
});

test('with no room anywhere the refusal names who would pass the broadcast on', async () => {
  const origin = await broadcaster({ directSubscriptionsMax: 1 });
  const hub = await community('Hub', { rebroadcastMax: 1 });
  const late = await community('Late');
  await befriend(hub, origin);
  await befriend(late, origin);
  await listen(hub, origin);
  origin.broadcasts.fullAt = 1;
  const subscribed = late.mesh.remote.subscribe(await peerIdOf(origin), 'radio', new TestSink(), inTime());
  await expect(subscribed).rejects.toMatchObject({ code: 'MESH_BROADCAST_FULL' });
});

test('a hub that passes nothing on, or no longer hears the broadcast, feeds nobody', async () => {
  const origin = await broadcaster({ directSubscriptionsMax: 1 });
  const hub = await community('Hub', { rebroadcastMax: 2 });
  const leaf = await community('Leaf');
  for (const other of [hub, leaf]) await befriend(other, origin);
  await befriend(leaf, hub);
  const { subscription } = await listen(hub, origin);
  const fed = await listen(leaf, origin);
  expect(origin.broadcasts.sinkCount('radio')).toBe(1);
  subscription.cancel();
  // Its listener ended it; the hubs it fed get `lost`, not that reason.
  await expect.poll(() => fed.sink.ends).toEqual(['lost']);
  expect(hub.mesh.stats().protocols.audio?.subscriptionCount).toBe(0);
});

test('a hub that stops trusting the broadcaster hears it no longer, whichever hub feeds it', async () => {
  const origin = await broadcaster({ directSubscriptionsMax: 1 });
  const hub = await community('Hub', { rebroadcastMax: 2 });
  const leaf = await community('Leaf');
  for (const other of [hub, leaf]) await befriend(other, origin);
  await befriend(leaf, hub);
  await listen(hub, origin);
  const fed = await listen(leaf, origin);
  await forget(leaf, origin);
  await expect.poll(() => fed.sink.ends).toEqual(['revoked']);
});

test('what isn’t for all neighbours is fed to nobody, whatever the hub would feed', async () => {
  const origin = await broadcaster({ directSubscriptionsMax: 1 }, 'community');
  const hub = await community('Hub', { rebroadcastMax: 2 });
  const leaf = await community('Leaf');
  for (const other of [hub, leaf]) await befriend(other, origin);
  await befriend(leaf, hub);
  await listen(hub, origin);
  await listen(leaf, origin);
  expect(hub.mesh.stats().protocols.audio?.subscriptionCount).toBe(0);
  expect(origin.broadcasts.sinkCount('radio')).toBe(2);
});

test('who hears what isn’t for all neighbours is named to nobody that finds no room', async () => {
  const origin = await broadcaster({ directSubscriptionsMax: 1 }, 'server');
  const [hub, late] = [await community('Hub', { rebroadcastMax: 4 }), await community('Late')];
  for (const other of [hub, late]) await befriend(other, origin);
  await listen(hub, origin);
  origin.broadcasts.fullAt = 1;
  const subscribed = late.mesh.remote.subscribe(await peerIdOf(origin), 'radio', new TestSink(), inTime());
  await expect(subscribed).rejects.toMatchObject({ code: 'MESH_SUBSCRIPTION_REFUSED' });
});

test.each(['narrowed', 'unserved'] as const)(
  'all that are fed hear why it is over for them: %s',
  async (why) => {
    const origin = await broadcaster({ directSubscriptionsMax: 1 });
    const hub = await community('Hub', { rebroadcastMax: 2 });
    const leaf = await community('Leaf');
    for (const other of [hub, leaf]) await befriend(other, origin);
    await befriend(leaf, hub);
    const listeners = [await listen(hub, origin), await listen(leaf, origin)];
    expect(hub.mesh.stats().protocols.audio?.subscriptionCount).toBe(1);
    origin.broadcasts.end('radio', why);
    for (const { sink } of listeners) await expect.poll(() => sink.ends).toEqual([why]);
  },
);

async function broadcaster(options: Partial<MeshInit>, audience?: Audience): Promise<TestHub> {
  const origin = await community('Origin', options);
  origin.broadcasts.add('radio', 'Radio', audience);
  return origin;
}

function community(name: string, options: Partial<MeshInit> = {}): Promise<TestHub> {
  return startedHub(name, options);
}

async function befriend(from: TestHub, to: TestHub): Promise<void> {
  await connectHubs(from, to);
  await trustNow(from, { community: await peerIdOf(to), name: to.name });
  await trustNow(to, { community: await peerIdOf(from), name: from.name });
}

async function listen(hub: TestHub, origin: TestHub, sink = new TestSink()): Promise<Listener> {
  const subscription = await hub.mesh.remote.subscribe(await peerIdOf(origin), 'radio', sink, inTime());
  onTestFinished(() => subscription.cancel());
  return { hub, sink, subscription };
}
