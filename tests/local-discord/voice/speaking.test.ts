import { EndBehaviorType } from '@discordjs/voice';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  channelId,
  createStage,
  frameNumber,
  record,
  type Stage,
  type TestBot,
  texts,
  until,
} from './stage.ts';

const personId = '200000000000000001';
const otherPersonId = '200000000000000002';
let stage: Stage;

beforeEach(async () => {
  stage = await createStage();
});
afterEach(async () => {
  await stage.close();
});

/** What the library’s own receiver gives of one speaker. */
function receive(bot: TestBot, userId: string): Buffer[] {
  const heard: Buffer[] = [];
  const stream = bot.connection.receiver.subscribe(userId, { end: { behavior: EndBehaviorType.Manual } });
  stream.on('data', (packet: Buffer) => heard.push(Buffer.from(packet)));
  return heard;
}

test.each([1, 0] as const)(
  'a bot and the others hear what a person says, DAVE version %i',
  async (daveVersion) => {
    const bot = await stage.bot({ hears: true, daveVersion }).ready();
    const person = await stage.server.listen({ channelId, daveVersion }, personId);
    const other = await stage.server.listen({ channelId, daveVersion }, otherPersonId);
    const ownEars = record(person);
    const otherEars = record(other);
    const heard = receive(bot, personId);
    if (daveVersion === 1) await bot.encrypting();
    // Said before everyone has the keys, it is lost, as between people.
    const greeting = Buffer.from('greeting '.padEnd(40, '.'));
    await until('the bot hears the person', () => {
      person.speak(greeting);
      return heard.length > 0 && otherEars.some((frame) => frame.e2ee === (daveVersion === 1));
    });

    const said = Array.from({ length: 50 }, (_, index) => frameNumber(personId, index));
    for (const payload of said) expect(person.speak(payload)).toBe(true);
    const frames = (all: string[]) => all.filter((text) => text.startsWith('frame'));
    await until('50 frames heard', () => frames(texts(heard)).length >= 50);

    expect(frames(texts(heard))).toEqual(texts(said));
    expect(frames(texts(otherEars))).toEqual(texts(said));
    expect(otherEars.every((frame) => frame.speakerId === personId)).toBe(true);
    expect(ownEars).toEqual([]);
    expect(stage.violations).toEqual([]);
  },
);

test('a deaf bot is sent nothing', async () => {
  const bot = await stage.bot().ready();
  const person = await stage.server.listen({ channelId, daveVersion: 1 }, personId);
  await bot.encrypting();
  const heard = receive(bot, personId);
  let packets = 0;
  bot.connection.receiver.speaking.on('start', () => packets++);
  await until('the person may speak', () => person.speak(frameNumber(personId, 0)));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect([heard.length, packets]).toEqual([0, 0]);
});

test('who has left says nothing', async () => {
  const person = await stage.server.listen({ channelId, daveVersion: 0 }, personId);
  expect(person.speak(frameNumber(personId, 0))).toBe(true);
  person.leave();
  expect(person.speak(frameNumber(personId, 1))).toBe(false);
});
