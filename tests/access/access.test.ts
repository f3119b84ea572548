import { expect, test } from 'vitest';
import { createAccess } from '#access/access.ts';
import { createPerform } from '#access/perform.ts';
import { accessGrant, accessList, accessRevoke } from '#contracts/actions/access.ts';
import type { Actor, GuildMemberActor } from '#contracts/actor.ts';
import type { GrantStore } from '#contracts/grant-store.ts';
import { silentLogger } from '#core/logger.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { rejection } from '../support/rejection.ts';
import { homeEverywhere } from '../support/standings.ts';
import { startedStorage } from '../support/started-storage.ts';
import { storesOf } from '../support/tables.ts';

const guildId = '100000000000000001';
const djRole = '100000000000000007';
const systemActor: Actor = { kind: 'system', reason: 'restore' };

function member(facts: Partial<GuildMemberActor> = {}): GuildMemberActor {
  return {
    kind: 'guild-member',
    guildId,
    userId: '100000000000000002',
    displayName: 'Ada',
    roleIds: [],
    isGuildOwner: false,
    hasManageGuild: false,
    isOperator: false,
    ...facts,
  };
}

async function world(changed: (grants: GrantStore) => GrantStore = (grants) => grants) {
  const storage = await startedStorage();
  const access = createAccess({
    grants: changed(storesOf(storage).grants),
    audit: storage.audit,
    makers: { of: () => Promise.reject(new Error('no token here')) },
  });
  const perform = createPerform({
    actions: access.actions,
    standings: homeEverywhere,
    roles: access.roles,
    ledger: storage.ledger,
    clock: new FakeClock(),
    logger: silentLogger(),
    stopping: new AbortController().signal,
  });
  return { access, perform, grants: storesOf(storage).grants };
}

test('roles come from Discord’s own facts without any grant', async () => {
  const { access } = await world();
  expect(await access.roles.roleOf(systemActor)).toBe('owner');
  expect(await access.roles.roleOf(member({ isGuildOwner: true }))).toBe('owner');
  expect(await access.roles.roleOf(member({ hasManageGuild: true }))).toBe('manager');
  expect(await access.roles.roleOf(member({ roleIds: [djRole] }))).toBe('member');
});

test('a grant reaches those with the Discord role, in that guild only, and the strongest counts', async () => {
  const { access, grants } = await world();
  await grants.put({ guildId, discordRoleId: djRole, role: 'publisher' });
  expect(await access.roles.roleOf(member({ roleIds: [djRole] }))).toBe('publisher');
  expect(await access.roles.roleOf(member())).toBe('member');
  expect(await access.roles.roleOf(member({ roleIds: [djRole], hasManageGuild: true }))).toBe('manager');
  expect(await access.roles.roleOf(member({ roleIds: [djRole], guildId: '100000000000000009' }))).toBe(
    'member',
  );
  await grants.put({ guildId, discordRoleId: '100000000000000008', role: 'owner' });
  expect(await access.roles.roleOf(member({ roleIds: [djRole, '100000000000000008'] }))).toBe('owner');
});

test('a grant to @everyone, whose id is the guild’s, reaches everyone', async () => {
  const { access, grants } = await world();
  await grants.put({ guildId, discordRoleId: guildId, role: 'publisher' });
  expect(await access.roles.roleOf(member())).toBe('publisher');
});

test('a manager grants and revokes, and everyone sees it', async () => {
  const { perform } = await world();
  const manager = member({ hasManageGuild: true });
  const grant = { guildId, discordRoleId: djRole, role: 'publisher' as const };
  expect(await perform(accessGrant, manager, grant)).toEqual({ grants: [grant] });
  expect(await perform(accessList, member(), { guildId })).toEqual({ grants: [grant], yourRole: 'member' });
  expect(await perform(accessRevoke, manager, { guildId, discordRoleId: djRole })).toEqual({ grants: [] });
});

test('members and publishers can’t change grants', async () => {
  const { perform, grants } = await world();
  await grants.put({ guildId, discordRoleId: djRole, role: 'publisher' });
  for (const actor of [member(), member({ roleIds: [djRole] })]) {
    const error = await rejection(
      perform(accessGrant, actor, { guildId, discordRoleId: djRole, role: 'manager' }),
    );
    expect(error).toMatchObject({ code: 'ACTION_FORBIDDEN' });
  }
  expect(await grants.list(guildId)).toEqual([{ guildId, discordRoleId: djRole, role: 'publisher' }]);
});

test('nobody gives, replaces or takes a role stronger than their own', async () => {
  const { perform, grants } = await world();
  const manager = member({ hasManageGuild: true });
  const owned = { guildId, discordRoleId: djRole, role: 'owner' as const };
  const above = { code: 'ACCESS_ABOVE_OWN', details: { role: 'owner', own: 'manager' } };
  expect(await rejection(perform(accessGrant, manager, owned))).toMatchObject(above);
  await perform(accessGrant, member({ isGuildOwner: true }), owned);
  expect(await rejection(perform(accessGrant, manager, { ...owned, role: 'member' }))).toMatchObject(above);
  expect(await rejection(perform(accessRevoke, manager, { guildId, discordRoleId: djRole }))).toMatchObject(
    above,
  );
  expect(await grants.list(guildId)).toEqual([owned]);
});

test('an unknown grant can’t be revoked', async () => {
  const { perform } = await world();
  const error = await rejection(
    perform(accessRevoke, member({ isGuildOwner: true }), { guildId, discordRoleId: djRole }),
  );
  expect(error).toMatchObject({ code: 'ACCESS_NO_SUCH_GRANT', kind: 'user' });
});

test('the owner of one guild sees and changes nothing of another', async () => {
  const { perform, grants } = await world();
  const elsewhere = '100000000000000009';
  await grants.put({ guildId: elsewhere, discordRoleId: djRole, role: 'publisher' });
  const owner = member({ isGuildOwner: true });
  const other = { code: 'ACTION_OTHER_GUILD' };
  const grant = { guildId: elsewhere, discordRoleId: djRole, role: 'owner' as const };
  expect(await rejection(perform(accessList, owner, { guildId: elsewhere }))).toMatchObject(other);
  expect(await rejection(perform(accessGrant, owner, grant))).toMatchObject(other);
  expect(
    await rejection(perform(accessRevoke, owner, { guildId: elsewhere, discordRoleId: djRole })),
  ).toMatchObject(other);
  expect(await grants.list(elsewhere)).toEqual([{ ...grant, role: 'publisher' }]);
});

test('what is no Discord role id is refused before anything is stored', async () => {
  const { perform, grants } = await world();
  const owner = member({ isGuildOwner: true });
  const error = await rejection(
    perform(accessGrant, owner, { guildId, discordRoleId: 'everyone', role: 'publisher' }),
  );
  expect(error).toMatchObject({ code: 'ACTION_INPUT_INVALID' });
  expect(await grants.list(guildId)).toEqual([]);
});

test('two who change one grant at once: what was checked still stands when it is written', async () => {
  const begun = Promise.withResolvers<void>();
  const ownersIsThrough = Promise.withResolvers<void>();
  const { perform, grants } = await world((store) => ({
    ...store,
    put: async (grant) => {
      begun.resolve();
      // The manager's write, already allowed, is held until the owner's is through, or has to wait its turn.
      if (grant.role === 'member') await Promise.race([ownersIsThrough.promise, pause(500)]);
      await store.put(grant);
      if (grant.role === 'owner') ownersIsThrough.resolve();
    },
  }));
  const grant = { guildId, discordRoleId: djRole };
  const byManager = perform(accessGrant, member({ hasManageGuild: true }), { ...grant, role: 'member' });
  await begun.promise;
  const byOwner = perform(accessGrant, member({ isGuildOwner: true }), { ...grant, role: 'owner' });
  await Promise.all([byManager, byOwner]);
  expect(await grants.list(guildId)).toEqual([{ ...grant, role: 'owner' }]);
});

function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

test('everyone in a server becomes more than member only when that is said', async () => {
  const { grants, perform } = await world();
  const owner = member({ isGuildOwner: true });
  const everyone = { guildId, discordRoleId: guildId };
  expect(await rejection(perform(accessGrant, owner, { ...everyone, role: 'publisher' }))).toMatchObject({
    code: 'ACCESS_EVERYONE_UNCONFIRMED',
    message: expect.stringContaining('also whoever joins later'),
  });
  expect(await grants.list(guildId)).toEqual([]);
  await perform(accessGrant, owner, { ...everyone, role: 'member' });
  await perform(accessGrant, owner, { ...everyone, role: 'publisher', everyone: true });
  expect(await grants.list(guildId)).toEqual([{ ...everyone, role: 'publisher' }]);
});
