import { expect, test } from 'vitest';
import { ConsentDesk } from '#audio/capture/consent.ts';
import { packetsHeldMax, sessionLookMs } from '#audio/capture/limits.ts';
import { openLiveChannel } from '#audio/capture/live-channel-source.ts';
import { NoticedAudiences } from '#audio/capture/noticed-audiences.ts';
import { silencePayload } from '#audio/opus/toc.ts';
import type { AudioSource } from '#audio/source/contract.ts';
import { OpenedSource } from '#audio/source/opened-source.ts';
import { voiceErrors } from '#audio/voice/errors.ts';
import type { Audience } from '#contracts/audio.ts';
import type { CaptureRule, ConsentChoice, ConsentGiven, ConsentStore } from '#contracts/consent-store.ts';
import type { GuildDirectory } from '#contracts/discord.ts';
import { silentLogger } from '#core/logger.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { rejection } from '../../support/rejection.ts';
import { complies } from '../source/compliance.ts';
import { MemoryIntents } from '../support/harness.ts';
import { VoicePort } from '../support/ports.ts';

const guildId = '100000000000000001';
const channelId = '200000000000000001';
const otherChannelId = '200000000000000002';
const ann = '300000000000000001';
const someBot = '300000000000000002';
const never = new AbortController().signal;

class Consents implements ConsentStore {
  rule: CaptureRule = 'ask';
  readonly given = new Map<string, ConsentChoice>();
  /** By user; 1 s unless said otherwise. */
  readonly givenAtMs = new Map<string, number>();
  broken = false;

  async ruleOf() {
    if (this.broken) throw new Error('the database is gone');
    return this.rule;
  }
  async setRule(_guildId: string, rule: CaptureRule) {
    this.rule = rule;
  }
  async choices() {
    return new Map(
      [...this.given].map(([userId, choice]): [string, ConsentGiven] => [
        userId,
        { choice, chosenAtMs: this.givenAtMs.get(userId) ?? 1_000 },
      ]),
    );
  }
  async setChoice(_guildId: string, userId: string, choice: ConsentChoice) {
    this.given.set(userId, choice);
  }
}

interface WorldInit {
  permissions?: { view?: boolean; connect?: boolean };
  owner?: string;
  audience?: Audience;
  intents?: MemoryIntents;
}

function world(init: WorldInit = {}) {
  const { permissions = {}, owner = guildId, audience = 'server', intents = new MemoryIntents() } = init;
  const voice = new VoicePort();
  const clock = new FakeClock();
  const consents = new Consents();
  const desk = new ConsentDesk({ store: consents, clock });
  const posted: string[] = [];
  const board = { open: true };
  const capturesAtNotice: number[] = [];
  const people = { isBot: async (_: string, userId: string) => userId === someBot };
  const channel = {
    ...{ id: channelId, guildId, guildName: 'Guild', name: 'Lounge', kind: 'voice', userLimit: 0 },
    permissions: { view: true, connect: true, ...permissions },
  };
  const notices = {
    post: async (_channelId: string, text: string) => {
      capturesAtNotice.push(voice.captures.length);
      if (board.open) posted.push(text);
      return board.open;
    },
  };
  const name = `channel:${channelId}`;
  const noticed = new NoticedAudiences({ intents, clock });
  const request = { name, owner, audience, shuffle: false, loop: false, onEvent: () => {} };
  const components = {
    voice,
    guilds: {
      voiceChannel: (inGuild: string, id: string) =>
        inGuild === guildId && id === channelId ? channel : undefined,
    } as unknown as GuildDirectory,
    people,
    consent: desk,
    notices,
    noticed,
    clock,
    logger: silentLogger(),
  };
  const source = (): AudioSource =>
    new OpenedSource(
      { clock },
      {
        name,
        open: (signal) => openLiveChannel(components, { channelId, bitrateKbps: 96, request }, signal),
      },
    );
  const change = async (act: () => void) => {
    act();
    // The action notifies the asker; the desk alone knows its listeners.
    const choose = desk.actions.find((action) => action.spec.name === 'consent.choose');
    const actor = { kind: 'guild-member', guildId, userId: ann } as never;
    await choose?.run({ actor, signal: never }, { guildId, choice: consents.given.get(ann) ?? 'withdrawn' });
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { voice, clock, consents, people, notices, posted, board, capturesAtNotice, source, change };
}

complies('a live channel', () => {
  const { voice, source } = world();
  return {
    source,
    push: () => voice.captures.at(-1)?.request.onPacket(silencePayload, 0),
    isFree: () =>
      voice.captures.every((capture) => capture.stopped) && voice.sessions.every((session) => session.left),
  };
});

test('people read the notice before anything is heard, and again when it is over', async () => {
  const { capturesAtNotice, posted, source, voice } = world();
  const live = source();
  await live.start(never);
  expect([capturesAtNotice, voice.captures.length]).toEqual([[0], 1]);
  expect(posted[0]).toMatch(/being broadcast.*\/consent give/);
  live.stop();
  expect(posted[1]).toMatch(/no longer/);
});

test('people who read the notice are notified when it was taken back meanwhile', async () => {
  const { notices, posted, source, voice } = world();
  const live = source();
  const post = notices.post;
  notices.post = async (channelId, text) => {
    notices.post = post;
    live.stop();
    return post(channelId, text);
  };
  await rejection(live.start(never));
  expect(posted.map((text) => /no longer/.test(text)).sort()).toEqual([false, true]);
  expect(voice.captures).toEqual([]);
  expect(voice.sessions.map((session) => session.left)).toEqual([true]);
});

test('without the notice there is no capture, and the bot leaves', async () => {
  const { board, source, voice } = world();
  board.open = false;
  expect(await rejection(source().start(never))).toMatchObject({ code: 'CAPTURE_NOTICE_FAILED' });
  expect(voice.captures).toEqual([]);
  expect(voice.sessions.map((session) => session.left)).toEqual([true]);
});

test('a channel of another guild than the asker’s is refused', async () => {
  const { source, voice } = world({ owner: '100000000000000009' });
  expect(await rejection(source().start(never))).toMatchObject({ code: 'CAPTURE_CHANNEL_UNKNOWN' });
  expect(voice.sessions).toEqual([]);
});

test('a channel it can’t see is refused by its link alone', async () => {
  const { source } = world({ permissions: { view: false } });
  expect(await rejection(source().start(never))).toMatchObject({
    code: 'CAPTURE_CHANNEL_HIDDEN',
    message: expect.stringMatching(/can’t see <#\w+>\.$/),
  });
});

test('a channel it may not enter is refused with what is missing', async () => {
  const { source } = world({ permissions: { connect: false } });
  expect(await rejection(source().start(never))).toMatchObject({
    code: 'CAPTURE_PERMISSION_MISSING',
    message: expect.stringContaining('Connect'),
  });
});

test('a guild that has switched it off is never entered, and one that does so ends it', async () => {
  const { change, consents, source, voice } = world();
  consents.rule = 'off';
  expect(await rejection(source().start(never))).toMatchObject({ code: 'CAPTURE_OFF' });
  expect(voice.sessions).toEqual([]);
  consents.rule = 'notice';
  const live = source();
  await live.start(never);
  const reading = rejection(live.frames().next());
  await change(() => {
    consents.rule = 'off';
  });
  expect(await reading).toMatchObject({ code: 'CAPTURE_OFF' });
  expect(voice.captures[0]?.stopped).toBe(true);
});

test('only people with consent are heard, never bots, and everyone is checked again when something changes', async () => {
  const { change, consents, source, voice } = world();
  consents.given.set(someBot, 'given');
  const live = source();
  await live.start(never);
  const capture = voice.captures[0]!;
  expect(await capture.request.mayBeHeard(ann)).toBe(false);
  await change(() => consents.given.set(ann, 'given'));
  expect(capture.askedAgain).toBe(1);
  expect(await capture.request.mayBeHeard(ann)).toBe(true);
  expect(await capture.request.mayBeHeard(someBot)).toBe(false);
  await change(() => {
    consents.broken = true;
  }).catch(() => {});
  expect(await capture.request.mayBeHeard(ann)).toBe(false);
  live.stop();
});

test('consent withdrawn while it is found out who somebody is doesn’t count', async () => {
  const { change, consents, people, source, voice } = world();
  consents.given.set(ann, 'given');
  await source().start(never);
  const known = Promise.withResolvers<boolean>();
  people.isBot = () => known.promise;
  const answer = voice.captures[0]!.request.mayBeHeard(ann);
  await change(() => consents.given.set(ann, 'withdrawn'));
  known.resolve(false);
  expect(await answer).toBe(false);
});

test('a relay into the same channel is heard through; elsewhere in the guild it is in the way', async () => {
  const { source, voice } = world();
  const request = { guildId, channelId, streamKey: 's', kind: 'voice' as const };
  const relay = await voice.join(request);
  const live = source();
  await live.start(never);
  expect(voice.sessions.length).toBe(1);
  live.stop();
  expect(voice.sessions[0]?.left).toBe(false);
  await relay.leave();
  await voice.join({ ...request, channelId: otherChannelId });
  expect(await rejection(source().start(never))).toMatchObject({ code: 'CAPTURE_ELSEWHERE' });
});

test('when the relay ends it stays on its own, when one takes the bot elsewhere it is over', async () => {
  const { clock, source, voice } = world();
  const request = { guildId, channelId, streamKey: 's', kind: 'voice' as const };
  const relay = await voice.join(request);
  const live = source();
  await live.start(never);
  const reading = rejection(live.frames().next());
  await relay.leave();
  await clock.advance(sessionLookMs);
  expect(voice.sessions[1]?.request).toMatchObject({ channelId, quiet: true });
  const elsewhere = { guildId, channelId: otherChannelId };
  voice.sessions[1]?.ended({ kind: 'kicked', error: voiceErrors.VOICE_REPLACED(elsewhere) });
  voice.sessions[1]!.left = true;
  await voice.join({ ...request, channelId: otherChannelId });
  await clock.advance(sessionLookMs);
  expect(await reading).toMatchObject({ code: 'CAPTURE_ELSEWHERE' });
});

test('a kick ends it', async () => {
  const { source, voice } = world();
  const live = source();
  await live.start(never);
  const reading = rejection(live.frames().next());
  const error = voiceErrors.VOICE_KICKED({ guildId, channelId });
  voice.captures[0]!.request.onKicked(error);
  expect(await reading).toBe(error);
  expect(live.health()).toMatchObject({ state: 'over', problem: error });
});

test('what nobody takes is not kept for ever', async () => {
  const { source, voice } = world();
  const live = source();
  await live.start(never);
  for (let i = 0; i < packetsHeldMax + 7; i++) voice.captures[0]!.request.onPacket(Uint8Array.of(0xfc, i), 0);
  const first = await live.frames().next();
  expect(first.value?.payload[1]).toBe(7);
});
