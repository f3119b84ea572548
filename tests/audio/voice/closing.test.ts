import { afterEach, describe, expect, test, vi } from 'vitest';
import { moveWaitMs, rateLimitCoolMs, serverChangeWaitMs } from '#audio/voice/limits.ts';
import type { VoiceEndReason, VoiceJoin, VoiceSession } from '#audio/voice-contract.ts';
import type { GuildmeshError } from '#core/errors.ts';
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
  cooling: GuildmeshError[];
}

async function play(
  init: Parameters<typeof VoiceRoom.open>[0] = {},
  onMove: VoiceJoin['onMove'] = 'follow',
): Promise<Playing> {
  room = await VoiceRoom.open(init);
  programme = new Programme(room.engine.openStream('north'));
  const recording = await listen(lounge, listenerId);
  const session = await room.engine.join(
    { guildId: guildA, channelId: lounge, streamKey: 'north', kind: 'voice', onMove },
    AbortSignal.timeout(10_000),
  );
  const ended: VoiceEndReason[] = [];
  session.onEnded((reason) => ended.push(reason));
  const cooling: GuildmeshError[] = [];
  session.onCooling((problem) => cooling.push(problem));
  await untilHeardMore(recording, 10);
  return { session, recording, ended, cooling };
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

async function untilCooling(cooling: GuildmeshError[], timeoutMs: number): Promise<void> {
  await vi.waitFor(() => expect(cooling).toHaveLength(1), { timeout: timeoutMs, interval: 50 });
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
  test.each([4001, 4004, 4006, 4009, 4011, 4999])('%i: comes back once, after a delay', async (code) => {
    const { session, recording, ended } = await play();
    room.server.faults.closeVoice(guildA, botId, code);
    await untilHeardMore(recording, 30);
    expectClean(recording);
    expect(session.status()).toMatchObject({ rejoinCount: 1, closeCodes: { [code]: 1 } });
    expect(room.server.faults.connectionCount).toBe(2);
    expect(room.joinRequestCount()).toBe(2);
    expect(ended).toEqual([]);
  });

  test.each([3000, 4015])('%i: resumes without asking Discord', async (code) => {
    const { session, recording, ended } = await play();
    room.server.faults.closeVoice(guildA, botId, code);
    await untilHeardMore(recording, 30);
    expectClean(recording);
    expect(session.status()).toMatchObject({ rejoinCount: 0, closeCodes: { [code]: 1 } });
    expect(room.server.faults.connectionCount).toBe(2);
    expect(room.joinRequestCount()).toBe(1);
    expect(ended).toEqual([]);
  });

  test.each([
    [4016, 'VOICE_ENCRYPTION_UNSUPPORTED'],
    [4017, 'VOICE_E2EE_REQUIRED'],
  ])('%i: stops, leaves, and does not come back (%s)', async (code, errorCode) => {
    const { session, ended } = await play();
    room.server.faults.closeVoice(guildA, botId, code);
    await untilEnded(ended, 2_000);
    expect(ended[0]).toMatchObject({ kind: 'refused', error: { code: errorCode } });
    await pause(1_500);
    expect(room.server.faults.connectionCount).toBe(1);
    expect(room.joinRequestCount()).toBe(1);
    expect(room.requests.at(-1)?.channel_id).toBeNull();
    expect(room.attachedCount).toBe(0);
    expect(session.status().closeCodes).toEqual({ [code]: 1 });
  });

  test('4021: leaves for a long pause, and says until when', async () => {
    const { session, ended, cooling } = await play();
    room.server.faults.closeVoice(guildA, botId, 4021);
    await untilCooling(cooling, 2_000);
    expect(cooling).toMatchObject([{ code: 'VOICE_RATE_LIMITED' }]);
    await pause(1_500);
    expect(room.server.faults.connectionCount).toBe(1);
    expect(room.joinRequestCount()).toBe(1);
    expect(room.requests.at(-1)?.channel_id).toBeNull();
    const { problem, state } = session.status();
    expect([state, problem?.error.code]).toEqual(['cooling', 'VOICE_RATE_LIMITED']);
    expect(problem?.retryInMs).toBeGreaterThan(rateLimitCoolMs / 2 - 10_000);
    expect(ended).toEqual([]);
    // It is in no channel any more, and still leaves when told to.
    await session.leave();
    expect(room.attachedCount).toBe(0);
  });

  test('pauses after a few tries when a connection keeps breaking', async () => {
    const { cooling, session } = await play({ rejoinsMax: 2 });
    const breaker = setInterval(() => {
      try {
        room.server.faults.closeVoice(guildA, botId, 4006);
      } catch {
        // Not connected at this moment.
      }
    }, 20);
    try {
      await untilCooling(cooling, 20_000);
    } finally {
      clearInterval(breaker);
    }
    expect(cooling).toMatchObject([{ code: 'VOICE_GAVE_UP' }]);
    expect(room.server.faults.connectionCount).toBe(3);
    expect(room.joinRequestCount()).toBe(3);
    expect(session.status()).toMatchObject({ rejoinCount: 2 });
  });

  test('steps in when the library resumes without end', async () => {
    const { cooling } = await play({ rejoinsMax: 0 });
    const breaker = setInterval(() => {
      try {
        room.server.faults.closeVoice(guildA, botId, 4015);
      } catch {
        // Resuming at this moment.
      }
    }, 20);
    try {
      await untilCooling(cooling, 20_000);
    } finally {
      clearInterval(breaker);
    }
    expect(cooling).toMatchObject([{ code: 'VOICE_GAVE_UP' }]);
    expect(room.server.faults.connectionCount).toBeLessThanOrEqual(12);
  });

  test('4022 without another server: the call is over, and a long pause follows', async () => {
    const { cooling, ended } = await play();
    room.server.faults.closeVoice(guildA, botId, 4022);
    await pause(serverChangeWaitMs / 2);
    expect(cooling).toEqual([]);
    await untilCooling(cooling, serverChangeWaitMs);
    expect(cooling).toMatchObject([{ code: 'VOICE_CALL_ENDED' }]);
    expect(ended).toEqual([]);
    expect(room.server.faults.connectionCount).toBe(1);
    expect(room.joinRequestCount()).toBe(1);
  });

  test('4022 with another server: goes there', async () => {
    const { recording, ended } = await play();
    room.server.faults.closeVoice(guildA, botId, 4022);
    await pause(300);
    room.freshServer(guildA);
    await untilHeardMore(recording, 30);
    expectClean(recording);
    expect(ended).toEqual([]);
    expect(room.joinRequestCount()).toBe(1);
  });

  test.each([4014, 4022])('%i after being put out of the channel: a kick is a kick', async (code) => {
    const { ended } = await play();
    room.kick(guildA, code);
    await untilEnded(ended, 1_000);
    expect(ended[0]).toMatchObject({ kind: 'kicked', error: { code: 'VOICE_KICKED' } });
    await pause(1_000);
    expect(room.server.faults.connectionCount).toBe(1);
    expect(room.joinRequestCount()).toBe(1);
  });

  test('4014 without another word: waits for a move, then takes it for a kick', async () => {
    const { ended } = await play();
    room.server.faults.closeVoice(guildA, botId, 4014);
    await pause(moveWaitMs / 2);
    expect(ended).toEqual([]);
    await untilEnded(ended, moveWaitMs);
    expect(ended[0]).toMatchObject({ kind: 'kicked' });
    expect(room.server.faults.connectionCount).toBe(1);
  });

  test('moves along when people move it', async () => {
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

  test('goes back when people move it and the server wants that', async () => {
    const { session, recording, ended } = await play({}, 'return');
    const moves: string[] = [];
    session.onMoved((channelId) => moves.push(channelId));
    room.move(guildA, den);
    await vi.waitFor(() => expect(session.status().state).toBe('reconnecting'), 2_000);
    await untilHeardMore(recording, 30);
    expectClean(recording);
    expect([session.channelId, moves, ended]).toEqual([lounge, [], []]);
    expect(room.joinRequestCount()).toBe(2);
  });

  test('tells when people mute it, and when they stop', async () => {
    const { session } = await play();
    const seen: unknown[] = [];
    session.onHindered((by) => seen.push(by));
    room.hinder(guildA, { mute: true });
    await vi.waitFor(() => expect(seen).toEqual(['muted']), 2_000);
    await vi.waitFor(() => expect(session.status().hindrance).toBe('muted'), 2_000);
    room.hinder(guildA, { mute: false });
    await vi.waitFor(() => expect(seen).toEqual(['muted', undefined]), 2_000);
  });
});

describe('voice servers that change', () => {
  test('follows a migration', async () => {
    const { session, recording } = await play();
    room.freshServer(guildA);
    await untilHeardMore(recording, 50);
    expectClean(recording);
    expect(session.status()).toMatchObject({ rejoinCount: 0, state: 'playing' });
    expect(room.server.faults.connectionCount).toBe(2);
    expect(room.joinRequestCount()).toBe(1);
  });

  test('waits while Discord has no server, then dials the new one', async () => {
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
  test('may drop and resume, and a kick after that is a kick', async () => {
    const { ended } = await play();
    room.dropGateway(guildA);
    room.resumeGateway(guildA);
    room.kick(guildA);
    await untilEnded(ended, 2_000);
    expect(ended[0]).toMatchObject({ kind: 'kicked' });
    expect(room.joinRequestCount()).toBe(1);
  });

  test('may drop and resume without the audio noticing', async () => {
    const { session, recording } = await play();
    room.dropGateway(guildA);
    await untilHeardMore(recording, 50);
    expectClean(recording);
    expect(recording.listener.stats.rtpGaps).toBe(0);
    expect(session.status()).toMatchObject({ rejoinCount: 0 });
    expect(room.server.faults.connectionCount).toBe(1);
  });

  test('may come back with a new session, which is no kick: the bot rejoins', async () => {
    const { session, recording, ended } = await play();
    room.loseGateway(guildA);
    await untilHeardMore(recording, 30);
    expectClean(recording);
    expect(ended).toEqual([]);
    expect(session.status()).toMatchObject({ rejoinCount: 1 });
    expect(room.server.faults.connectionCount).toBe(2);
  });
});
