import { VoiceConnectionStatus } from '@discordjs/voice';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { channelId, createStage, guildId, record, type Stage, type TestBot, texts, until } from './stage.ts';

let stage: Stage;

beforeEach(async () => {
  stage = await createStage();
});

afterEach(async () => {
  await stage.close();
});

const listen = (daveVersion: 0 | 1 = 1) =>
  stage.server.listen({ channelId, daveVersion }, '200000000000000001');
const resumedCount = (bot: TestBot) => bot.debug.filter((line) => line.includes('<< {"op":9')).length;

for (const mode of ['aead_aes256_gcm_rtpsize', 'aead_xchacha20_poly1305_rtpsize'] as const) {
  test(`${mode} carries frames to a listener`, async () => {
    stage.server.faults.modes = [mode];
    const bot = await stage.bot().ready();
    const listener = await listen();
    const heard = record(listener);
    await bot.encrypting();
    const sent = await bot.sendFrames(50);
    await until('50 frames', () => heard.length === 50);
    expect(texts(heard)).toEqual(texts(sent));
    expect(bot.debug.some((line) => line.includes(`"mode":"${mode}"`))).toBe(true);
    expect(stage.violations).toEqual([]);
  });
}

test('a stage speaks no DAVE: frames are heard as they are and none counts as plain', async () => {
  const bot = await stage.bot({ daveVersion: 0 }).ready();
  const listener = await listen(0);
  const heard = record(listener);
  const sent = await bot.sendFrames(30);
  await until('30 frames', () => heard.length === 30);
  expect(texts(heard)).toEqual(texts(sent));
  expect(heard.every((frame) => !frame.e2ee)).toBe(true);
  expect(listener.stats).toMatchObject({ framesHeard: 30, framesPlain: 0, framesUndecryptable: 0 });
  expect(stage.violations).toEqual([]);
});

for (const code of [1006, 4015]) {
  test(`after a close with ${code} the client resumes and goes on in the same group`, async () => {
    const bot = await stage.bot().ready();
    const listener = await listen();
    await bot.encrypting();
    const heard = record(listener);
    const before = await bot.sendFrames(10);
    const privacyCode = bot.connection.voicePrivacyCode;

    stage.server.faults.closeVoice(guildId, bot.userId, code);
    await until('the resume', () => resumedCount(bot) === 1);
    await bot.ready();

    expect(stage.server.faults.connectionCount).toBe(2);
    expect(bot.connection.voicePrivacyCode).toBe(privacyCode);
    const after = await bot.sendFrames(10);
    await until('20 frames', () => heard.length === 20);
    expect(texts(heard)).toEqual(texts([...before, ...after]));
    expect(bot.joinCount).toBe(1);
    expect(stage.violations).toEqual([]);
  });
}

test('a resume replays what was missed; group messages among it lead to a new group', async () => {
  const bot = await stage.bot().ready();
  const first = await listen();
  await bot.encrypting();
  const codeBefore = bot.connection.voicePrivacyCode;

  stage.server.faults.closeVoice(guildId, bot.userId, 1006);
  const second = await stage.server.listen({ channelId, daveVersion: 1 }, '200000000000000002');
  await until('the resume', () => resumedCount(bot) === 1);
  const resumedAt = bot.debug.findIndex((line) => line.includes('<< {"op":9'));
  const closedAt = bot.debug.findLastIndex((line, index) => index < resumedAt && line.includes('{"op":7'));
  const replayed = bot.debug.slice(closedAt, resumedAt).join('\n');
  expect(replayed).toContain('200000000000000002');

  await until('a new group', () => {
    const code = bot.connection.voicePrivacyCode;
    return Boolean(code) && code !== codeBefore && first.stats.framesUndecryptable === 0;
  });
  const recorded = [record(first), record(second)];
  await until('both hear', () => {
    bot.send(Buffer.from('are you there, both of you?'));
    return recorded.every((frames) => frames.some((frame) => frame.e2ee));
  });
});

test('a bot closed with 4006 redials with a fresh place and is heard again', async () => {
  const bot = await stage.bot().ready();
  const listener = await listen();
  await bot.encrypting();
  const heard = record(listener);
  stage.server.faults.closeVoice(guildId, bot.userId, 4006);
  await until('the second join', () => bot.joinCount === 2);
  await bot.ready();
  await bot.encrypting();
  const sent = await bot.sendFrames(10);
  await until('10 frames', () => heard.filter((frame) => frame.e2ee).length >= 10);
  expect(texts(heard).slice(-10)).toEqual(texts(sent));
});

test('4014 on kick: the client stays away and its place is gone', async () => {
  const bot = await stage.bot().ready();
  stage.server.close(bot.sessionId, 4014);
  await until('disconnected', () => bot.connection.state.status === VoiceConnectionStatus.Disconnected);
  expect(bot.joinCount).toBe(1);
  expect(stage.server.faults.connectionCount).toBe(1);
  expect(() => stage.server.faults.closeVoice(guildId, bot.userId, 4014)).toThrow(
    expect.objectContaining({ code: 'PLAYGROUND_VOICE_NOT_CONNECTED' }),
  );
});

test('a new place for a connected bot moves it over without its channel losing it', async () => {
  const bot = await stage.bot().ready();
  const listener = await listen();
  await bot.encrypting();
  bot.invite();
  await until('the second connection', () => stage.server.faults.connectionCount === 2);
  await until(
    'a Ready of the second',
    () => bot.debug.filter((line) => line.includes('<< {"op":4,')).length === 2,
  );
  await bot.encrypting();
  const heard = record(listener);
  const sent = await bot.sendFrames(10);
  await until('10 frames', () => heard.length === 10);
  expect(texts(heard)).toEqual(texts(sent));
  expect(stage.violations).toEqual([]);
});

test('a moved bot is heard in the new channel only', async () => {
  const elsewhere = '900000000000000009';
  const bot = await stage.bot().ready();
  const left = await listen();
  const entered = await stage.server.listen({ channelId: elsewhere, daveVersion: 1 }, '200000000000000002');
  await bot.encrypting();
  bot.move(elsewhere);
  await until('the second connection', () => stage.server.faults.connectionCount === 2);
  await bot.ready();
  await bot.encrypting();
  const heard = record(entered);
  const stray = record(left);
  await bot.sendFrames(5);
  await until('5 frames', () => heard.length === 5);
  expect(stray).toEqual([]);
});

test('a DAVE channel turns away a client without DAVE, again and again: 4017', async () => {
  const bot = stage.bot({ daveEncryption: false });
  await until('three refusals', () => stage.server.faults.connectionCount >= 3);
  bot.destroy();
  expect(stage.lines).toContain('voice websocket closed with 4017');
});

test('what one bot says about speaking reaches the other', async () => {
  const [north, south] = [stage.bot(), stage.bot()];
  await Promise.all([north.ready(), south.ready()]);
  await north.sendFrames(1);
  await until('op 5', () =>
    south.debug.some((line) => line.includes('<< {"op":5') && line.includes(north.userId)),
  );
  north.destroy();
  await until('op 13', () =>
    south.debug.some((line) => line.includes('<< {"op":13') && line.includes(north.userId)),
  );
});

test('lost packets are counted as gaps, delayed ones arrive later', async () => {
  const bot = await stage.bot().ready();
  const listener = await listen();
  await bot.encrypting();
  const heard = record(listener);
  stage.server.faults.udp = { loss: 0.5, delayMs: 0 };
  await bot.sendFrames(60);
  stage.server.faults.udp = { loss: 0, delayMs: 150 };
  const sentAtMs = performance.timeOrigin + performance.now();
  await bot.sendFrames(1);
  await until('the last frame', () => texts(heard).at(-1)?.includes('frame 000060') === true);
  expect(heard.length).toBeLessThan(61);
  expect(listener.stats.rtpGaps).toBeGreaterThan(0);
  expect(heard.at(-1)!.arrivedAtMs - sentAtMs).toBeGreaterThanOrEqual(140);
  expect(stage.violations).toEqual([]);
});
