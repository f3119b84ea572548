import { afterEach, describe, expect, test, vi } from 'vitest';
import type { VoiceJoin } from '#audio/voice-contract.ts';
import { Programme, Recording, runFrom } from './support/programme.ts';
import { guildA, guildB, lounge, otherLounge, stage, VoiceRoom } from './support/voice-room.ts';

const listenerId = '300000000000000001';
const secondListenerId = '300000000000000002';

let room: VoiceRoom;
const programmes: Programme[] = [];

afterEach(async () => {
  for (const programme of programmes.splice(0)) programme.stop();
  await room?.close();
});

function broadcast(streamKey = 'north'): Programme {
  const programme = new Programme(room.engine.openStream(streamKey));
  programmes.push(programme);
  return programme;
}

function join(request: Partial<VoiceJoin> = {}) {
  return room.engine.join(
    { guildId: guildA, channelId: lounge, streamKey: 'north', kind: 'voice', ...request },
    AbortSignal.timeout(10_000),
  );
}

async function listen(channelId = lounge, userId = listenerId, daveVersion: 0 | 1 = 1): Promise<Recording> {
  return new Recording(await room.server.listen({ channelId, daveVersion }, userId));
}

async function untilHeard(recording: Recording, count: number): Promise<void> {
  await vi.waitFor(() => expect(recording.count).toBeGreaterThanOrEqual(count), {
    timeout: 15_000,
    interval: 50,
  });
}

function expectWhole(recording: Recording): void {
  expectInOrder(recording);
  expect(recording.listener.stats.rtpGaps).toBe(0);
}

/** Every frame once, in order; between them there may be turns for the decoder to conceal. */
function expectInOrder(recording: Recording): void {
  expect(recording.sequences).toEqual(runFrom(recording.sequences));
  expect(recording.sequences).not.toContain(-1);
  expect(recording.listener.stats).toMatchObject({
    framesPlain: 0,
    framesUndecryptable: 0,
    rtpRepeats: 0,
    transportErrors: 0,
  });
}

describe('playing into a voice channel', () => {
  test('reaches a listener who was there first, encrypted, unchanged, whole', async () => {
    room = await VoiceRoom.open();
    broadcast();
    const recording = await listen();
    const session = await join();
    await untilHeard(recording, 150);
    expectWhole(recording);
    expect(recording.frames.every(({ e2ee }) => e2ee)).toBe(true);
    expect(session.status()).toMatchObject({ state: 'playing', e2ee: true, rejoinCount: 0, framesMissed: 0 });
    expect(room.violations).toEqual([]);
  });

  test('plays only silence while alone, and the programme once somebody can decrypt it', async () => {
    room = await VoiceRoom.open({ secureTimeoutMs: 300 });
    const programme = broadcast();
    const session = await join();
    await vi.waitFor(() => expect(programme.sentCount).toBeGreaterThan(75), 10_000);
    expect(session.status()).toMatchObject({
      state: 'securing',
      e2ee: false,
      framesPlayed: 0,
      rejoinCount: 0,
    });
    const recording = await listen();
    await untilHeard(recording, 50);
    expectWhole(recording);
    await vi.waitFor(() => expect(session.status()).toMatchObject({ state: 'playing', e2ee: true }), 2_000);
    expect(room.server.faults.connectionCount).toBe(1);
    expect(room.violations).toEqual([]);
  });

  test('stays secret for members who come and go', async () => {
    room = await VoiceRoom.open();
    broadcast();
    const first = await listen();
    await join();
    await untilHeard(first, 40);
    const second = await listen(lounge, secondListenerId);
    await untilHeard(second, 40);
    first.listener.leave();
    const heardCount = second.count;
    await untilHeard(second, heardCount + 40);
    second.listener.leave();
    const again = await listen();
    await untilHeard(again, 40);
    for (const recording of [first, second, again]) {
      expect(recording.sequences).not.toContain(-1);
      expect(recording.listener.stats).toMatchObject({ framesPlain: 0, rtpRepeats: 0, transportErrors: 0 });
    }
    expect(room.violations).toEqual([]);
  });

  test.each([
    ['aead_aes256_gcm_rtpsize', true],
    ['aead_xchacha20_poly1305_rtpsize', false],
  ] as const)('speaks %s, with a KeyObject: %s', async (encryptionMode, keyObject) => {
    room = await VoiceRoom.open();
    room.server.faults.modes = [encryptionMode];
    broadcast();
    const recording = await listen();
    await join();
    await untilHeard(recording, 40);
    expectWhole(recording);
    const ready = room.log.find(({ text }) => text === 'voice connection ready');
    expect(ready?.fields).toMatchObject({ encryptionMode, keyObject, daveVersion: 1 });
  });

  test('needs no group in a stage', async () => {
    room = await VoiceRoom.open();
    broadcast();
    const recording = await listen(stage, listenerId, 0);
    const session = await join({ channelId: stage, kind: 'stage' });
    await untilHeard(recording, 40);
    expect(recording.sequences).toEqual(runFrom(recording.sequences));
    expect(session.status()).toMatchObject({ state: 'playing', e2ee: false });
    expect(room.violations).toEqual([]);
  });

  test('gives one stream to the channels of two guilds alike', async () => {
    room = await VoiceRoom.open();
    broadcast();
    const here = await listen();
    const there = await listen(otherLounge, secondListenerId);
    await Promise.all([join(), join({ guildId: guildB, channelId: otherLounge })]);
    await untilHeard(here, 100);
    await untilHeard(there, 100);
    // On a busy machine the clock skips turns for both; no frame is lost by that.
    expectInOrder(here);
    expectInOrder(there);
    const common = Math.max(here.sequences[0] ?? 0, there.sequences[0] ?? 0);
    const until = Math.min(here.sequences.at(-1) ?? 0, there.sequences.at(-1) ?? 0);
    const cut = (sequences: number[]) => sequences.filter((each) => each >= common && each <= until);
    expect(cut(here.sequences)).toEqual(cut(there.sequences));
    expect(cut(here.sequences).length).toBeGreaterThan(50);
  });

  test('bridges a gap of the source that its buffer covers, unheard', async () => {
    room = await VoiceRoom.open();
    const programme = broadcast();
    const recording = await listen();
    await join();
    await untilHeard(recording, 40);
    const { silenceCount } = recording;
    programme.pause();
    await new Promise((resolve) => setTimeout(resolve, 200));
    programme.resume();
    await untilHeard(recording, 100);
    expectInOrder(recording);
    expect(recording.silenceCount).toBe(silenceCount);
    expect(room.violations).toEqual([]);
  });

  test('conceals the beginning of a long gap, fills the rest with silence, and loses no frame', async () => {
    room = await VoiceRoom.open();
    const programme = broadcast();
    const recording = await listen();
    const session = await join();
    await untilHeard(recording, 40);
    const { silenceCount } = recording;
    programme.pause();
    await vi.waitFor(() => expect(recording.silenceCount - silenceCount).toBeGreaterThan(200), 15_000);
    expect(session.status()).toMatchObject({ state: 'buffering' });
    programme.resume();
    const heardCount = recording.count;
    await untilHeard(recording, heardCount + 60);
    expectInOrder(recording);
    expect(recording.listener.stats.rtpGaps).toBeGreaterThanOrEqual(5);
    expect(recording.listener.stats.rtpGaps).toBeLessThan(60);
    expect(session.status()).toMatchObject({ framesMissed: 0, rejoinCount: 0 });
    expect(session.status().framesConcealed).toBeGreaterThanOrEqual(5);
    expect(room.violations).toEqual([]);
  });

  test('carries on through packet loss on the way to Discord', async () => {
    room = await VoiceRoom.open();
    broadcast();
    const recording = await listen();
    await join();
    await untilHeard(recording, 20);
    room.server.faults.udp = { loss: 0.3, delayMs: 0 };
    const heardCount = recording.count;
    await untilHeard(recording, heardCount + 60);
    room.server.faults.udp = { loss: 0, delayMs: 0 };
    await untilHeard(recording, recording.count + 20);
    const { sequences } = recording;
    expect(sequences).not.toContain(-1);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
    expect(recording.listener.stats).toMatchObject({ framesPlain: 0, rtpRepeats: 0 });
    expect(room.server.faults.connectionCount).toBe(1);
  });

  test('says goodbye with five silence frames, leaves, and ends nothing else', async () => {
    room = await VoiceRoom.open();
    broadcast();
    const recording = await listen();
    const session = await join();
    await untilHeard(recording, 40);
    await session.leave();
    const { silenceCount, count } = recording;
    expect(silenceCount).toBeGreaterThanOrEqual(4);
    expect(room.requests.at(-1)).toMatchObject({ guild_id: guildA, channel_id: null });
    expect(room.attachedCount).toBe(0);
    await session.leave();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(recording.count).toBe(count);
    expect(room.requests.filter((request) => request.channel_id === null)).toHaveLength(1);
    expect(room.violations).toEqual([]);
  });

  test('plays nothing of what was held when the stream is flushed, and goes on with what comes', async () => {
    room = await VoiceRoom.open();
    const programme = broadcast();
    const recording = await listen();
    await join();
    await untilHeard(recording, 60);
    const stream = room.engine.openStream('north');
    stream.flush();
    const from = programme.sentCount;
    await vi.waitFor(() => expect(recording.sequences.at(-1)).toBeGreaterThan(from + 40), {
      timeout: 15_000,
      interval: 50,
    });
    const { sequences } = recording;
    const firstNew = sequences.findIndex((sequence) => sequence >= from);
    expect(sequences[firstNew]).toBe(from);
    // The worker held 400 ms; a few more frames were on their way to the listener.
    expect(from - (sequences[firstNew - 1] ?? from)).toBeGreaterThan(10);
    expect(sequences.slice(firstNew)).toEqual(runFrom(sequences.slice(firstNew)));
    expect(recording.listener.stats).toMatchObject({ rtpRepeats: 0, transportErrors: 0 });
  });

  test('restarts with a new start of the broadcast', async () => {
    room = await VoiceRoom.open();
    const stream = room.engine.openStream('north');
    const first = new Programme(stream, 1);
    programmes.push(first);
    const recording = await listen();
    await join();
    await untilHeard(recording, 60);
    first.stop();
    stream.interrupted();
    const second = new Programme(stream, 2);
    programmes.push(second);
    const heardCount = recording.count;
    await untilHeard(recording, heardCount + 80);
    const { sequences } = recording;
    // Where the numbers fall: on a busy machine the first frames of a start may be cut to get to the target.
    const restart = sequences.findIndex((sequence, index) => sequence < (sequences[index - 1] ?? -1));
    expect(restart).toBeGreaterThan(0);
    expect(sequences.slice(0, restart)).toEqual(runFrom(sequences.slice(0, restart)));
    expect(sequences.slice(restart)).toEqual(runFrom(sequences.slice(restart)));
  });
});
