import { afterEach, expect, test } from 'vitest';
import type { Audio } from '#audio/audio.ts';
import { silencePayload } from '#audio/opus/toc.ts';
import { broadcastAudience, broadcastStart, broadcastStop } from '#contracts/actions/broadcast.ts';
import { consentChoose, consentShow } from '#contracts/actions/consent.ts';
import { relayStart, relayStatus } from '#contracts/actions/relay.ts';
import type { Actor } from '#contracts/actor.ts';
import type { Audience } from '#contracts/audio.ts';
import { systemClock } from '#core/clock.ts';
import { rejection } from '../../support/rejection.ts';
import { startedStorage } from '../../support/started-storage.ts';
import { storesOf } from '../../support/tables.ts';
import { audioUnderTest, MemoryIntents, RecordingSink, until } from '../support/harness.ts';
import { CommunitiesPort, GuildsPort, RemotePort, VoicePort, voiceChannel } from '../support/ports.ts';

const guildId = '100000000000000001';
const annex = '100000000000000002';
const channelId = '200000000000000001';
const source = `channel:${channelId}`;
const started: Audio[] = [];

afterEach(async () => {
  for (const audio of started.splice(0)) await audio.stop?.();
});

function person(userId: string): Actor {
  const nobody = { roleIds: [], isGuildOwner: false, hasManageGuild: false, isOperator: false };
  return { kind: 'guild-member', guildId, userId, displayName: userId, ...nobody };
}
const ann = '300000000000000001';

async function world(intents = new MemoryIntents()) {
  /** The wall clock is the test's; durations are real. */
  const wall = { nowMs: 1_000_000 };
  const clock = { ...systemClock(), nowMs: () => wall.nowMs };
  const storage = await startedStorage();
  const voice = new VoicePort();
  const guilds = new GuildsPort();
  guilds.channels.set(channelId, voiceChannel(channelId, { guildId }));
  guilds.channels.set('c', voiceChannel('c', { guildId: annex }));
  const posted: string[] = [];
  const notices = {
    open: true,
    async post(_channelId: string, text: string) {
      if (notices.open) posted.push(text);
      return notices.open;
    },
  };
  const said: string[] = [];
  const { audio, run } = audioUnderTest({
    ...{ voice, guilds, remote: new RemotePort(), communities: new CommunitiesPort(), clock, intents },
    ...{ notices, people: { isBot: async () => false }, consents: storesOf(storage).consents },
    announcer: { announce: async (id: string, text: string) => void said.push(`${id}: ${text}`) },
    stage: { speak: async () => 'speaking' as const },
  });
  started.push(audio);
  /** Lets the action end that waits for the first sound of a channel. */
  const heard = async <T>(action: Promise<T>): Promise<T> => {
    const before = voice.captures.length;
    await Promise.race([until(() => voice.captures.length > before), action]);
    voice.captures.at(-1)?.request.onPacket(silencePayload, 0);
    return action;
  };
  const start = (audience?: Audience) =>
    heard(run(broadcastStart, { guildId, source, ...(audience && { audience }) }));
  const widen = (broadcast: string, audience: Audience) =>
    heard(run(broadcastAudience, { guildId, broadcast, audience }));
  const give = () => run(consentChoose, { guildId, choice: 'given' }, { actor: person(ann) });
  const isHeard = () => voice.captures.at(-1)?.request.mayBeHeard(ann);
  return { audio, run, voice, wall, notices, posted, said, intents, start, widen, give, isHeard };
}

test('a live channel is for its server unless its notice said more, and the notice says it in words', async () => {
  const { audio, posted, run, start } = await world();
  const { audience, id, live } = await start();
  expect({ audience, live }).toEqual({ audience: 'server', live: true });
  expect([audio.offeredTo('friend').list(), audio.catalogueFor(annex).list()]).toEqual([[], []]);
  expect(posted).toEqual([expect.stringMatching(/heard by people in this server\.\*\* .*\/consent give/)]);
  await run(broadcastStop, { guildId, broadcast: id });
  await start('community');
  expect(posted.at(-1)).toMatch(/people in all servers of this community/);
  expect(audio.catalogueFor(annex).list()).toHaveLength(1);
});

test('what a starved worker missed passes for listeners and recordings as well', async () => {
  const { audio, start, voice } = await world();
  const { id } = await start();
  const listener = new RecordingSink();
  audio.catalogueFor(guildId).subscribe(id, listener);
  const { request } = voice.captures.at(-1)!;
  for (const missedCount of [0, 12, 0, 1_000_000]) request.onPacket(silencePayload, missedCount);
  await until(() => listener.frames.length === 4);
  const from = listener.frames[0]!.sequence;
  // Whatever a worker says, a minute at most.
  expect(listener.frames.map(({ sequence }) => sequence - from)).toEqual([0, 13, 14, 3_015]);
});

test('the narrowest source of a list decides', async () => {
  const { audio, run } = await world();
  const view = await run(broadcastStart, { guildId, source: 'tone', fallbacks: [source] });
  expect(view).toMatchObject({ audience: 'server', live: true });
  expect(audio.offeredTo('friend').list()).toEqual([]);
});

test('widening is a new start with a new notice, and under “ask” only consent given since counts', async () => {
  const { audio, give, isHeard, posted, start, voice, wall, widen } = await world();
  await give();
  const { id } = await start();
  expect(await isHeard()).toBe(true);
  const recorder = new RecordingSink();
  audio.catalogueFor(guildId).subscribe(id, recorder);
  wall.nowMs += 1_000;
  const widened = await widen(id, 'neighbours');
  expect(widened).toMatchObject({ id, audience: 'neighbours' });
  expect(recorder.ends).toEqual(['lost']);
  expect(voice.captures.map(({ stopped }) => stopped)).toEqual([true, false]);
  expect(posted.slice(1)).toEqual([
    expect.stringMatching(/no longer/),
    expect.stringMatching(/communities that it trusts.*gives consent from now on/),
  ]);
  expect(await isHeard()).toBe(false);
  wall.nowMs += 1_000;
  await give();
  await until(() => (voice.captures.at(-1)?.askedAgain ?? 0) > 0);
  expect(await isHeard()).toBe(true);
});

test('ending it and starting it again for more people is no way around that; nor is a restart', async () => {
  const { audio, give, intents, isHeard, run, start, wall } = await world();
  await give();
  const first = await start();
  await run(broadcastStop, { guildId, broadcast: first.id });
  wall.nowMs += 1_000;
  await start('neighbours');
  expect(await isHeard()).toBe(false);
  await audio.stop?.();
  const again = await world(intents);
  await again.give();
  await again.audio.start?.(new AbortController().signal);
  await until(() => again.voice.captures.length > 0);
  expect(again.audio.offeredTo('friend').list()).toMatchObject([{ audience: 'neighbours' }]);
  // Given at the old time of the test's clock, before that notice.
  expect(await again.isHeard()).toBe(false);
});

test('widened a second time, consent from the time before is asked for again', async () => {
  const { give, isHeard, start, wall, widen } = await world();
  const { id } = await start();
  await widen(id, 'neighbours');
  wall.nowMs += 1_000;
  await give();
  expect((await widen(id, 'server')).audience).toBe('server');
  expect(await isHeard()).toBe(true);
  wall.nowMs += 1_000;
  await widen(id, 'community');
  expect(await isHeard()).toBe(false);
});

test('without its notice nothing goes on, for nobody', async () => {
  const { audio, intents, notices, start, widen } = await world();
  const { id } = await start();
  notices.open = false;
  expect(await rejection(widen(id, 'neighbours'))).toMatchObject({ code: 'CAPTURE_NOTICE_FAILED' });
  expect([audio.offeredTo('friend').list(), audio.catalogueFor(guildId).list()]).toEqual([[], []]);
  expect(await intents.list('broadcast')).toEqual([]);
});

test('narrowed, other guilds hear the end and the channel a new notice', async () => {
  const { audio, posted, run, said, start, widen } = await world();
  const { id } = await start('neighbours');
  const neighbour = new RecordingSink();
  audio.offeredTo('friend').subscribe(id, neighbour);
  await run(relayStart, { guildId: annex, channelId: 'c', broadcast: id });
  await widen(id, 'server');
  expect(neighbour.ends).toEqual(['narrowed']);
  expect(said).toEqual([expect.stringMatching(/^c: .*fewer people/)]);
  expect((await run(relayStatus, { guildId: annex })).relays).toEqual([]);
  expect(posted.at(-1)).toMatch(/people in this server/);
});

test('/consent names who hears each live channel, and whether the asker is heard there', async () => {
  const { give, run, start, wall, widen } = await world();
  await give();
  const asked = () => run(consentShow, { guildId }, { actor: person(ann) });
  expect(await asked()).toMatchObject({ heard: true, live: [] });
  const { id } = await start();
  expect(await asked()).toMatchObject({ live: [{ channelId, audience: 'server', heard: true }] });
  wall.nowMs += 1_000;
  await widen(id, 'neighbours');
  expect(await asked()).toMatchObject({ heard: true, live: [{ audience: 'neighbours', heard: false }] });
  wall.nowMs += 1_000;
  expect(await give()).toMatchObject({ live: [{ audience: 'neighbours', heard: true }] });
  await run(broadcastStop, { guildId, broadcast: id });
  expect(await asked()).toMatchObject({ live: [] });
});

test('restored from an older version it stays for neighbours, and so do the consents that were given', async () => {
  const intents = new MemoryIntents();
  const payload = { sources: [source], loop: true, owner: guildId, startedAtMs: 1 };
  const wantedBy = `guild-member:${guildId}:${ann}`;
  await intents.put({ kind: 'broadcast', key: 'old', payload, wantedBy, createdAtMs: 1 });
  const { audio, give, isHeard, voice, wall } = await world(intents);
  await give();
  wall.nowMs += 1_000;
  await audio.start?.(new AbortController().signal);
  await until(() => voice.captures.length > 0);
  expect(audio.offeredTo('friend').list()).toMatchObject([{ id: 'old', audience: 'neighbours' }]);
  expect(await isHeard()).toBe(true);
});
