import { expect, test } from 'vitest';
import { guildsService } from '#access/guilds/service.ts';
import { systemChance } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { createIntentStore } from '#storage/intent-store.ts';
import { openDatabase, sqlite } from '../support/engines.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { rejection } from '../support/rejection.ts';

const guildId = '300000000000000001';
const own = '500000000000000001';
const anothers = '500000000000000011';

/** The actions of the service; the bot may write in `own` and nowhere else as this guild. */
async function actions() {
  const db = await openDatabase(await sqlite.place());
  const channels = new Map([[guildId, anothers]]);
  const posts: unknown[] = [];
  const mayPost = (guild: string, channelId: string) => guild === guildId && channelId === own;
  const late = {
    noticesChannels: () => ({
      list: async () => [...channels].map(([guild, channelId]) => ({ guildId: guild, channelId })),
      onChange: () => () => {},
    }),
    wallTime: () => ({ zone: (name: string) => name }),
    cards: () => ({
      mayPost,
      post: async (card: { guildId: string; channelId: string }) => {
        if (!mayPost(card.guildId, card.channelId)) return undefined;
        posts.push(card);
        return { messageId: '1' };
      },
    }),
  };
  const ports = {
    ...{ database: { db, engine: 'sqlite' }, intents: createIntentStore(db) },
    ...{ clock: new FakeClock(), chance: systemChance(), logger: silentLogger() },
  };
  const built = await guildsService.create(ports as never, {}, late as never);
  for (const part of built.parts ?? []) await part.start?.(new AbortController().signal);
  const run = async (name: string, input: object) => {
    const action = built.actions?.find(({ spec }) => spec.name === name);
    return action?.run({ actor: { kind: 'system', reason: 'test' } } as never, { guildId, ...input });
  };
  return { run, posts };
}

test('the card for members is posted where the bot may write for this guild, and nowhere else', async () => {
  const { run, posts } = await actions();
  expect(await run('guild.card', { channelId: own })).toEqual({ channelId: own });
  expect(posts).toEqual([
    {
      guildId,
      channelId: own,
      command: 'setup',
      panel: 'members',
      subject: guildId,
      nonce: expect.any(String),
    },
  ]);
  expect(await rejection(run('guild.card', { channelId: anothers }))).toMatchObject({
    code: 'GUILD_CARD_CLOSED',
  });
  expect(posts).toHaveLength(1);
});

test('a manager sees that a notices channel is closed; without one there is nothing to see', async () => {
  const { run } = await actions();
  expect(await run('guild.setup', {})).toMatchObject({ noticesChannelId: anothers, noticesOpen: false });
  expect(await run('guild.setup', { guildId: '300000000000000002' })).not.toHaveProperty('noticesOpen');
});
