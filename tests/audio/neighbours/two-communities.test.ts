import { expect, onTestFinished, test } from 'vitest';
import { OwnBroadcasts } from '#audio/broadcast/own-broadcasts.ts';
import { Sharing } from '#audio/neighbours/sharing.ts';
import { ShownWords } from '#audio/neighbours/shown-words.ts';
import { PlayerSound } from '#audio/player/player-sound.ts';
import { broadcastList, broadcastStart } from '#contracts/actions/broadcast.ts';
import { nodeStart, nodeStop } from '#contracts/actions/node.ts';
import { relayStart, relayStatus } from '#contracts/actions/relay.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { connectHubs, forget, peerIdOf, startedHub, type TestHub } from '../../mesh/support/hub.ts';
import { rejection } from '../../support/rejection.ts';
import { homeEverywhere } from '../../support/standings.ts';
import { TestLine } from '../player/support.ts';
import { audioUnderTest, MemoryIntents, until } from '../support/harness.ts';
import { GuildsPort, VoicePort, voiceChannel } from '../support/ports.ts';
import { openerUnderTest } from '../support/sources.ts';
import { manager, neighboursOf, ours, portsOf } from './support.ts';

const theirs = '200000000000000001';

/** A community with a player of its own that plays a tone, found by its id, as the audio service has it. */
async function playing(hub: TestHub, intents = new MemoryIntents()) {
  const own = new OwnBroadcasts({ standings: homeEverywhere });
  const parts = { clock: systemClock(), chance: systemChance(), logger: silentLogger() };
  const sharing = new Sharing({ ...portsOf(hub), ...parts, intents, own, shownWords: new ShownWords(parts) });
  await sharing.start();
  const sound = new PlayerSound(
    { ...parts, own, sources: openerUnderTest().opener },
    {
      ...{ playerId: 'player', guildId: ours, title: 'North’s player', line: new TestLine('tone') },
      ...{ sharedWith: () => sharing.of(ours), startedAtMs: 0, subscribersMax: 8, homeDelayMs: 400 },
      ...{ openTimeoutMs: 8_000, idleTimeoutMs: 4_000, stallTimeoutMs: 1_000, returnAfterMs: 2_000 },
      onChange: () => {},
    },
  );
  hub.broadcasts.offeredTo = (peerId) => own.catalogueFor({ peerId });
  sound.start();
  const stop = () => {
    sound.stop();
    sharing.stop();
  };
  onTestFinished(stop);
  /** As people do it: they read the list, and pick. */
  const share = async (peerId: string) => {
    await sharing.candidates(manager, ours);
    const widen = (put: () => Promise<void>) => put();
    return sharing.share(manager, ours, [peerId], { signal: AbortSignal.timeout(15_000), widen });
  };
  return { sharing, share, stop, intents };
}

/** A community that relays into a channel of its own. */
async function listening(hub: TestHub, intents = new MemoryIntents()) {
  const [voice, guilds, said] = [new VoicePort(), new GuildsPort(), [] as string[]];
  guilds.channels.set('b', voiceChannel('b', { guildId: theirs }));
  const announcer = { announce: async (_: string, text: string) => void said.push(text) };
  const { communities, remote } = hub.mesh;
  const { audio, run } = audioUnderTest({
    ...{ voice, guilds, announcer, communities, remote, intents },
    stage: { speak: async () => 'speaking' as const },
  });
  onTestFinished(async () => audio.stop?.());
  await audio.start?.(new AbortController().signal);
  const relay = (broadcast: string) => run(relayStart, { guildId: theirs, channelId: 'b', broadcast });
  /** Frames that came into the channel, over all streams. */
  const heard = () => voice.streams.reduce((sum, { frames }) => sum + frames.length, 0);
  const hearsMore = (than = heard()) => until(() => heard() > than + 5, 20_000);
  return { audio, run, relay, said, heard, hearsMore, intents };
}

async function strangers() {
  const [north, south] = await Promise.all([startedHub('North'), startedHub('South')]);
  await connectHubs(south, north);
  return { north, south, northId: await peerIdOf(north), southId: await peerIdOf(south) };
}

async function untilAnswered(answer: Promise<unknown>): Promise<string> {
  const given = await answer;
  if (typeof given !== 'object' || given === null || !('broadcast' in given))
    throw new Error(JSON.stringify(given));
  return String(given.broadcast);
}

test('shared by a pick, allowed by a press, heard, listed by its title; unshared, it ends with a sentence', async () => {
  const { north, south, northId, southId } = await strangers();
  const { sharing, share } = await playing(north);
  const there = await listening(south);
  expect(await share(southId)).toEqual({ nodeStarted: false, trusted: ['South'] });

  const { ask } = neighboursOf(south);
  expect(await ask('North')).toMatchObject({ neighbour: { state: 'not-allowed', mayAllow: true } });
  const pressedAtMs = performance.now();
  const broadcast = await untilAnswered(ask('North', true));
  const foundMs = performance.now() - pressedAtMs;
  expect(broadcast).toBe(`player@${northId}`);
  // Ten seconds are allowed for it; on a quiet machine it takes a few hundred milliseconds.
  expect(foundMs).toBeLessThan(10_000);
  await there.relay(broadcast);
  await there.hearsMore();
  expect(sharing.viewOf(ours)).toEqual([{ peerId: southId, name: 'South', listening: true }]);
  const { remote } = await there.run(broadcastList, { guildId: theirs });
  expect(remote).toMatchObject([
    {
      community: 'North',
      broadcasts: [{ reference: 'player@North', title: 'North’s player: Test tone, 440 Hz' }],
    },
  ]);

  await sharing.unshare(manager, ours, [southId]);
  await until(() => there.said.length > 0);
  expect(there.said).toEqual([
    expect.stringMatching(/^North no longer shares “North’s player” with this server\..*Share again/),
  ]);
  expect((await there.run(relayStatus, { guildId: theirs })).relays).toEqual([]);
  expect(await ask('North')).toMatchObject({ neighbour: { state: 'silent' } });
  expect(await rejection(there.relay(broadcast))).toMatchObject({ code: 'AUDIO_UNKNOWN_BROADCAST' });
});

test('a shared player is broadcast again by nobody', async () => {
  const { north, south, southId } = await strangers();
  const { share } = await playing(north);
  await share(southId);
  const there = await listening(south);
  const { ask } = neighboursOf(south);
  await ask('North');
  const source = `broadcast:${await untilAnswered(ask('North', true))}`;
  expect(await rejection(there.run(broadcastStart, { guildId: theirs, source }))).toMatchObject({
    code: 'AUDIO_SOURCE_NOT_PASSED_ON',
  });
});

test('a relay of it is back after a restart of either side, and revoked trust ends it', async () => {
  const { north, south, southId } = await strangers();
  const first = await playing(north);
  await first.share(southId);
  const there = await listening(south);
  const { ask } = neighboursOf(south);
  await ask('North');
  await there.relay(await untilAnswered(ask('North', true)));
  await there.hearsMore();

  // As a hub stops and starts: the node goes first, and is elsewhere afterwards.
  await north.act(nodeStop, {});
  first.stop();
  await playing(north, first.intents);
  await north.act(nodeStart, {});
  await connectHubs(south, north);
  await there.hearsMore();

  await there.audio.stop?.();
  const again = await listening(south, there.intents);
  await again.hearsMore();

  await forget(north, south);
  await until(() => again.said.length > 0, 20_000);
  expect(again.said).toEqual([expect.stringMatching(/trust between the communities was withdrawn/)]);
});
