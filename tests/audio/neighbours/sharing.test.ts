import { expect, onTestFinished, test } from 'vitest';
import type { Broadcast } from '#audio/broadcast/broadcast.ts';
import { neighbourLimits } from '#audio/neighbours/limits.ts';
import { Sharing } from '#audio/neighbours/sharing.ts';
import { nodePeers, nodeStop } from '#contracts/actions/node.ts';
import { silentLogger } from '#core/logger.ts';
import { connectHubs, forget, peerIdOf, startedHub, type TestHub, trust } from '../../mesh/support/hub.ts';
import { rejection } from '../../support/rejection.ts';
import { MemoryIntents } from '../support/harness.ts';
import { manager, ours, portsOf } from './support.ts';

const annex = '100000000000000002';

/** North with a player, and South, whom it doesn't trust yet. */
async function twoHubs() {
  const [north, south] = await Promise.all([startedHub('North'), startedHub('South')]);
  await connectHubs(south, north);
  return { north, south, southId: await peerIdOf(south) };
}

async function sharingOf(hub: TestHub, intents = new MemoryIntents()) {
  /** What the player was asked to do, and who hears it. */
  const player = {
    narrowedCount: 0,
    peersHearing: [] as string[],
    narrow: () => void player.narrowedCount++,
  };
  const sharing = new Sharing({
    ...portsOf(hub),
    ...{ intents, logger: silentLogger() },
    own: { playersOf: (guildId) => (guildId === ours ? [player as unknown as Broadcast] : []) },
  });
  await sharing.start();
  onTestFinished(() => sharing.stop());
  const changes: string[] = [];
  sharing.onChange((guildId) => changes.push(guildId));
  const press = (peerIds: string[]) =>
    sharing.share(manager, ours, peerIds, { signal: AbortSignal.timeout(15_000), widen: (put) => put() });
  /** As people do it: they read the list before they pick from it. */
  const share = async (peerIds: string[]) => {
    await sharing.candidates(manager, ours);
    return press(peerIds);
  };
  return { sharing, intents, player, changes, press, share };
}

async function trusted(hub: TestHub): Promise<string[]> {
  const { communities } = await hub.act(nodePeers, {});
  return communities.filter((each) => each.trusted).map(({ peerId }) => peerId);
}

test('the pick trusts that community and adds it, and nobody else', async () => {
  const { north, southId } = await twoHubs();
  const west = await startedHub('West');
  await connectHubs(west, north);
  await trust(north, west);
  const westId = await peerIdOf(west);
  const { sharing, share, changes } = await sharingOf(north);
  const words = await Promise.all([westId, southId].map((peerId) => north.mesh.safetyWords(peerId)));
  expect(await sharing.candidates(manager, ours)).toEqual({
    nodeRuns: true,
    communities: [
      { peerId: westId, name: 'West', trusted: true, shared: false, words: words[0]?.join(' ') },
      { peerId: southId, name: 'South', trusted: false, shared: false, words: words[1]?.join(' ') },
    ],
  });
  expect(await share([southId, southId])).toEqual({ nodeStarted: false, trusted: ['South'] });
  expect([sharing.of(ours), sharing.of(annex), changes]).toEqual([[southId], [], [ours]]);
  expect(await trusted(north)).toEqual([westId, southId]);
  expect((await sharing.candidates(manager, ours)).communities[0]).toMatchObject({
    peerId: southId,
    shared: true,
  });
  expect((await sharing.candidates(manager, annex)).communities.map(({ shared }) => shared)).toEqual([
    false,
    false,
  ]);
});

test('a stranger is trusted by the pick of a person who was shown its words, and of nobody else', async () => {
  const { north, southId } = await twoHubs();
  const { sharing, press } = await sharingOf(north);
  await sharing.candidates({ kind: 'system', reason: 'somebody else' }, ours);
  expect(await rejection(press([southId]))).toMatchObject({ code: 'NEIGHBOUR_NOT_SHOWN' });
  expect([sharing.of(ours), await trusted(north)]).toEqual([[], []]);
  await sharing.candidates(manager, ours);
  expect(await press([southId])).toMatchObject({ trusted: ['South'] });
});

test('while the node is off, only those are listed whose keys need no comparing', async () => {
  const { north } = await twoHubs();
  await north.act(nodeStop, {});
  const { sharing } = await sharingOf(north);
  expect(await sharing.candidates(manager, ours)).toEqual({ nodeRuns: false, communities: [] });
});

test('with a trusted one the node is started, which is said', async () => {
  const { north, south, southId } = await twoHubs();
  await trust(north, south);
  await north.act(nodeStop, {});
  const { sharing, share } = await sharingOf(north);
  expect(await sharing.candidates(manager, ours)).toMatchObject({
    nodeRuns: false,
    communities: [{ peerId: southId, words: '' }],
  });
  expect(await share([southId])).toEqual({ nodeStarted: true, trusted: [] });
  expect(north.mesh.peerId()).toBeDefined();
});

test('with one that is gone, or one too many, nobody is added and nobody trusted', async () => {
  const { north, southId } = await twoHubs();
  const { sharing, share, intents } = await sharingOf(north);
  expect(await rejection(share([southId, '12D3KooWgone']))).toMatchObject({
    code: 'NEIGHBOUR_GONE',
    next: expect.stringContaining('Share'),
  });
  const full = Array.from({ length: neighbourLimits.sharedWithMax }, (_, index) => `12D3KooW${index}`);
  await intents.put({
    ...{ kind: 'player-share', key: ours, payload: { peerIds: full }, wantedBy: 'x', createdAtMs: 0 },
  });
  const crowded = await sharingOf(north, intents);
  expect(await rejection(crowded.share([southId]))).toMatchObject({ code: 'NEIGHBOUR_SHARED_WITH_TOO_MANY' });
  expect([sharing.of(ours), await trusted(north)]).toEqual([[], []]);
});

test('what is shared survives a restart; unsharing ends it there and then, for good', async () => {
  const { north, southId } = await twoHubs();
  const first = await sharingOf(north);
  await first.share([southId]);
  first.player.peersHearing.push(southId);
  expect(first.sharing.viewOf(ours)).toEqual([{ peerId: southId, name: 'South', listening: true }]);

  const second = await sharingOf(north, first.intents);
  expect(second.sharing.viewOf(ours)).toEqual([{ peerId: southId, name: 'South', listening: false }]);
  await second.sharing.unshare(manager, ours, [southId, 'never heard of']);
  expect(second.sharing.of(ours)).toEqual([]);
  expect(second.player.narrowedCount).toBeGreaterThan(0);
  expect((await sharingOf(north, first.intents)).sharing.of(ours)).toEqual([]);
  await second.sharing.unshare(manager, ours, [southId]);
});

test('trust that is withdrawn ends the sharing for good: trusting again doesn’t bring it back', async () => {
  const { north, south, southId } = await twoHubs();
  const { sharing, share, intents, changes } = await sharingOf(north);
  await share([southId]);
  await forget(north, south);
  await expect.poll(() => sharing.of(ours)).toEqual([]);
  await expect.poll(() => intents.rows.size).toBe(0);
  await connectHubs(south, north);
  await trust(north, south);
  expect([sharing.of(ours), changes]).toEqual([[], [ours, ours]]);
});

test('fewer hear it even where that can’t be written, and a row that makes no sense shares with nobody', async () => {
  const { north, southId } = await twoHubs();
  const { sharing, share, intents } = await sharingOf(north);
  await share([southId]);
  intents.remove = async () => Promise.reject(new Error('the disk is full'));
  await expect(sharing.unshare(manager, ours, [southId])).rejects.toThrow('the disk is full');
  expect(sharing.of(ours)).toEqual([]);
  const odd = new MemoryIntents();
  await odd.put({ kind: 'player-share', key: ours, payload: { peerIds: 7 }, wantedBy: 'x', createdAtMs: 0 });
  expect((await sharingOf(north, odd)).sharing.of(ours)).toEqual([]);
});
