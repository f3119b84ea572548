import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HeardFrame, Listener } from '../../../packages/local-discord/src/voice/contract.ts';
import { channelId, createStage, record, type Stage, type TestBot, texts, until } from './stage.ts';

const probe = Buffer.from('can everyone hear this already?');

let stage: Stage;
let nextUser: bigint;

beforeEach(async () => {
  stage = await createStage();
  nextUser = 200_000_000_000_000_001n;
});

afterEach(async () => {
  await stage.close();
});

function listen(daveVersion: 0 | 1 = 1, channel = channelId): Promise<Listener> {
  const userId = String(nextUser);
  nextUser += 1n;
  return stage.server.listen({ channelId: channel, daveVersion }, userId);
}

/** Every listener hears the next frames of every bot: all of them, unchanged, encrypted end to end. */
async function expectHeard(bots: TestBot[], listeners: Listener[], e2ee = true): Promise<void> {
  const recorded = listeners.map((listener) => record(listener));
  const hears = (frames: HeardFrame[], bot: TestBot) =>
    frames.some((frame) => frame.speakerId === bot.userId && frame.e2ee === e2ee);
  await until('everyone hears everyone', () => {
    for (const bot of bots) bot.send(probe);
    return recorded.every((frames) => bots.every((bot) => hears(frames, bot)));
  });
  const sent = await Promise.all(bots.map((bot) => bot.sendFrames(20)));
  const framesOf = (frames: HeardFrame[], bot: TestBot) =>
    frames.filter((frame) => frame.speakerId === bot.userId && !probe.equals(frame.payload));
  await until('all frames heard', () =>
    recorded.every((frames) => bots.every((bot) => framesOf(frames, bot).length >= 20)),
  );
  for (const frames of recorded) {
    for (const [index, bot] of bots.entries()) {
      const own = framesOf(frames, bot);
      expect(texts(own)).toEqual(texts(sent[index]!));
      expect(own.map((frame) => frame.e2ee)).toEqual(own.map(() => e2ee));
    }
  }
}

function expectClean(...listeners: Listener[]): void {
  for (const { stats } of listeners) {
    const { framesUndecryptable, framesPlain, rtpGaps, rtpRepeats, transportErrors } = stats;
    expect({ framesUndecryptable, framesPlain, rtpGaps, rtpRepeats, transportErrors }).toEqual({
      framesUndecryptable: 0,
      framesPlain: 0,
      rtpGaps: 0,
      rtpRepeats: 0,
      transportErrors: 0,
    });
  }
  expect(stage.violations).toEqual([]);
}

const opcodesOf = (bot: TestBot) =>
  bot.debug.flatMap((line) => /(?:<<|>>) \[bin\] opcode (\d+)/.exec(line)?.[1] ?? []).map(Number);

test('a bot who is there first commits the first listener in', async () => {
  const bot = await stage.bot().ready();
  const listener = await listen();
  await bot.encrypting();
  await until('the transition', () => bot.transitions.length === 1);
  expect(opcodesOf(bot)).toEqual([26, 25, 27, 28, 29]);
  await expectHeard([bot], [listener]);
  expectClean(listener);
});

test('a bot who comes to an existing group gets a Welcome', async () => {
  const listeners = [await listen(), await listen()];
  const bot = await (await stage.bot().ready()).encrypting();
  expect(opcodesOf(bot)).toEqual([26, 25, 30]);
  await expectHeard([bot], listeners);
  expectClean(...listeners);
});

test('a third member is added, and hears from then on', async () => {
  const bot = await stage.bot().ready();
  const first = await listen();
  await bot.encrypting();
  const second = await listen();
  await until('the second transition', () => bot.transitions.length === 2);
  await expectHeard([bot], [first, second]);
  expectClean(first, second);
});

test('a member who left is removed; the others go on', async () => {
  const bot = await stage.bot().ready();
  const [first, second] = [await listen(), await listen()];
  await until(
    'the group of three',
    () => bot.transitions.length >= 1 && bot.connection.voicePrivacyCode !== null,
  );
  const before = bot.transitions.length;
  first.leave();
  await until('the removal', () => bot.transitions.length > before);
  const atLeaving = first.stats.framesHeard;
  await expectHeard([bot], [second]);
  expect(first.stats.framesHeard).toBe(atLeaving);
  expectClean(second);
});

test('a bot left alone starts over at epoch 1, and the next listener makes a new group with it', async () => {
  const bot = await stage.bot().ready();
  const first = await listen();
  await bot.encrypting();
  await expectHeard([bot], [first]);
  first.leave();
  await until('transition 0', () => bot.transitions.includes(0));
  expect(bot.connection.voicePrivacyCode ?? '').toBe('');
  const second = await listen();
  await bot.encrypting();
  await expectHeard([bot], [second]);
  expectClean(second);
});

test('a bot that gets a damaged commit recovers by opcode 31 and is welcomed again', async () => {
  const bot = await stage.bot().ready();
  const first = await listen();
  await bot.encrypting();
  stage.server.faults.corruptCommit(bot.guildId, bot.userId);
  const second = await listen();
  await until('the recovery', () => opcodesOf(bot).at(-1) === 30);
  expect(bot.debug.some((line) => line.includes('"op":31'))).toBe(true);
  // The damaged transition never came to be; the one it is welcomed by does.
  await until('the transition', () => bot.transitions.length === 2);
  await bot.encrypting();
  await expectHeard([bot], [first, second]);
  expectClean(first, second);
});

test('a damaged first commit is recovered from as well', async () => {
  const bot = await stage.bot().ready();
  stage.server.faults.corruptCommit(bot.guildId, bot.userId);
  const listener = await listen();
  await until('the recovery', () => opcodesOf(bot).at(-1) === 30);
  await bot.encrypting();
  await expectHeard([bot], [listener]);
  expectClean(listener);
});

test('one who does not speak DAVE takes the encryption away; with its leaving it comes back', async () => {
  const bot = await stage.bot().ready();
  const listener = await listen();
  await bot.encrypting();
  await expectHeard([bot], [listener]);

  const plain = await listen(0);
  await until('the downgrade', () => bot.transitions.length === 2);
  await expectHeard([bot], [listener, plain], false);

  plain.leave();
  await until('the upgrade', () => bot.transitions.length === 3);
  await bot.encrypting();
  await expectHeard([bot], [listener]);
  expectClean(listener);
});

test('frames sent before the group exists are counted as plain', async () => {
  const bot = await stage.bot().ready();
  stage.server.faults.udp = { loss: 0, delayMs: 200 };
  const sent = await bot.sendFrames(3);
  const listener = await listen();
  const heard = record(listener);
  await until('plain frames', () => heard.length === 3);
  expect(texts(heard)).toEqual(texts(sent));
  expect(heard.map((frame) => frame.e2ee)).toEqual([false, false, false]);
  expect(listener.stats.framesPlain).toBe(3);
});

test('silence is never encrypted and never counts as plain', async () => {
  const bot = await stage.bot().ready();
  const listener = await listen();
  await bot.encrypting();
  const heard = record(listener);
  for (let count = 0; count < 5; count += 1) bot.send(Buffer.of(0xf8, 0xff, 0xfe));
  await until('silence', () => heard.length === 5);
  expect(heard.every((frame) => frame.silence && !frame.e2ee)).toBe(true);
  expect(listener.stats).toMatchObject({ silenceFrames: 5, framesPlain: 0, framesHeard: 5 });
});

test('a proposal for the wrong epoch reaches the bot, whose library throws', async () => {
  const bot = await stage.bot().ready();
  await listen();
  await bot.encrypting();
  const thrown: Error[] = [];
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.once('uncaughtException', (error) => thrown.push(error));
  stage.server.faults.wrongEpochProposal(bot.guildId, bot.userId);
  await until('the exception', () => thrown.length === 1).finally(() => {
    process.removeAllListeners('uncaughtException');
    for (const other of others) process.on('uncaughtException', other);
  });
  expect(thrown[0]?.message).toContain('WrongEpoch');
});

test('several bots and listeners come and go in any order, in several channels', async () => {
  const other = '900000000000000002';
  const north = stage.bot();
  const south = stage.bot();
  const away = stage.bot({ channelId: other, guildId: '800000000000000002' });
  const early = await listen();
  const awayListener = await listen(1, other);
  await Promise.all([north.ready(), south.ready(), away.ready()]);
  const late = await listen();
  await Promise.all([north.encrypting(), south.encrypting(), away.encrypting()]);
  await settled(north, south);
  await Promise.all([expectHeard([north, south], [early, late]), expectHeard([away], [awayListener])]);

  early.leave();
  const newest = await listen();
  await settled(north, south);
  await expectHeard([north, south], [late, newest]);

  north.destroy();
  await settled(south);
  const last = await listen();
  await settled(south);
  await expectHeard([south], [late, newest, last]);
  expectClean(late, newest, last, awayListener);
});

/** All bots are in the same group, and nothing was said to them for a while. */
async function settled(...bots: TestBot[]): Promise<void> {
  let lines = -1;
  let sinceMs = performance.now();
  await until('a settled group', () => {
    const now = bots.reduce((sum, bot) => sum + bot.debug.length, 0);
    if (now !== lines) sinceMs = performance.now();
    lines = now;
    const codes = new Set(bots.map((bot) => bot.connection.voicePrivacyCode));
    return (
      codes.size === 1 &&
      bots.every((bot) => bot.connection.voicePrivacyCode) &&
      performance.now() - sinceMs > 150
    );
  });
}
