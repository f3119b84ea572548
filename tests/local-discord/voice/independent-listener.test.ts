import { generateDisplayableCode } from '@snazzah/davey';
import { expect, test } from 'vitest';
import { channelId, createStage, record, texts, until } from './stage.ts';
import { TsMlsMember } from './ts-mls-member.ts';

test('an MLS implementation other than the bot’s joins by its Welcome and opens every frame', async () => {
  const members: TsMlsMember[] = [];
  const botId = '100000000000000001';
  const stage = await createStage({
    createMember: (init) => {
      const member = new TsMlsMember(init, [botId]);
      members.push(member);
      return member;
    },
  });
  try {
    const bot = await stage.bot({ userId: botId }).ready();
    const listener = await stage.server.listen({ channelId, daveVersion: 1 }, '200000000000000001');
    const heard = record(listener);
    await bot.encrypting();
    await until('the transition', () => bot.transitions.length === 1);

    const authenticator = members[0]?.epochAuthenticator;
    expect(generateDisplayableCode(authenticator!, 30, 5)).toBe(bot.connection.voicePrivacyCode);

    const sent = await bot.sendFrames(300);
    await until('300 frames', () => heard.length === 300);
    expect(texts(heard)).toEqual(texts(sent));
    expect(heard.every((frame) => frame.e2ee)).toBe(true);
    expect(listener.stats.framesUndecryptable).toBe(0);
    expect(stage.violations).toEqual([]);
  } finally {
    await stage.close();
  }
});
