import { expect, test } from 'vitest';
import { Neighbours, type NeighboursComponents } from '#audio/neighbours/neighbours.ts';
import { ShownWords } from '#audio/neighbours/shown-words.ts';
import { nodePeers, nodeStop } from '#contracts/actions/node.ts';
import type { Community } from '#contracts/communities.ts';
import { meshErrors } from '#mesh/errors.ts';
import { connectHubs, forget, peerIdOf, startedHub, type TestHub, trust } from '../../mesh/support/hub.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { rejection } from '../../support/rejection.ts';
import { manager, neighboursOf } from './support.ts';

async function twoHubs() {
  const [north, south] = await Promise.all([startedHub('North'), startedHub('South')]);
  await connectHubs(south, north);
  return { north, south, northId: await peerIdOf(north), southId: await peerIdOf(south) };
}

async function trusted(hub: TestHub): Promise<string[]> {
  const { communities } = await hub.act(nodePeers, {});
  return communities.filter((each) => each.trusted).map(({ peerId }) => peerId);
}

test('each missing side is named, one after the other, until something is heard', async () => {
  const { north, south, northId } = await twoHubs();
  const { ask, neighbours } = neighboursOf(south);
  const words = (await north.mesh.safetyWords(await peerIdOf(south)))?.join(' ');
  const about = { peerId: northId, name: 'North', words, mayAllow: false };

  expect(await ask('north', false, false)).toEqual({ neighbour: { ...about, state: 'not-allowed' } });
  expect(await ask('North', true, false)).toEqual({ neighbour: { ...about, state: 'not-allowed' } });
  expect(await trusted(south)).toEqual([]);
  await trust(south, north);
  expect(await ask('North')).toEqual({ neighbour: { ...about, state: 'not-allowing' } });
  await trust(north, south);
  expect(await ask('North')).toEqual({ neighbour: { ...about, state: 'silent' } });
  north.broadcasts.add('radio', 'For all', 'neighbours');
  expect(await ask(northId)).toEqual({ broadcast: `radio@${northId}`, title: 'For all', community: 'North' });
  north.broadcasts.add('player', 'Shared', 'server');
  expect(await ask('North')).toMatchObject({ broadcast: `player@${northId}`, title: 'Shared' });
  expect(await ask('RADIO@north')).toMatchObject({ broadcast: `radio@${northId}` });
  expect(await rejection(ask('gone@North'))).toMatchObject({ code: 'AUDIO_UNKNOWN_BROADCAST' });
  expect([neighbours.knows('north'), neighbours.knows('East')]).toEqual([true, false]);

  await south.act(nodeStop, {});
  expect(await ask('North')).toMatchObject({ neighbour: { state: 'unknown', peerId: northId, words: '' } });
});

test('Allow and play trusts the key whose words this asker was shown under the name, then plays', async () => {
  const { north, south, northId } = await twoHubs();
  await trust(north, south);
  north.broadcasts.add('player', 'Shared', 'server');
  const { ask } = neighboursOf(south);
  // Nobody was shown anything yet: a name alone trusts nobody.
  expect(await ask('North', true)).toMatchObject({ neighbour: { state: 'not-allowed', mayAllow: true } });
  expect(await trusted(south)).toEqual([]);
  expect(await ask('North', true)).toMatchObject({ broadcast: `player@${northId}` });
  expect(await trusted(south)).toEqual([northId]);

  await forget(south, north);
  await connectHubs(south, north);
  // Nor does a key alone, to somebody who wasn't shown its words since the hub started.
  const again = neighboursOf(south);
  expect(await again.ask(northId, true)).toMatchObject({ neighbour: { state: 'not-allowed' } });
  expect(await again.ask(northId, true)).toMatchObject({ broadcast: `player@${northId}` });
});

test('a hub that takes the name after the words were shown isn’t trusted by the press', async () => {
  const { north, south } = await twoHubs();
  const { ask } = neighboursOf(south);
  expect(await ask('North')).toMatchObject({ neighbour: { state: 'not-allowed' } });
  await north.act(nodeStop, {});
  const impostor = await startedHub('North');
  await connectHubs(impostor, south);
  const refused = await rejection(ask('North', true));
  expect(refused).toMatchObject({ code: 'NEIGHBOUR_AMBIGUOUS' });
  expect(await trusted(south)).toEqual([]);
});

test('a name that had another key before takes more than a press', async () => {
  const { north, south, northId } = await twoHubs();
  await trust(south, north);
  await forget(south, north);
  await north.act(nodeStop, {});
  const impostor = await startedHub('North');
  await connectHubs(impostor, south);
  const impostorId = await peerIdOf(impostor);
  const { ask } = neighboursOf(south);
  await ask(impostorId);
  expect(await rejection(ask(impostorId, true))).toMatchObject({
    code: 'NEIGHBOUR_NEW_KEY',
    next: expect.stringContaining(`/node trust community:${impostorId}`),
  });
  expect(await trusted(south)).toEqual([]);
  expect(northId).not.toBe(impostorId);
});

test('Allow and play starts the node where it is off, and shows the words before it trusts', async () => {
  const { north, south, northId } = await twoHubs();
  await south.act(nodeStop, {});
  const { ask } = neighboursOf(south);
  expect(await ask('North')).toMatchObject({ neighbour: { state: 'unknown', mayAllow: true } });
  expect(await ask('North', false, false)).toMatchObject({ neighbour: { mayAllow: false } });
  expect(south.mesh.peerId()).toBeUndefined();
  expect(await ask('North', true)).toMatchObject({ neighbour: { state: 'not-allowed', peerId: northId } });
  expect(south.mesh.peerId()).toBeDefined();
  expect(await trusted(south)).toEqual([]);
  expect(north.broadcasts.list()).toEqual([]);
});

function faked(changes: Partial<NeighboursComponents> = {}) {
  const clock = new FakeClock();
  const found: Community[] = [];
  const components: NeighboursComponents = {
    communities: { list: () => found },
    remote: { list: async () => [] },
    ownPeerId: () => 'own',
    safetyWords: async () => ['six', 'words'],
    shownWords: new ShownWords({ clock }),
    perform: async () => {
      throw new Error('nothing is performed');
    },
    clock,
    ...changes,
  };
  const neighbours = new Neighbours(components);
  const north = { peerId: 'n', name: 'North', trusted: true, connected: true, addresses: [] };
  const find = (what: string, signal = new AbortController().signal) =>
    neighbours.find({ what, actor: manager, mayAllow: false, allow: false, waitMs: 10_000 }, signal);
  return { clock, found, neighbours, north, find };
}

test('a name that isn’t found yet is looked for, for ten seconds, until it is given up or nobody waits', async () => {
  const { clock, found, north, find } = faked();
  const early = find('North');
  await clock.advance(9_000);
  found.push(north);
  await clock.advance(200);
  expect(await early).toMatchObject({ neighbour: { state: 'silent', words: 'six words' } });

  found.pop();
  const late = find('North');
  await clock.advance(10_200);
  expect(await late).toEqual({
    neighbour: { peerId: '', name: 'North', words: '', state: 'absent', mayAllow: false },
  });
  const waiting = new AbortController();
  const given = rejection(find('North', waiting.signal));
  await clock.advance(1_000);
  waiting.abort(new Error('nobody waits'));
  expect(await given).toMatchObject({ message: 'nobody waits' });
  expect(clock.pendingCount).toBe(0);
});

test.each(['https://radio.example/a', 'shows/a.mp3', '', '   ', 'two\nlines', 'a@b@c', 'x'.repeat(129)])(
  'what can’t name a community is left to others: %j',
  async (what) => {
    expect(await faked().find(what)).toBeUndefined();
  },
);

test.each([
  [meshErrors.MESH_UNREACHABLE({ community: 'North', tried: [] }), 'absent'],
  [meshErrors.MESH_NO_ANSWER({ community: 'North', waitedMs: 5_000 }), 'absent'],
  [meshErrors.MESH_NODE_STOPPED(), 'unknown'],
  [meshErrors.MESH_NOT_TRUSTED_BY_PEER({ community: 'North' }), 'not-allowing'],
])('what asking ran into is said as the side that is missing: %s', async (problem, state) => {
  const { found, north, find } = faked({ remote: { list: async () => Promise.reject(problem) } });
  found.push(north);
  expect(await find('North')).toMatchObject({ neighbour: { state } });
});

test('the words of one key confirm no other, whoever has the name by then', async () => {
  const { found, north, neighbours } = faked();
  const press = (allow: boolean) =>
    neighbours.find(
      { what: 'North', actor: manager, mayAllow: true, allow, waitMs: 0 },
      AbortSignal.timeout(5_000),
    );
  found.push({ ...north, trusted: false });
  await press(false);
  found.splice(0, 1, { ...north, peerId: 'impostor', trusted: false });
  // Performing anything would fail this test.
  expect(await press(true)).toMatchObject({ neighbour: { state: 'not-allowed', peerId: 'impostor' } });
  found.splice(0, 1, { ...north, trusted: false });
  await expect(press(true)).rejects.toThrow('nothing is performed');
});

test('any other failure is told as what it is', async () => {
  const problem = meshErrors.MESH_PROTOCOL_UNSUPPORTED({ community: 'North', protocol: 'p' });
  const { found, north, find } = faked({ remote: { list: async () => Promise.reject(problem) } });
  found.push(north);
  expect(await rejection(find('North'))).toBe(problem);
});
