import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { accessErrors } from '#access/errors.ts';
import { guildConfigure } from '#contracts/actions/guild-settings.ts';
import type { Role } from '#contracts/actor.ts';
import { meshErrors } from '#mesh/errors.ts';
import { type Seen, seen } from './support/answers.ts';
import { customIdsOf } from './support/components.ts';
import { Door } from './support/door.ts';
import { channels, discordRoles, home, type Person, people } from './support/seed.ts';

let door: Door;
const grants = new Map<string, Role>();

beforeAll(async () => {
  door = await Door.open();
  const listed = () => ({
    grants: [...grants].map(([discordRoleId, role]) => ({ guildId: home, discordRoleId, role })),
  });
  const { answers } = door.services;
  answers['access.list'] = () => ({ ...listed(), yourRole: 'member' });
  answers['access.grant'] = (wish: { discordRoleId: string; role: Role; everyone: boolean }) => {
    if (wish.discordRoleId === home && !wish.everyone) throw accessErrors.ACCESS_EVERYONE_UNCONFIRMED(wish);
    grants.set(wish.discordRoleId, wish.role);
    return listed();
  };
  answers['access.revoke'] = ({ discordRoleId }: { discordRoleId: string }) => {
    grants.delete(discordRoleId);
    return listed();
  };
});
afterAll(() => door.close());

beforeEach(() => {
  door.clock.skip(60_000);
  grants.clear();
});

const open = async (person: Person = 'manager') => seen(await door.as(person).run('/setup'));

/** Presses what a view calls `name`; with several of a name, the one whose data is `data`. */
async function press(view: Seen, name: string, { person = 'manager' as Person } = {}): Promise<Seen> {
  door.clock.skip(10_000);
  const id = customIdsOf(view.message)[name] ?? '';
  return seen(await door.as(person).click(view.message.id, id));
}

/** The same message once it shows more than its progress. */
async function later(view: Seen, text: string): Promise<Seen> {
  const { id, channel_id: channelId } = view.message;
  const now = () => {
    const all = door.playground.world.messages(channelId, people.manager);
    return all.find((message) => message.id === id) ?? view.message;
  };
  await expect.poll(() => JSON.stringify(now()), { timeout: 15_000 }).toContain(text);
  return { ...view, message: now(), text: JSON.stringify(now()) };
}

async function pick(view: Seen, name: string, values: string[]): Promise<Seen> {
  const id = customIdsOf(view.message)[name] ?? '';
  return seen(await door.as('manager').select(view.message.id, id, values));
}

test('members are told who may, by Discord role; a right that is lost is lost at the next press', async () => {
  grants.set(discordRoles.publishers, 'manager');
  const refused = await open('member');
  expect(refused.text).toContain(`<@&${discordRoles.publishers}>`);
  expect([refused.text.includes('ACTION_FORBIDDEN'), refused.ephemeral]).toEqual([true, true]);
  const view = await open();
  const { roleOf } = door.services;
  door.services.roleOf = () => 'member';
  expect((await press(view, 'overview')).text).toContain('Only managers set the bot up');
  door.services.roleOf = roleOf;
});

test('every step opens, asks anew, and leads back; a part that fails leaves the others', async () => {
  const { answers } = door.services;
  const { 'target.list': targets } = answers;
  answers['target.list'] = () => {
    throw accessErrors.ACCESS_NO_SUCH_GRANT({ discordRoleId: '1' });
  };
  const before = await open();
  expect(before.text).toMatch(/Sound.*plays in/);
  expect(before.text).toMatch(/Not seen · \*\*Publishing/);
  if (targets) answers['target.list'] = targets;
  let view = await open();
  for (const [step, heading] of [
    ['who', 'Who may do what'],
    ['sound', 'Sound'],
    ['neighbours', 'Neighbours'],
    ['times', 'Times and notices'],
    ['members', 'A card for members'],
  ] as const) {
    view = await press(view, step);
    expect(view.text).toContain(`### ${heading}`);
    view = await press(view, 'overview');
    expect(view.text).toContain('### Set up');
  }
});

test('roles that are picked hold it and no others; everybody is asked about first', async () => {
  grants.set(discordRoles.managers, 'dj');
  let view = await press(await open(), 'who');
  // The last select of that name is for DJs.
  view = await pick(view, 'role', [discordRoles.publishers]);
  expect([...grants]).toEqual([[discordRoles.publishers, 'dj']]);
  // Another manager adds one meanwhile: it isn't among those that this select shows.
  grants.set(discordRoles.managers, 'dj');
  view = await pick(view, 'role', [discordRoles.publishers, home]);
  expect(grants.get(discordRoles.managers)).toBe('dj');
  expect(view.text).toContain('Everybody in this server');
  expect(grants.has(home)).toBe(false);
  view = await press(view, 'everyone');
  expect(grants.get(home)).toBe('dj');
  expect(view.text).toContain('everybody');
});

test('a chime is offered in the channel, asks what was heard, and a No names causes', async () => {
  const { answers } = door.services;
  answers['relay.status'] = () => ({ relays: [] });
  answers['doctor.run'] = ({ channelId }: { channelId?: string }) => ({
    findings: [
      { id: 'mesh.node', level: 'problem', text: 'The node is off.', fix: 'Start it.' },
      ...(channelId === channels.hidden
        ? [{ id: 'permission.speak', level: 'problem', text: 'It lacks Speak.', fix: 'Allow Speak.' }]
        : []),
    ],
  });
  let view = await press(await open(), 'sound');
  view = await pick(view, 'channel', [channels.hidden]);
  expect(view.text).toContain('It lacks Speak.');
  expect(view.text).not.toContain('The node is off.');
  expect(customIdsOf(view.message).chime).toBeUndefined();
  view = await pick(view, 'channel', [channels.lounge]);
  view = await later(await press(view, 'chime'), 'Did you hear it?');
  expect(view.text).toContain('1 person there, encrypted');
  view = await press(view, 'unheard');
  expect(view.text).toContain('1. **You aren’t in');
});

test('zone, notices and the card: what is picked or typed reaches its action', async () => {
  const decided = () =>
    door.services.runs.filter(({ action }) => action === guildConfigure.name).map(({ input }) => input);
  let view = await press(await open(), 'times');
  view = await pick(view, 'zone', ['Europe/Berlin']);
  expect(view.text).toContain('Europe/Berlin');
  view = await pick(view, 'notices', [channels.general]);
  const typed = await door.as('manager').click(view.message.id, customIdsOf(view.message)['type-zone'] ?? '');
  view = await seen(await door.as('manager').submitModal(typed.interactionId, { zone: 'Asia/Tokyo' }));
  expect(view.text).toContain('Asia/Tokyo');
  view = await press(view, 'no-notices');
  expect(decided()).toEqual([
    { guildId: home, zone: 'Europe/Berlin' },
    { guildId: home, noticesChannelId: channels.general },
    { guildId: home, zone: 'Asia/Tokyo' },
    { guildId: home, noticesChannelId: null },
  ]);
  view = await press(await press(view, 'overview'), 'members');
  view = await pick(view, 'post', [channels.general]);
  expect(view.text).toContain(`<#${channels.general}>`);
});

test('a neighbour is allowed only after its six words were shown and confirmed', async () => {
  const { answers } = door.services;
  const { 'node.trust': trusts } = answers;
  const east = '12D3KooWEast';
  answers['node.trust'] = (wish: { community: string; confirmation?: string }) => {
    const words = ['one', 'two', 'three', 'four', 'five', 'six'];
    const card = { peerId: wish.community, name: 'East', words, confirmation: 'seen' };
    if (wish.confirmation !== 'seen') throw meshErrors.MESH_TRUST_UNCONFIRMED(card);
    return { peerId: east, name: 'East', trusted: true, connected: true, addresses: [], words };
  };
  let view = await press(await open(), 'neighbours');
  expect(view.text).toContain('we don’t allow it yet');
  view = await pick(view, 'allow', [east]);
  expect(view.text).toContain('one two three four five six');
  view = await press(view, 'confirm');
  expect(view.text).toContain('### Trusted');
  expect((await press(view, 'overview')).text).toContain('### Set up');
  if (trusts) answers['node.trust'] = trusts;
});
