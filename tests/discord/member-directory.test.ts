import { afterEach, beforeEach, expect, test } from 'vitest';
import { memberFreshMs, memberStaleMs } from '#discord/member-directory.ts';
import { rejection } from '../support/rejection.ts';
import { Door } from './support/door.ts';
import { discordRoles, home, people } from './support/seed.ts';

let door: Door;
beforeEach(async () => {
  door = await Door.open();
});
afterEach(() => door.close());

const lookups = () => door.proxy.requests.filter(({ path }) => /\/guilds\/\d+\/members\/\d+$/.test(path));
const outage = () => {
  door.proxy.intercept = ({ path }) => (path.includes('/members/') ? { status: 403 } : undefined);
};

test('knows of a member what Discord says of them in an interaction, and of who left that they left', async () => {
  const { members } = door.discord;
  const nothing = { isGuildOwner: false, hasManageGuild: false };
  expect(await members.member(home, people.owner)).toMatchObject({ isGuildOwner: true });
  expect(await members.member(home, people.manager)).toMatchObject({ ...nothing, hasManageGuild: true });
  expect(await members.member(home, people.publisher)).toEqual({
    ...nothing,
    roleIds: [discordRoles.publishers],
  });
  // In another guild, and in none at all.
  expect(await members.member(home, people.stranger)).toBeUndefined();
  expect(await members.member(home, '999999999999999999')).toBeUndefined();
});

test('asks once a minute for each, however many want to know at once', async () => {
  const { members } = door.discord;
  const asked = Array.from({ length: 20 }, () => members.member(home, people.manager));
  expect(new Set(await Promise.all(asked)).size).toBe(1);
  expect(lookups()).toHaveLength(1);
  door.clock.skip(memberFreshMs - 5_000);
  await members.member(home, people.manager);
  expect(lookups()).toHaveLength(1);
  door.clock.skip(5_000);
  await members.member(home, people.manager);
  expect(lookups()).toHaveLength(2);
});

test('while Discord gives no answer the last one counts for an hour, then none', async () => {
  const { members } = door.discord;
  await members.member(home, people.manager);
  outage();
  door.clock.skip(memberStaleMs - 60_000);
  expect(await members.member(home, people.manager)).toMatchObject({ hasManageGuild: true });
  expect(await rejection(members.member(home, people.owner))).toMatchObject({
    code: 'DISCORD_MEMBER_UNKNOWN',
    details: { retryAfterSeconds: 60 },
  });
  door.clock.skip(60_000);
  expect(await rejection(members.member(home, people.manager))).toMatchObject({
    code: 'DISCORD_MEMBER_UNKNOWN',
  });
  door.proxy.intercept = undefined;
  expect(await members.member(home, people.manager)).toMatchObject({ hasManageGuild: true });
});
