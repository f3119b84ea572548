import { expect, test } from 'vitest';
import { createRoleDirectory } from '#access/role-directory.ts';
import { createGrantStore } from '#access/tables/grant-store.ts';
import { createTokenStore } from '#access/tables/token-store.ts';
import { TokenMakers } from '#access/tokens/token-makers.ts';
import type { ApiTokenActor, Role } from '#contracts/actor.ts';
import type { MemberFacts } from '#contracts/discord.ts';
import { silentLogger } from '#core/logger.ts';
import { describeEngines, type EngineUnderTest, openDatabase } from '../support/engines.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { rejection } from '../support/rejection.ts';

const plain: MemberFacts = { roleIds: [], isGuildOwner: false, hasManageGuild: false };
const token: ApiTokenActor = {
  kind: 'api-token',
  guildId: '1',
  tokenId: 'a',
  createdBy: 'guild-member:1:2',
};

async function world(on: EngineUnderTest) {
  const clock = new FakeClock(Date.now());
  const db = await openDatabase(await on.place(), clock);
  const [store, grants] = [createTokenStore(db), createGrantStore(db)];
  const dates = { createdAtMs: 0, expiresAtMs: 1, lastUsedAtMs: undefined, orphanedAtMs: undefined };
  await store.add(
    { id: 'a', guildId: '1', name: 'release *job*', createdBy: token.createdBy, ...dates },
    'h',
  );
  const held = { facts: plain as MemberFacts | undefined };
  const asked: string[] = [];
  const told: string[] = [];
  const newMakers = () =>
    new TokenMakers({
      ...{ store, clock, logger: silentLogger() },
      members: {
        member: async (guildId, userId) => {
          asked.push(`${guildId}:${userId}`);
          return held.facts;
        },
      },
      notify: async (guildId, text) => void told.push(`${guildId}: ${text}`),
    });
  let makers = newMakers();
  const roles = createRoleDirectory({ grants, maker: (actor) => makers.of(actor) });
  const restart = () => {
    makers = newMakers();
  };
  return { held, asked, told, store, grants, roles, restart };
}

describeEngines('a token', (on) => {
  test.each<[string, Partial<MemberFacts>, Role | undefined, Role]>([
    ['owner', { isGuildOwner: true }, undefined, 'owner'],
    ['manager', { hasManageGuild: true }, undefined, 'manager'],
    ['publisher', { roleIds: ['100000000000000005'] }, undefined, 'publisher'],
    ['member', {}, undefined, 'member'],
    ['publisher, given dj', { roleIds: ['100000000000000005'] }, 'dj', 'dj'],
    ['owner, given publisher', { isGuildOwner: true }, 'publisher', 'publisher'],
    ['member, given owner', {}, 'owner', 'member'],
  ])('holds what its maker holds now: %s', async (_, facts, given, role) => {
    const { held, grants, roles, asked } = await world(on);
    await grants.put({ guildId: '1', discordRoleId: '100000000000000005', role: 'publisher' });
    held.facts = { ...plain, ...facts };
    expect(await roles.roleOf(given ? { ...token, role: given } : token)).toBe(role);
    expect(asked).toEqual(['1:2']);
  });

  test('whose maker left is refused; managers are notified once, also across restarts, and again the next time', async () => {
    const { held, told, store, roles, restart } = await world(on);
    held.facts = undefined;
    for (let tries = 0; tries < 3; tries++)
      expect(await rejection(roles.roleOf(token))).toMatchObject({ code: 'TOKEN_MAKER_LEFT' });
    restart();
    await rejection(roles.roleOf(token));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('1: The token “release \\*job\\*” is refused');
    expect((await store.find('a'))?.token.orphanedAtMs).toBeDefined();
    held.facts = plain;
    expect(await roles.roleOf(token)).toBe('member');
    expect((await store.find('a'))?.token.orphanedAtMs).toBeUndefined();
    held.facts = undefined;
    await rejection(roles.roleOf(token));
    expect(told).toHaveLength(2);
  });

  test.each(['guild-member:9:2', 'system:restore', 'x', 'operator:2'])(
    'made by %s is nobody’s, and nobody is asked',
    async (createdBy) => {
      const { roles, asked } = await world(on);
      expect(await rejection(roles.roleOf({ ...token, createdBy }))).toMatchObject({
        code: 'TOKEN_MAKER_LEFT',
      });
      expect(asked).toEqual([]);
    },
  );
});
