import type { GuildSeed } from '@guildmesh/local-discord/contract';
import { ChannelType, PermissionFlagsBits } from 'discord-api-types/v10';
import { afterEach, describe, expect, test } from 'vitest';
import { invitePermissions } from '#discord/invite-link.ts';
import { seen } from './support/answers.ts';
import { customIdsOf } from './support/components.ts';
import { Door } from './support/door.ts';
import { botId, channels, elsewhere, home, seed } from './support/seed.ts';

let door: Door;
afterEach(() => door.close());

const permissions = invitePermissions.reduce((bits, { bit }) => bits | bit, 0n);
const rules = '500000000000000021';
const talk = '500000000000000022';
const closedToEveryone = {
  id: elsewhere,
  type: 0,
  allow: 0n,
  deny: PermissionFlagsBits.ViewChannel,
} as const;
const openToBot = { id: botId, type: 1, allow: PermissionFlagsBits.ViewChannel, deny: 0n } as const;
const closedToBot = { id: botId, type: 1, allow: 0n, deny: PermissionFlagsBits.SendMessages } as const;

/** A world in which nobody has invited the bot elsewhere yet. */
function uninvited(change: Partial<GuildSeed> = {}) {
  const world = seed();
  const guilds = world.guilds.map((guild) =>
    guild.id === elsewhere ? { ...guild, bots: [], ...change } : guild,
  );
  return { ...world, guilds };
}

/** Waits until it stands there, or until the hub has found no place for it. */
async function expectHello(expected: readonly string[]): Promise<void> {
  const found = () => [hellos(), door.logged('no channel to say hello in').length];
  await expect.poll(found, { timeout: 15_000 }).toEqual([expected, expected.length === 0 ? 1 : 0]);
  expect(door.playground.world.commands(elsewhere).length).toBeGreaterThan(10);
}

function hellos(): string[] {
  const there = door.playground.world.guild(elsewhere)?.channels ?? [];
  return there.flatMap(({ id }) =>
    door.playground.world
      .messages(id)
      .filter((message) => JSON.stringify(message).includes('Hello, I’m guildmesh'))
      .map(() => id),
  );
}

const text = (id: string, overwrites: NonNullable<GuildSeed['channels'][number]['overwrites']> = []) => ({
  ...{ id, name: `c${id.slice(-2)}`, type: ChannelType.GuildText as const, overwrites },
});

describe('a home guild that invites the bot', () => {
  test('is greeted once, in its system channel, and the button leads a manager to /setup', async () => {
    const world = uninvited({ channels: [text(rules), text(talk)], systemChannelId: talk });
    door = await Door.open({ seed: world });
    door.playground.faults.inviteBot(elsewhere, botId, permissions);
    await expectHello([talk]);
    const hello = door.playground.world.messages(talk).at(-1);
    expect(JSON.stringify(hello)).toMatch(/<\/play:\d+>/);
    const open = customIdsOf(hello as never).open ?? '';
    door.services.roleOf = () => 'manager';
    const { text: said, ephemeral } = await seen(
      await door.as('stranger', elsewhere).click(hello?.id ?? '', open),
    );
    expect([said.includes('Set up ·'), ephemeral]).toEqual([true, true]);

    // Another session begins, then the hub restarts: nobody invited it.
    door.playground.faults.gatewayInvalidSession(botId, false);
    await expect.poll(() => door.discord.guilds.connected(), { timeout: 20_000 }).toBe(true);
    await door.restart();
    expect(hellos()).toEqual([talk]);
  });

  test.each([
    [
      'of those that everyone reads, the first it may write in',
      [text(rules, [closedToBot]), text(talk)],
      [talk],
    ],
    ['never one that everyone can’t read', [text(rules, [closedToEveryone, openToBot]), text(talk)], [talk]],
    ['nowhere, if there is none', [text(rules, [closedToBot])], []],
  ])('without a system channel: %s', async (_, channelsThere, expected) => {
    door = await Door.open({ seed: uninvited({ channels: channelsThere }) });
    door.playground.faults.inviteBot(elsewhere, botId, permissions);
    await expectHello(expected);
  });

  test('isn’t greeted before it is home', async () => {
    door = await Door.open({ seed: uninvited() });
    door.standings.set(elsewhere, 'foreign');
    door.playground.faults.inviteBot(elsewhere, botId, permissions);
    await expect.poll(() => door.met.get(elsewhere), { timeout: 15_000 }).toBe(false);
    expect(hellos()).toEqual([]);
    door.standings.set(elsewhere, 'home');
    await expectHello([channels.elsewhereGeneral]);
  });
});

test('guilds of the first login aren’t greeted, nor after a session that begins anew', async () => {
  door = await Door.open();
  door.playground.faults.gatewayInvalidSession(botId, false);
  await expect.poll(() => door.discord.guilds.connected(), { timeout: 20_000 }).toBe(true);
  expect([...door.met]).toEqual([
    [home, true],
    [elsewhere, true],
  ]);
  expect(hellos()).toEqual([]);
});
