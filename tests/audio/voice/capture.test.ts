import { setTimeout as pause } from 'node:timers/promises';
import type { Listener } from '@guildmesh/local-discord/voice/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isSilence } from '#audio/opus/toc.ts';
import type { VoiceCapture } from '#audio/voice-contract.ts';
import { tonePackets } from '../capture/tones.ts';
import { Programme } from './support/programme.ts';
import { guildA, lounge, stage, VoiceRoom } from './support/voice-room.ts';

const ann = '300000000000000001';
const ben = '300000000000000002';
let room: VoiceRoom;
let withdrawn: Set<string>;
let captured: Uint8Array[];
let said: Buffer[];
let kicked: number;

beforeEach(async () => {
  room = await VoiceRoom.open();
  withdrawn = new Set();
  captured = [];
  kicked = 0;
  said = await tonePackets(440, 50);
});
afterEach(async () => {
  await room.close();
});

async function join(channelId: string, quiet = true) {
  room.engine.openStream('stream');
  const kind = channelId === stage ? ('stage' as const) : ('voice' as const);
  const request = { guildId: guildA, channelId, streamKey: 'stream', kind, quiet };
  return room.engine.join(request, AbortSignal.timeout(10_000));
}

function capture(): VoiceCapture {
  return room.engine.capture({
    guildId: guildA,
    bitrateKbps: 96,
    mayBeHeard: async (userId) => !withdrawn.has(userId),
    onPacket: (payload) => captured.push(payload),
    onKicked: () => kicked++,
  });
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 15_000;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error(`${what}: never`);
    await pause(10);
  }
}

/** Talks until `condition` holds: what is said before everyone has the keys is lost, as between people. */
async function talkUntil(who: Listener, what: string, condition: () => boolean): Promise<void> {
  let at = 0;
  await until(what, () => {
    who.speak(said[at++ % said.length]!);
    return condition();
  });
}

const spoken = () => captured.filter((payload) => !isSilence(payload));
const texts = (packets: readonly Uint8Array[]) =>
  packets.map((packet) => Buffer.from(packet).toString('hex'));

describe.each([
  ['a voice channel', lounge, 1],
  ['a stage', stage, 0],
] as const)('%s', (_, channelId, daveVersion) => {
  test('is heard, byte for byte, by a bot that says nothing', async () => {
    const listener = await room.server.listen({ channelId, daveVersion }, ann);
    await join(channelId);
    const running = capture();
    await talkUntil(listener, 'Ann is heard', () => spoken().length > 5);
    const known = new Set(texts(said));
    expect(texts(spoken()).every((text) => known.has(text))).toBe(true);
    expect(listener.stats.framesHeard).toBe(0);
    expect(room.requests.at(-1)).toMatchObject({ self_mute: true, self_deaf: false });
    running.stop();
    await until('deaf again', () => room.requests.at(-1)?.self_deaf === true);
    expect(room.violations).toEqual([]);
  });
});

test('who may not be heard isn’t, until asking again says otherwise, and no more when they withdraw', async () => {
  withdrawn.add(ann);
  const [annsEars, bensEars] = [
    await room.server.listen({ channelId: lounge, daveVersion: 1 }, ann),
    await room.server.listen({ channelId: lounge, daveVersion: 1 }, ben),
  ];
  await join(lounge);
  const running = capture();
  let count = 0;
  await talkUntil(bensEars, 'Ben is heard', () => {
    annsEars.speak(Buffer.from([0xfc, 1, count++ & 255]));
    return spoken().length > 5;
  });
  expect(spoken().every((payload) => payload.length > 3)).toBe(true);
  withdrawn.delete(ann);
  withdrawn.add(ben);
  running.askAgain();
  captured.length = 0;
  await talkUntil(annsEars, 'Ann is heard', () => spoken().length > 5);
  // Ann's last words are still being played.
  await pause(400);
  captured.length = 0;
  for (let i = 0; i < 20; i++) {
    bensEars.speak(said[i]!);
    await pause(20);
  }
  expect(captured.length).toBeGreaterThan(10);
  expect(spoken()).toEqual([]);
  running.stop();
});

test('a capture is notified of a kick', async () => {
  await join(lounge);
  const running = capture();
  await until('it has ears', () => captured.length > 10);
  room.kick(guildA);
  await until('the kick is told', () => kicked === 1);
  await pause(100);
  expect(room.engine.channelOf(guildA)).toBeUndefined();
  running.stop();
});

test('relaying goes on while it hears, and what it plays is not captured', async () => {
  const listener = await room.server.listen({ channelId: lounge, daveVersion: 1 }, ann);
  const programme = new Programme(room.engine.openStream('stream'));
  const session = await join(lounge, false);
  await until('the relay is heard', () => listener.stats.framesHeard - listener.stats.silenceFrames > 20);
  const running = capture();
  await until('packets', () => captured.length > 25);
  expect(captured.every(isSilence)).toBe(true);
  await talkUntil(listener, 'Ann is heard', () => spoken().length > 5);
  expect(session.status()).toMatchObject({ e2ee: true, rejoinCount: 0 });
  programme.stop();
  running.stop();
});

test('a second capture of a guild is refused; after a lost voice session the first goes on', async () => {
  const listener = await room.server.listen({ channelId: lounge, daveVersion: 1 }, ann);
  await join(lounge);
  const running = capture();
  expect(() => capture()).toThrow(expect.objectContaining({ code: 'VOICE_CAPTURED_ALREADY' }));
  await talkUntil(listener, 'Ann is heard', () => spoken().length > 5);
  room.server.faults.closeVoice(guildA, room.botUserId(), 4006);
  await pause(200);
  captured.length = 0;
  await talkUntil(listener, 'Ann is heard again', () => spoken().length > 5);
  running.stop();
});
