import type { VoiceMode } from '@guildmesh/local-discord/voice/contract';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { VoiceEndReason } from '#audio/voice-contract.ts';
import { Programme, Recording } from './support/programme.ts';
import { den, guildA, lounge, VoiceRoom } from './support/voice-room.ts';

let room: VoiceRoom;
afterEach(() => room?.close());

function join(channelId = lounge, signal: AbortSignal = AbortSignal.timeout(20_000)) {
  return room.engine.join({ guildId: guildA, channelId, streamKey: 'north', kind: 'voice' }, signal);
}

async function open(init: Parameters<typeof VoiceRoom.open>[0] = {}): Promise<void> {
  room = await VoiceRoom.open(init);
  room.engine.openStream('north');
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('joining a voice channel', () => {
  test('fails when Discord does not answer, and leaves nothing behind', async () => {
    await open({ joinTimeoutMs: 1_000 });
    room.answer = 'nothing';
    await expect(join()).rejects.toMatchObject({ code: 'VOICE_JOIN_TIMEOUT' });
    expect(room.joinRequestCount()).toBe(1);
    expect(room.requests.at(-1)?.channel_id).toBeNull();
    expect(room.attachedCount).toBe(0);
  });

  test('fails when the voice server cannot be reached, without a storm', async () => {
    await open({ joinTimeoutMs: 2_000 });
    room.answer = 'dead-endpoint';
    await expect(join()).rejects.toMatchObject({ code: 'VOICE_CHANNEL_UNREACHABLE' });
    expect(room.joinRequestCount()).toBeLessThanOrEqual(4);
    expect(room.attachedCount).toBe(0);
  });

  test('fails at once when no encryption mode is shared', async () => {
    await open();
    room.server.faults.modes = ['aead_of_tomorrow' as VoiceMode];
    await expect(join()).rejects.toMatchObject({ code: 'VOICE_ENCRYPTION_UNSUPPORTED', kind: 'operator' });
    expect(room.server.faults.connectionCount).toBe(1);
  });

  test('can be cancelled', async () => {
    await open();
    room.answer = 'nothing';
    const abort = new AbortController();
    const joining = join(lounge, abort.signal);
    await vi.waitFor(() => expect(room.joinRequestCount()).toBe(1), 5_000);
    abort.abort(new Error('no longer wanted'));
    await expect(joining).rejects.toThrow('no longer wanted');
    await vi.waitFor(() => expect(room.attachedCount).toBe(0), 5_000);
    expect(room.requests.at(-1)?.channel_id).toBeNull();
  });

  test('refuses a stream that is not open, and everything once stopped', async () => {
    await open();
    const request = { guildId: guildA, channelId: lounge, streamKey: 'south', kind: 'voice' } as const;
    await expect(room.engine.join(request, AbortSignal.timeout(1_000))).rejects.toMatchObject({
      code: 'VOICE_STREAM_UNKNOWN',
    });
    await room.engine.stop?.();
    await expect(join()).rejects.toMatchObject({ code: 'VOICE_STOPPED' });
  });

  test('ends a join that is still waiting when the engine stops', async () => {
    await open();
    room.answer = 'nothing';
    const joining = join();
    const outcome = expect(joining).rejects.toMatchObject({ code: 'VOICE_STOPPED' });
    await vi.waitFor(() => expect(room.joinRequestCount()).toBe(1), 5_000);
    await room.engine.stop?.();
    await outcome;
  });

  test('moves when another channel of the guild is joined', async () => {
    await open();
    const programme = new Programme(room.engine.openStream('north'));
    try {
      const first = await join(lounge);
      const ended: VoiceEndReason[] = [];
      first.onEnded((reason) => ended.push(reason));
      const recording = new Recording(
        await room.server.listen({ channelId: den, daveVersion: 1 }, '300000000000000001'),
      );
      const second = await join(den);
      expect(ended).toMatchObject([{ kind: 'kicked', error: { code: 'VOICE_REPLACED' } }]);
      await first.leave();
      await vi.waitFor(() => expect(recording.count).toBeGreaterThan(30), { timeout: 10_000 });
      expect(second.channelId).toBe(den);
      expect(room.requests.filter(({ channel_id }) => channel_id === null)).toEqual([]);
    } finally {
      programme.stop();
    }
  });

  test('leaves for good and can come back', async () => {
    await open();
    const first = await join();
    await first.leave();
    const second = await join();
    expect(second.status().state).toBe('securing');
    await pause(300);
    expect(room.attachedCount).toBe(1);
  });
});
