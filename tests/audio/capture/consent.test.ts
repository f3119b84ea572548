import { expect, test } from 'vitest';
import { createPerform } from '#access/perform.ts';
import { ConsentDesk } from '#audio/capture/consent.ts';
import { consentChoose, consentRule, consentShow } from '#contracts/actions/consent.ts';
import type { GuildMemberActor } from '#contracts/actor.ts';
import { consentChoicesMax } from '#contracts/consent-store.ts';
import { silentLogger } from '#core/logger.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { rejection } from '../../support/rejection.ts';
import { rolesBy } from '../../support/roles.ts';
import { homeEverywhere } from '../../support/standings.ts';
import { startedStorage } from '../../support/started-storage.ts';
import { storesOf } from '../../support/tables.ts';

const guildId = '100000000000000001';
const otherGuildId = '100000000000000009';

function member(userId: string, facts: Partial<GuildMemberActor> = {}): GuildMemberActor {
  const nobody = { roleIds: [], isGuildOwner: false, hasManageGuild: false, isOperator: false };
  return { kind: 'guild-member', guildId, userId, displayName: userId, ...nobody, ...facts };
}
const ann = member('100000000000000011');
const manager = member('100000000000000012', { hasManageGuild: true });

async function world() {
  const storage = await startedStorage();
  const clock = new FakeClock();
  const desk = new ConsentDesk({ store: storesOf(storage).consents, clock });
  const perform = createPerform({
    actions: desk.actions,
    standings: homeEverywhere,
    roles: rolesBy(storesOf(storage).grants),
    ledger: storage.ledger,
    clock,
    logger: silentLogger(),
    stopping: new AbortController().signal,
  });
  return { desk, perform, storage };
}

test('people who have said nothing are not heard until they give consent, and no longer when they withdraw it', async () => {
  const { desk, perform } = await world();
  expect(await perform(consentShow, ann, { guildId })).toEqual({ rule: 'ask', heard: false, live: [] });
  const given = await perform(consentChoose, ann, { guildId, choice: 'given' });
  expect(given).toEqual({ rule: 'ask', choice: 'given', heard: true, live: [] });
  const consent = await desk.of(guildId);
  expect([consent.heard(ann.userId), consent.heard(manager.userId)]).toEqual([true, false]);
  expect((await desk.of(otherGuildId)).heard(ann.userId)).toBe(false);
  await perform(consentChoose, ann, { guildId, choice: 'withdrawn' });
  expect((await desk.of(guildId)).heard(ann.userId)).toBe(false);
});

test('by notice everyone is heard but who withdrew; off is nobody, whatever they gave', async () => {
  const { desk, perform } = await world();
  await perform(consentChoose, ann, { guildId, choice: 'withdrawn' });
  await perform(consentRule, manager, { guildId, rule: 'notice' });
  const notice = await desk.of(guildId);
  expect([notice.heard(ann.userId), notice.heard(manager.userId)]).toEqual([false, true]);
  await perform(consentChoose, ann, { guildId, choice: 'given' });
  await perform(consentRule, manager, { guildId, rule: 'off' });
  expect((await desk.of(guildId)).heard(ann.userId)).toBe(false);
});

test('listeners are notified of a change, and of which guild', async () => {
  const { desk, perform } = await world();
  const told: string[] = [];
  const stop = desk.onChange((guild) => told.push(guild));
  await perform(consentChoose, ann, { guildId, choice: 'given' });
  await perform(consentRule, manager, { guildId, rule: 'off' });
  stop();
  await perform(consentChoose, ann, { guildId, choice: 'withdrawn' });
  expect(told).toEqual([guildId, guildId]);
});

test('the rule is for managers, consent for the person in their own server', async () => {
  const { perform } = await world();
  const refusals = [
    perform(consentRule, ann, { guildId, rule: 'notice' }),
    perform(consentChoose, ann, { guildId: otherGuildId, choice: 'given' }),
    perform(consentChoose, { kind: 'system', reason: 'x' }, { guildId, choice: 'given' }),
  ];
  const codes = await Promise.all(refusals.map(async (each) => (await rejection(each)) as { code: string }));
  expect(codes.map(({ code }) => code)).toEqual([
    'ACTION_FORBIDDEN',
    'ACTION_OTHER_GUILD',
    'ACTION_PERSON_ONLY',
  ]);
});

test('a guild keeps a bounded number of choices; those there can still change', async () => {
  const { storage } = await world();
  const rows = Array.from({ length: 1_000 }, (_, index) => index);
  for (let start = 0; start < consentChoicesMax; start += rows.length) {
    const values = rows.map((index) => ({
      guild_id: guildId,
      user_id: `${start + index}`,
      choice: 'given' as const,
      chosen_at_ms: 0,
    }));
    await storesOf(storage).db.insertInto('capture_consent').values(values).execute();
  }
  const refusal = await rejection(storesOf(storage).consents.setChoice(guildId, 'one more', 'given', 1));
  expect(refusal).toMatchObject({ code: 'STORAGE_LIMIT_REACHED' });
  await storesOf(storage).consents.setChoice(guildId, '5', 'withdrawn', 1);
  const choices = await storesOf(storage).consents.choices(guildId);
  expect([choices.size, choices.get('5')?.choice]).toEqual([consentChoicesMax, 'withdrawn']);
});
