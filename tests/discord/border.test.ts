import type { MemberSession } from '@guildmesh/local-discord/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { homeErrors } from '#access/home/errors.ts';
import { homeAdd, homeList } from '#contracts/actions/home.ts';
import type { Logger } from '#core/logger.ts';
import { ForeignRefusals, guildsNamedMax, sayEveryMs } from '#discord/interactions/foreign-refusals.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { seen } from './support/answers.ts';
import { customIdsOf } from './support/components.ts';
import { Door } from './support/door.ts';
import { typedForms } from './support/forms.ts';
import { botId, channels, elsewhere, home, seed } from './support/seed.ts';

let door: Door;
afterEach(() => door.close());

/** Every word is known there: only the border keeps it out. */
function inGlobalScope(): Promise<Door> {
  return Door.open({ commandScope: 'global', operators: ['manager'] });
}

describe('in a guild that is not home', () => {
  let stranger: MemberSession;
  beforeEach(async () => {
    door = await inGlobalScope();
    stranger = door.as('stranger', elsewhere);
  });

  test('every command of everybody is answered by one private sentence, and nothing is done or kept', async () => {
    door.standings.set(elsewhere, 'foreign');
    const kept = [...door.intents.kept];
    const texts = new Set<string>();
    for (const typed of Object.values(typedForms)) {
      const { text, ephemeral } = await seen(await stranger.run(typed));
      expect(ephemeral, typed).toBe(true);
      texts.add(text);
    }
    expect([...texts]).toEqual([expect.stringContaining('This hub belongs to the community “Ours”')]);
    expect([...texts][0]).toContain('Ada');
    expect([...texts][0]).toContain('/access home add');
    expect(door.services.runs).toEqual([]);
    expect(door.services.audit).toEqual([]);
    expect([...door.intents.kept]).toEqual(kept);
    expect(door.playground.world.messages(channels.elsewhereGeneral)).toEqual([]);
  });

  test('a suggestion is the sentence and nothing of ours', async () => {
    door.standings.set(elsewhere, 'foreign');
    for (const typed of ['/relay start broadcast:', '/node trust community:', '/access home add server:']) {
      const choices = await stranger.autocomplete(typed);
      expect(choices.map(({ name }) => name)).toEqual([expect.stringContaining('This hub belongs to')]);
    }
    expect(door.services.runs).toEqual([]);
  });

  test('buttons and forms from when it was home are refused, too', async () => {
    door.standings.set(elsewhere, 'home');
    door.services.roleOf = () => 'owner';
    const status = await seen(await stranger.run('/node status'));
    const form = await stranger.run('/publish post title:a targets:news');
    door.standings.set(elsewhere, 'foreign');
    door.services.runs.length = 0;
    const clicked = await stranger.click(status.message.id, customIdsOf(status.message).refresh ?? '');
    expect(await clicked.text()).toContain('ACTION_NOT_HOME');
    expect(form.modal).toBeDefined();
    const submitted = await stranger.submitModal(form.interactionId, { body: 'b' });
    expect(await submitted.text()).toContain('ACTION_NOT_HOME');
    expect(door.services.runs).toEqual([]);
  });

  test('refusals are counted in the log, with no line of each', async () => {
    door.standings.set(elsewhere, 'foreign');
    for (let count = 0; count < 5; count++) await seen(await stranger.run('/node status'));
    expect(door.logged('asked in guilds that are not home')).toEqual([]);
    await door.discord.drain?.(AbortSignal.timeout(5_000));
    expect(door.logged('asked in guilds that are not home')).toMatchObject([
      { count: 5, refusals: { [elsewhere]: 5 } },
    ]);
    expect(door.logged('command refused')).toEqual([]);
  });

  test('an operator chooses there, by the word and by the button, and does nothing else', async () => {
    door.standings.set(elsewhere, 'foreign');
    const operator = door.as('manager', elsewhere);
    door.services.answers[homeAdd.name] = ({ confirm }: { confirm: boolean }) => {
      if (!confirm) throw homeErrors.ACCESS_HOME_UNCONFIRMED({ guildIds: [elsewhere] });
      return { configured: false, guilds: [] };
    };
    const offer = await seen(await operator.run('/access home add'));
    expect(offer.text).toContain('for all home servers');
    await (await operator.click(offer.message.id, customIdsOf(offer.message)['home-add'] ?? '')).text();
    expect(door.services.runs.map(({ action, input }) => [action, input])).toEqual([
      [homeAdd.name, { guildIds: [elsewhere], confirm: false }],
      [homeList.name, {}],
      [homeAdd.name, { guildIds: [elsewhere], confirm: true }],
    ]);
    for (const typed of ['/access list', '/node status', '/doctor'])
      expect(await (await operator.run(typed)).text()).toContain('ACTION_NOT_HOME');
    expect(await (await stranger.run('/access home list')).text()).toContain('ACTION_NOT_HOME');
  });
});

describe('commands', () => {
  const names = (guildId: string) =>
    door.playground.world.commands(guildId).map(({ name, options }) => [name, options?.length ?? 0]);

  test('of all there are, only /access home is registered where the hub is not at home', async () => {
    door = await Door.closed();
    door.standings.set(elsewhere, 'foreign');
    await door.discord.start?.(AbortSignal.timeout(20_000));
    expect(names(elsewhere)).toEqual([['access', 1]]);
    expect(names(home).length).toBeGreaterThan(10);
    door.standings.set(elsewhere, 'home');
    await expect.poll(() => names(elsewhere)).toEqual(names(home));
    door.standings.set(elsewhere, 'foreign');
    await expect.poll(() => names(elsewhere)).toEqual([['access', 1]]);
  });
});

describe('leaving guilds that are not home', () => {
  const joined = () => door.discord.guilds.guilds().map(({ id }) => id);

  test.each([
    ['does not happen by default', false, 'home', true],
    ['happens at the start where it is wished', true, 'home', false],
    ['never happens while no guild is home', true, 'served', true],
  ] as const)('%s', async (_, leaveOtherGuilds, standing, stays) => {
    door = await Door.closed({ leaveOtherGuilds });
    door.standings.set(home, standing);
    door.standings.set(elsewhere, 'foreign');
    await door.discord.start?.(AbortSignal.timeout(20_000));
    await expect.poll(() => joined().includes(elsewhere)).toBe(stays);
    expect(joined()).toContain(home);
  });

  test('happens when it is invited, too', async () => {
    const world = seed();
    const guilds = world.guilds.map((guild) => (guild.id === elsewhere ? { ...guild, bots: [] } : guild));
    door = await Door.open({ leaveOtherGuilds: true, seed: { ...world, guilds } });
    door.standings.set(elsewhere, 'foreign');
    door.playground.faults.inviteBot(elsewhere, botId, 0n);
    await expect.poll(() => door.logged('left a guild that is not home').length).toBe(1);
    await expect.poll(joined).toEqual([home]);
  });
});

test('panels of a guild that stops being home show the reason, and no new ones are followed', async () => {
  door = await Door.open();
  const panel = () => door.playground.world.messages(channels.general).at(-1);
  await (await door.as('publisher').run('/relay panel')).text();
  const kept = () => [...door.intents.kept.keys()].filter((key) => key.startsWith('panel'));
  await expect.poll(kept).toHaveLength(1);
  expect(JSON.stringify(panel())).toContain('Night show');
  door.standings.set(home, 'foreign');
  await expect.poll(() => JSON.stringify(panel())).toContain('no longer a home server');
  expect(JSON.stringify(panel())).not.toContain('Night show');
  // Kept, for when it is home again.
  expect(kept()).toHaveLength(1);
});

test('however many guilds ask, and however often, it is one line a minute', async () => {
  const clock = new FakeClock();
  const lines: object[] = [];
  const logger = { info: (line: object) => lines.push(line) } as unknown as Logger;
  const refusals = new ForeignRefusals({ clock, logger });
  for (let guild = 0; guild < 3 * guildsNamedMax; guild++)
    for (let time = 0; time < 100; time++) refusals.count(`guild ${guild}`);
  await clock.advance(sayEveryMs - 1);
  expect(lines).toEqual([]);
  await clock.advance(10 * sayEveryMs);
  expect(lines).toEqual([expect.objectContaining({ count: 300 * guildsNamedMax })]);
  expect(Object.keys((lines[0] as { refusals: object }).refusals)).toHaveLength(guildsNamedMax);
  refusals.count('guild 1');
  await clock.advance(sayEveryMs);
  expect(lines).toHaveLength(2);
  refusals.say();
  expect(lines).toHaveLength(2);
});
