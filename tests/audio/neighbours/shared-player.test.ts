import { expect, test } from 'vitest';
import type { Perform } from '#contracts/action.ts';
import { broadcastList } from '#contracts/actions/broadcast.ts';
import { playerConfigure, playerPlay, playerStatus } from '#contracts/actions/player.ts';
import { playerShare, playerShareList, playerUnshare } from '#contracts/actions/player-sharing.ts';
import { relayStatus } from '#contracts/actions/relay.ts';
import { connectHubs, forget, peerIdOf, startedHub, type TestHub } from '../../mesh/support/hub.ts';
import { playerWorld } from '../player/service-world.ts';
import { until } from '../support/harness.ts';
import { performOf } from './support.ts';

const guildId = 'g1';

/** A community with its node, and a manager in the channel `a`. */
async function community(hub: TestHub, manager: string) {
  const { mesh } = hub;
  const world = await playerWorld(
    {},
    {
      ...{ communities: mesh.communities, remote: mesh.remote, ownPeerId: () => mesh.peerId() },
      safetyWords: (peerId) => mesh.safetyWords(peerId),
      perform: performOf(hub) satisfies Perform,
    },
  );
  hub.broadcasts.offeredTo = (peerId) => world.audio.offeredTo(peerId);
  world.roles.set(manager, 'manager');
  world.presence.sit('a', manager);
  return world;
}

test('a player is shared with a stranger by its pick, and heard there by a name and a press', async () => {
  const [northHub, southHub] = await Promise.all([startedHub('North'), startedHub('South')]);
  await connectHubs(southHub, northHub);
  const southId = await peerIdOf(southHub);
  const north = await community(northHub, 'ada');
  const south = await community(southHub, 'sol');
  const ada = north.as('ada');
  await north.run(playerPlay, { guildId, what: 'sample' }, ada);
  await north.run(playerConfigure, { guildId, loop: 'one' }, ada);
  const { communities } = await north.run(playerShareList, { guildId }, ada);
  expect(communities).toMatchObject([{ name: 'South', trusted: false, shared: false }]);
  const shared = await north.run(playerShare, { guildId, peerIds: [southId] }, ada);
  expect(shared).toMatchObject({
    trusted: ['South'],
    player: { sharedWith: [{ peerId: southId, name: 'South', listening: false }] },
  });

  const play = (allow: boolean, who = 'sol') =>
    south.run(playerPlay, { guildId, what: 'North', allow }, south.as(who));
  south.presence.sit('a', 'sol', 'mia');
  expect(await play(true, 'mia')).toMatchObject({ neighbour: { state: 'not-allowed', mayAllow: false } });
  const seen = await play(false);
  expect(seen).toMatchObject({ neighbour: { state: 'not-allowed', mayAllow: true } });
  expect('neighbour' in seen && seen.neighbour.words).toBe(communities[0]?.words);
  const pressedAtMs = performance.now();
  expect(await play(true)).toMatchObject({ outcome: 'relayed', relay: { community: 'North' } });
  const heard = () => south.voice.streams.reduce((sum, { frames }) => sum + frames.length, 0);
  await until(() => heard() > 10, 20_000);
  if (process.env.SHOW_TIMES) process.stderr.write(`heard after ${performance.now() - pressedAtMs} ms\n`);

  const status = async () => (await north.run(playerStatus, { guildId }, ada)).player?.sharedWith;
  expect(await status()).toMatchObject([{ name: 'South', listening: true }]);
  const { remote } = await south.run(broadcastList, { guildId });
  expect(remote).toMatchObject([
    { community: 'North', broadcasts: [{ title: expect.stringMatching(/guildmesh sample/) }] },
  ]);
  expect((await north.run(broadcastList, { guildId })).own).toEqual([]);

  const changed: string[] = [];
  south.audio.playerChanges.onChange((subject) => changed.push(subject));
  const left = await north.run(playerUnshare, { guildId, peerIds: [southId] }, ada);
  expect(left.player.sharedWith).toEqual([]);
  await until(() => south.said.length > 0);
  expect(south.said.at(-1)).toMatch(/^North no longer shares .* with this server\. .*Share again/);
  expect(await south.run(relayStatus, { guildId })).toMatchObject({
    relays: [],
    lastEnded: { channelId: 'a', community: 'North', why: 'narrowed' },
  });
  // Its card looks again at once.
  expect(changed).toContain('a');
  expect(await play(false)).toMatchObject({ neighbour: { state: 'silent' } });
  await forget(northHub, southHub);
  expect(await play(false)).toMatchObject({ neighbour: { state: 'not-allowing' } });
});
