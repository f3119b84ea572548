import { afterEach, describe, expect, it, vi } from 'vitest';
import type { VoiceEndReason, VoiceSession } from '#audio/voice/contract.ts';
import { moveWaitMs, serverChangeWaitMs } from '#audio/voice/limits.ts';
import { Programme, Recording } from './support/programme.ts';
import { botId, den, guildA, lounge, VoiceRoom } from './support/voice-room.ts';

const listenerId = '300000000000000001';
const secondListenerId = '300000000000000002';

let room: VoiceRoom;
let programme: Programme;

afterEach(async () => {
  programme?.stop();
  await room?.close();
});

interface Playing {
  session: VoiceSession;
  recording: Recording;
  ended: VoiceEndReason[];
}

async function play(init: Parameters<typeof VoiceRoom.open>[0] = {}): Promise<Playing> {
  room = await VoiceRoom.open(init);
  programme = new Programme(room.engine.openStream('north'));
  const recording = await listen(lounge, listenerId);
  const session = await room.engine.join(
    { guildId: guildA, channelId: lounge, streamKey: 'north', kind: 'voice' },
    AbortSignal.timeout(10_000),
  );
  const ended: VoiceEndReason[] = [];
  session.onEnded((reason) => ended.push(reason));
  await untilHeardMore(recording, 10);
  return { session, recording, ended };
}

async function listen(channelId: string, userId: string): Promise<Recording> {
  return new Recording(await room.server.listen({ channelId, daveVersion: 1 }, userId));
}

async function untilHeardMore(recording: Recording, count: number): Promise<void> {
  const target = recording.count + count;
  await vi.waitFor(() => expect(recording.count).toBeGreaterThanOrEqual(target), {
    timeout: 20_000,
    interval: 50,
  });
}

async function untilEnded(ended: VoiceEndReason[], timeoutMs: number): Promise<void> {
  await vi.waitFor(() => expect(ended).toHaveLength(1), { timeout: timeoutMs, interval: 50 });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Nothing left in clear, repeated or unreadable, whatever happened to the connection. */
function expectClean(recording: Recording): void {
  const { sequences } = recording;
  expect(sequences).not.toContain(-1);
  expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
  expect(recording.listener.stats.framesPlain).toBe(0);
}

describe('voice close codes', () => {
  it.each([4001, 4004, 4006, 4009, 4011, 4999])('%i: comes back once, after a delay', async (code) => {
    const { session, recording, ended } = await play();
    room.server.faults.closeVoice(guildA, botId, code);
    await untilHeardMore(recording, 30);
    expectClean(recording);
    expect(session.status()).toMatchObject({ rejoinCount: 1, closeCodes: { [code]: 1 } });
    expect(room.server.faults.connectionCount).toBe(2);
    expect(room.joinRequestCount()).toBe(2);
    expect(ended).toEqual([]);
  });

  it.each([3000, 4015])('%i: resumes without asking Discord', async (code) => {
    const { session, recording, ended } = await play();
    room.server.faults.closeVoice(guildA, botId, code);
    await untilHeardMore(recording, 30);
    expectClean(recording);
    expect(session.status()).toMatchObject({ rejoinCount: 0, closeCodes: { [code]: 1 } });
    expect(room.server.faults.connectionCount).toBe(2);
    expect(room.joinRequestCount()).toBe(1);
    expect(ended).toEqual([]);
  });

  it.each([
    [4016, 'VOICE_ENCRYPTION_UNSUPPORTED'],
    [4017, 'VOICE_E2EE_REQUIRED'],
    [4021, 'VOICE_RATE_LIMITED'],
  ])('%i: stops, leaves, and does not come back (%s)', async (code, errorCode) => {
    const { session, ended } = await play();
    room.server.faults.closeVoice(guildA, botId, code);
    await untilEnded(ended, 2_000);
    expect(ended[0]).toMatchObject({ kind: 'failed', error: { code: errorCode } });
    await pause(1_500);
    expect(room.server.faults.connectionCount).toBe(1);
    expect(room.joinRequestCount()).toBe(1);
    expect(room.requests.at(-1)?.channel_id).toBeNull();
    expect(room.attachedCount).toBe(0);
    expect(session.status().closeCodes).toEqual({ [code]: 1 });
  });

  it('gives up on a connection that keeps breaking, after a few tries', async () => {
    const { ended, session } = await play({ rejoinsMax: 2 });
    const breaker = setInterval(() => {
      try {
        room.server.faults.closeVoice(guildA, botId, 4006);
      } catch {
        // Not connected at this moment.
      }
    }, 20);
    try {
      await untilEnded(ended, 20_000);
    } finally {
      clearInterval(breaker);
    }
    expect(ended[0]).toMatchObject({ kind: 'failed', error: { code: 'VOICE_GAVE_UP' } });
    expect(room.server.faults.connectionCount).toBe(3);
    expect(room.joinRequestCount()).toBe(3);
    expect(session.status()).toMatchObject({ rejoinCount: 2 });
  });

  it('steps in when the library resumes without end', async () => {
    const { ended } = await play({ rejoinsMax: 0 });
    const breaker = setInterval(() => {
      try {
        room.server.faults.closeVoice(guildA, botId, 4015);
      } catch {
        // Resuming at this moment.
      }
    }, 20);
    try {
      await untilEnded(ended, 20_000);
    } finally {
      clearInterval(breaker);
    }
    expect(ended[0]).toMatchObject({ kind: 'failed', error: { code: 'VOICE_GAVE_UP' } });
    expect(room.server.faults.connectionCount).toBeLessThanOrEqual(12);
  });

  it('4022 without another server: the call is over', async () => {
    const { ended } = await play();
    room.server.faults.closeVoice(guildA, botId, 4022);
    await pause(serverChangeWaitMs / 2);
    expect(ended).toEqual([]);
    await untilEnded(ended, serverChangeWaitMs);
    expect(ended[0]).toMatchObject({ kind: 'failed', error: { code: 'VOICE_CALL_ENDED' } });
    expect(room.server.faults.connectionCount).toBe(1);
    expect(room.joinRequestCount()).toBe(1);
  });

  it('4022 with another server: goes there', async () => {
    const { recording, ended } = await play();
    room.server.faults.closeVoice(guildA, botId, 4022);
    await pause(300);
    room.freshServer(guildA);
    await untilHeardMore(recording, 30);
    expectClean(recording);
    expect(ended).toEqual([]);
    expect(room.joinRequestCount()).toBe(1);
  });

  it.each([4014, 4022])('%i after being put out of the channel: a kick is a kick', async (code) => {
    const { ended } = await play();
    room.kick(guildA, code);
    await untilEnded(ended, 1_000);
    expect(ended[0]).toMatchObject({ kind: 'kicked', error: { code: 'VOICE_KICKED' } });
    await pause(1_000);
    expect(room.server.faults.connectionCount).toBe(1);
    expect(room.joinRequestCount()).toBe(1);
  });

  it('4014 without another word: waits for a move, then takes it for a kick', async () => {
    const { ended } = await play();
    room.server.faults.closeVoice(guildA, botId, 4014);
    await pause(moveWaitMs / 2);
    expect(ended).toEqual([]);
    await untilEnded(ended, moveWaitMs);
    expect(ended[0]).toMatchObject({ kind: 'kicked' });
    expect(room.server.faults.connectionCount).toBe(1);
  });

  it('moves along when people move it', async () => {
    const { session, ended } = await play();
    const inDen = await listen(den, secondListenerId);
    const moves: string[] = [];
    session.onMoved((channelId) => moves.push(channelId));
    room.move(guildA, den);
    await untilHeardMore(inDen, 30);
    expectClean(inDen);
    expect(moves).toEqual([den]);
    expect(session.channelId).toBe(den);
    expect(ended).toEqual([]);
    expect(room.joinRequestCount()).toBe(1);
  });
});

describe('voice servers that change', () => {
  it('follows a migration', async () => {
    const { session, recording } = await play();
    room.freshServer(guildA);
    await untilHeardMore(recording, 50);
    expectClean(recording);
    expect(session.status()).toMatchObject({ rejoinCount: 0, state: 'playing' });
    expect(room.server.faults.connectionCount).toBe(2);
    expect(room.joinRequestCount()).toBe(1);
  });

  it('waits while Discord has no server, then dials the new one', async () => {
    const { session, recording, ended } = await play();
    room.noServer(guildA);
    await vi.waitFor(() => expect(session.status().state).toBe('reconnecting'), 2_000);
    await pause(500);
    expect(room.joinRequestCount()).toBe(1);
    room.freshServer(guildA);
    await untilHeardMore(recording, 30);
    expectClean(recording);
    expect(ended).toEqual([]);
  });
});

describe('the main gateway', () => {
  it('may drop and resume without the audio noticing', async () => {
    const { session, recording } = await play();
    room.dropGateway(guildA);
    await untilHeardMore(recording, 50);
    expectClean(recording);
    expect(recording.listener.stats.rtpGaps).toBe(0);
    expect(session.status()).toMatchObject({ rejoinCount: 0 });
    expect(room.server.faults.connectionCount).toBe(1);
  });

  it('may come back with a new session, which is no kick: the bot rejoins', async () => {
    const { session, recording, ended } = await play();
    room.loseGateway(guildA);
    await untilHeardMore(recording, 30);
    expectClean(recording);
    expect(ended).toEqual([]);
    expect(session.status()).toMatchObject({ rejoinCount: 1 });
    expect(room.server.faults.connectionCount).toBe(2);
  });
});
