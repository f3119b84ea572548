import { DAVESession } from '@snazzah/davey';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  commitTimeoutMs,
  heartbeatTimeoutMs,
  identifyTimeoutMs,
  readyTimeoutMs,
  resumeWindowMs,
} from '../../../packages/local-discord/src/voice/limits.ts';
import { RawClient } from './raw-client.ts';
import { channelId, createStage, guildId, record, type Stage, until } from './stage.ts';

const userId = '100000000000000009';
const sessionId = 'raw-session';

let stage: Stage;
let client: RawClient;

beforeEach(async () => {
  // Only what waits is faked: sockets and the tests' own pauses run on.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  stage = await createStage();
  client = new RawClient(stage.server.endpoint);
  await client.message(8);
});

afterEach(async () => {
  await client.close();
  await stage.close();
  vi.useRealTimers();
});

async function connect(daveVersion: 0 | 1): Promise<void> {
  const { token } = stage.server.open({ guildId, channelId, userId, sessionId, daveVersion });
  await client.connect({ server_id: guildId, user_id: userId, session_id: sessionId, token });
}

test('who does not identify in time is closed with 4009', async () => {
  vi.advanceTimersByTime(identifyTimeoutMs - 1);
  expect(client.closeCode).toBeUndefined();
  vi.advanceTimersByTime(1);
  expect(await client.closed()).toBe(4009);
});

test('who misses its heartbeats is closed with 4009; each heartbeat puts that off', async () => {
  await connect(0);
  vi.advanceTimersByTime(heartbeatTimeoutMs - 1);
  client.send(3, { t: 1, seq_ack: 1 });
  await client.message(6);
  vi.advanceTimersByTime(heartbeatTimeoutMs - 1);
  expect(client.closeCode).toBeUndefined();
  vi.advanceTimersByTime(1);
  expect(await client.closed()).toBe(4009);
});

test('a lost bot stays in its channel until it can no longer resume', async () => {
  await connect(0);
  client.drop();
  await client.closed();
  await until('the loss seen', () => stage.lines.some((line) => line.includes('closed with 1006')));
  vi.advanceTimersByTime(resumeWindowMs - 1);
  await expect(stage.server.listen({ channelId, daveVersion: 0 }, userId)).rejects.toThrow(userId);
  vi.advanceTimersByTime(1);
  await stage.server.listen({ channelId, daveVersion: 0 }, userId);
});

test('when the first member never commits, the next one makes the group', async () => {
  await connect(1);
  offerKeyPackage();
  const listener = await stage.server.listen({ channelId, daveVersion: 1 }, '11');
  await until('the proposals', () => client.binary.some(({ op }) => op === 27));
  vi.advanceTimersByTime(commitTimeoutMs);
  await client.message(24);
  offerKeyPackage();
  await until('a Welcome from the listener', () => client.binary.some(({ op }) => op === 30));
  listener.leave();
});

test('a member that never gets ready holds the others up only so long', async () => {
  const listener = await stage.server.listen({ channelId, daveVersion: 1 }, '11');
  const bot = await stage.bot().ready();
  await until('the first transition', () => bot.transitions.length === 1);
  await connect(1);
  offerKeyPackage();
  const readies = () => bot.debug.filter((line) => line.includes('>> {"op":23')).length;
  await until('the bot ready, the other only welcomed', () => {
    return readies() === 2 && client.binary.some(({ op }) => op === 30);
  });
  vi.advanceTimersByTime(readyTimeoutMs - 1);
  expect(bot.transitions).toHaveLength(1);
  vi.advanceTimersByTime(1);
  await until('the second transition', () => bot.transitions.length === 2);
  const heard = record(listener);
  await bot.sendFrames(5);
  await until('5 frames', () => heard.filter((frame) => frame.e2ee).length === 5);
});

function offerKeyPackage(): void {
  const session = new DAVESession(1, userId, channelId);
  client.sendRaw(Buffer.concat([Buffer.of(26), session.getSerializedKeyPackage()]));
}
