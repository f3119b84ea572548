import { afterEach, describe, expect, test, vi } from 'vitest';
import type { VoiceJoin, VoiceStream } from '#audio/voice-contract.ts';
import { amplitudeOf, decoded, tonePackets } from '../capture/tones.ts';
import { Recording } from './support/programme.ts';
import { guildA, guildB, lounge, otherLounge, VoiceRoom } from './support/voice-room.ts';

const hertz = 440;
let room: VoiceRoom;
let playing: NodeJS.Timeout | undefined;

afterEach(async () => {
  clearInterval(playing);
  await room?.close();
});

/** The same second of a tone again and again, at the pace of the wall clock. */
async function playTone(stream: VoiceStream): Promise<Buffer[]> {
  const packets = await tonePackets(hertz, 50);
  const startedAtMs = performance.now();
  let sequence = 0;
  playing = setInterval(() => {
    for (; sequence * 20 < performance.now() - startedAtMs; sequence++)
      stream.frame({
        ...{ streamId: 1, sequence, captureTimeMs: performance.timeOrigin + performance.now() },
        payload: Uint8Array.from(packets[sequence % packets.length] as Buffer),
      });
  }, 10);
  return packets;
}

function join(request: Partial<VoiceJoin> = {}) {
  return room.engine.join(
    { guildId: guildA, channelId: lounge, streamKey: 'north', kind: 'voice', ...request },
    AbortSignal.timeout(10_000),
  );
}

async function listen(channelId: string, userId: string): Promise<Recording> {
  return new Recording(await room.server.listen({ channelId, daveVersion: 1 }, userId));
}

/** Level of this many frames from now on, without the first few, in which the codec settles. */
async function levelOf(recording: Recording, frameCount = 50): Promise<number> {
  const from = recording.count;
  await vi.waitFor(() => expect(recording.count).toBeGreaterThan(from + frameCount), { timeout: 15_000 });
  const payloads = recording.frames.slice(from, from + frameCount).map(({ payload }) => payload);
  return amplitudeOf((await decoded(payloads)).subarray(15 * 960), hertz);
}

describe('the volume of a guild', () => {
  test('is heard there, changes while it plays, and leaves other guilds their bytes', async () => {
    room = await VoiceRoom.open();
    const packets = await playTone(room.engine.openStream('north'));
    const quiet = await listen(lounge, '300000000000000001');
    const other = await listen(otherLounge, '300000000000000002');
    const session = await join({ volumePercent: 50 });
    await join({ guildId: guildB, channelId: otherLounge });
    await vi.waitFor(() => expect(quiet.count).toBeGreaterThan(20), { timeout: 15_000 });
    await vi.waitFor(() => expect(other.count).toBeGreaterThan(20), { timeout: 15_000 });

    const full = await levelOf(other);
    expect((await levelOf(quiet)) / full).toBeCloseTo(0.5, 1);
    session.setVolume(200);
    await vi.waitFor(async () => expect((await levelOf(quiet)) / full).toBeCloseTo(2, 0), {
      timeout: 15_000,
    });
    session.setVolume(0);
    await vi.waitFor(
      () => {
        const before = quiet.count;
        return new Promise((resolve) => setTimeout(resolve, 300)).then(() =>
          expect(quiet.count).toBe(before),
        );
      },
      { timeout: 10_000 },
    );
    session.setVolume(100);
    await levelOf(quiet);
    const known = new Set(packets.map((packet) => packet.toString('hex')));
    const hex = (recording: Recording) =>
      recording.frames.map(({ payload }) => Buffer.from(payload).toString('hex'));
    expect(hex(other).every((payload) => known.has(payload))).toBe(true);
    expect(
      hex(quiet)
        .slice(-20)
        .every((payload) => known.has(payload)),
    ).toBe(true);
    expect(
      hex(quiet)
        .slice(10, 30)
        .some((payload) => known.has(payload)),
    ).toBe(false);
    expect(quiet.frames.every(({ e2ee }) => e2ee)).toBe(true);
    expect(room.violations).toEqual([]);
  });
});
