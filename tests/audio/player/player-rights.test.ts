import { expect, test } from 'vitest';
import {
  playerClear,
  playerMove,
  playerPlay,
  playerRemove,
  playerSeek,
  playerSkip,
  playerStatus,
  playerUndo,
} from '#contracts/actions/player.ts';
import type { GuildMemberActor } from '#contracts/actor.ts';
import { rejection } from '../../support/rejection.ts';
import { voiceChannel } from '../support/ports.ts';
import { playerWorld } from './service-world.ts';

const g1 = { guildId: 'g1' };
const sample = { ...g1, what: 'sample' };
const eve: GuildMemberActor = {
  ...{ kind: 'guild-member', guildId: 'g2', userId: 'eve', displayName: 'EVE', roleIds: [] },
  ...{ isGuildOwner: true, hasManageGuild: true, isOperator: false },
};
const inOther = { actor: eve };
const codeOf = async (asked: Promise<unknown>) => ((await rejection(asked)) as { code?: string }).code;

test('nobody sends the bot to a channel that they can’t join, and none is offered that isn’t for them', async () => {
  const { as, guilds, run, voice } = await playerWorld();
  guilds.closed.add('bo@b');
  expect(await codeOf(run(playerPlay, { ...sample, channelId: 'b' }, as('bo')))).toBe(
    'PLAYER_NOT_YOUR_CHANNEL',
  );
  guilds.closed.add('bo@a');
  expect(await codeOf(run(playerPlay, sample, as('bo')))).toBe('PLAYER_NOT_YOUR_CHANNEL');
  expect(voice.channelOf('g1')).toBeUndefined();
  guilds.closed.delete('bo@a');
  expect(await run(playerPlay, sample, as('bo'))).toMatchObject({ player: { channelId: 'a' } });
});

test('a player that everybody has left in a closed channel plays for others where they can hear it', async () => {
  const { as, guilds, presence, run } = await playerWorld();
  guilds.closed.add('bo@b');
  presence.sit('b', 'ada');
  await run(playerPlay, sample, as('ada'));
  presence.sit('b');
  expect(await run(playerPlay, sample, as('bo'))).toMatchObject({ player: { channelId: 'a' } });
});

test('one who was moved there by others plays where they sit, as in Discord', async () => {
  const { as, guilds, presence, run } = await playerWorld();
  guilds.closed.add('bo@b');
  presence.sit('b', 'bo');
  const here = { ...sample, channelId: 'b' };
  expect(await run(playerPlay, here, as('bo'))).toMatchObject({ player: { channelId: 'b' } });
});

test('what several cleared by votes isn’t taken back by the one who voted last', async () => {
  const { as, presence, roles, run } = await playerWorld();
  roles.set('ada', 'dj');
  presence.sit('a', 'ada', 'bo', 'cy');
  for (let count = 0; count < 3; count++) await run(playerPlay, sample, as('ada'));
  const all = { ...g1, whose: 'all' } as const;
  expect(await run(playerClear, all, as('bo'))).toMatchObject({ outcome: 'voted' });
  const { outcome, player } = await run(playerClear, all, as('cy'));
  expect(outcome).toBe('done');
  const undo = { ...g1, undoId: player.undo?.id ?? '' };
  for (const person of ['bo', 'cy'])
    expect(await codeOf(run(playerUndo, undo, as(person)))).toBe('PLAYER_DJS_ONLY');
  expect((await run(playerStatus, g1)).player?.queuedCount).toBe(0);
  expect(await run(playerUndo, undo, as('ada'))).toMatchObject({ player: { queuedCount: 2 } });
});

test('entries, and what can be undone, of another server are nothing here, whoever knows their ids', async () => {
  const { as, guilds, presence, run } = await playerWorld();
  presence.sit('a', 'ada');
  guilds.channels.set('c', voiceChannel('c', { guildId: 'g2' }));
  for (let count = 0; count < 3; count++) {
    await run(playerPlay, sample, as('ada'));
    await run(playerPlay, { guildId: 'g2', what: 'sample', channelId: 'c' }, inOther);
  }
  const before = (await run(playerStatus, g1)).player;
  const [itemId, nextId] = [before?.item?.id ?? '', before?.next?.id ?? ''];
  const here = { guildId: 'g2' };
  const refused = [
    run(playerSkip, { ...here, itemId }, inOther),
    run(playerSeek, { ...here, itemId, atMs: 0 }, inOther),
    run(playerMove, { ...here, itemId: nextId }, inOther),
    run(playerRemove, { ...here, itemId: nextId }, inOther),
  ];
  const codes = await Promise.all(refused.map(codeOf));
  expect(codes).toEqual(['PLAYER_ITEM_OVER', 'PLAYER_ITEM_GONE', 'PLAYER_ITEM_GONE', 'PLAYER_ITEM_GONE']);
  const { player } = await run(playerClear, { ...g1, whose: 'all' }, as('ada'));
  const undoId = player.undo?.id ?? '';
  expect(await codeOf(run(playerUndo, { ...here, undoId }, inOther))).toBe('PLAYER_UNDO_OVER');
  expect((await run(playerStatus, g1)).player).toMatchObject({ item: { id: itemId }, queuedCount: 0 });
  expect((await run(playerStatus, here)).player?.queuedCount).toBe(2);
});
