import { expect, test } from 'vitest';
import { createPerform } from '#access/perform.ts';
import { createTokenStore } from '#access/tables/token-store.ts';
import { createTokens } from '#access/tokens/tokens.ts';
import { tokenAdd, tokenList, tokenRevoke } from '#contracts/actions/tokens.ts';
import type { GuildMemberActor } from '#contracts/actor.ts';
import { tokensPerGuildMax } from '#contracts/tokens.ts';
import { systemChance } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { SqlActionLedger } from '#storage/action-ledger.ts';
import { describeEngines, type EngineUnderTest, openDatabase } from '../support/engines.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { rejection } from '../support/rejection.ts';
import { homeEverywhere } from '../support/standings.ts';

const manager: GuildMemberActor = {
  kind: 'guild-member',
  guildId: '1',
  userId: '2',
  displayName: 'Ada',
  roleIds: [],
  isGuildOwner: false,
  hasManageGuild: true,
  isOperator: false,
};

async function tokensOn(on: EngineUnderTest, role: 'manager' | 'publisher' = 'manager') {
  const clock = new FakeClock(Date.now());
  const chance = systemChance();
  const db = await openDatabase(await on.place(), clock);
  const tokens = createTokens({ store: createTokenStore(db), clock, chance });
  const perform = createPerform({
    actions: tokens.actions,
    standings: homeEverywhere,
    roles: { roleOf: async () => role },
    ledger: new SqlActionLedger({ db, engine: on.engine, clock, chance, hubId: () => '' }),
    clock,
    logger: silentLogger(),
    stopping: new AbortController().signal,
  });
  return { clock, db, tokens, perform };
}

describeEngines('tokens', (on) => {
  test('a token works until it is revoked or expires; nothing of it is stored', async () => {
    const { clock, db, tokens, perform } = await tokensOn(on);
    const made = await perform(
      tokenAdd,
      manager,
      { guildId: '1', name: 'ci', days: 2 },
      { idempotencyKey: 'k' },
    );
    expect(made.token).toMatch(/^gmt_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    expect(await tokens.verify(made.token)).toMatchObject({ guildId: '1', name: 'ci' });
    const secret = made.token.slice(21);
    const rows = [
      await db.selectFrom('api_token').selectAll().execute(),
      await db.selectFrom('action_key').selectAll().execute(),
      await db.selectFrom('audit').selectAll().execute(),
    ];
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(rows.map(({ length }) => length)).toEqual([1, 1, 1]);
    const listed = await perform(tokenList, manager, { guildId: '1' });
    expect(JSON.stringify(listed)).not.toContain(secret);
    expect(listed.tokens).toMatchObject([{ id: made.id, lastUsedAtMs: clock.nowMs() }]);

    await clock.advance(2 * 86_400_000 - 1);
    expect(await tokens.verify(made.token)).toBeDefined();
    await clock.advance(1);
    expect(await tokens.verify(made.token)).toBeUndefined();
  });

  test('the same request again does not show it again, and makes no second', async () => {
    const { perform } = await tokensOn(on);
    const ask = () => perform(tokenAdd, manager, { guildId: '1', name: 'ci' }, { idempotencyKey: 'k' });
    await ask();
    expect(await rejection(ask())).toMatchObject({ code: 'ACTION_SHOWN_ONCE' });
    expect((await perform(tokenList, manager, { guildId: '1' })).tokens).toHaveLength(1);
  });

  test('a revoked, changed or made-up token is nobody’s', async () => {
    const { tokens, perform } = await tokensOn(on);
    const { token, id } = await perform(tokenAdd, manager, { guildId: '1', name: 'ci' });
    const flipped = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A');
    for (const words of [flipped, token.slice(4), `${token}A`, token.toUpperCase(), '', 'gmt_', `gmt_${id}_`])
      expect(await tokens.verify(words), words).toBeUndefined();
    expect((await perform(tokenRevoke, manager, { guildId: '1', id })).tokens).toEqual([]);
    expect(await tokens.verify(token)).toBeUndefined();
    expect(await rejection(perform(tokenRevoke, manager, { guildId: '1', id }))).toMatchObject({
      code: 'TOKEN_UNKNOWN',
    });
  });

  test('managers only, of that guild only, and so many only', async () => {
    const { perform } = await tokensOn(on);
    for (const [spec, input] of [
      [tokenAdd, { guildId: '9', name: 'ci' }],
      [tokenList, { guildId: '9' }],
      [tokenRevoke, { guildId: '9', id: 'x' }],
    ] as const)
      expect(await rejection(perform(spec as never, manager, input as never))).toMatchObject({
        code: 'ACTION_OTHER_GUILD',
      });
    for (let count = 0; count < tokensPerGuildMax; count++)
      await perform(tokenAdd, manager, { guildId: '1', name: `${count}` });
    expect(await rejection(perform(tokenAdd, manager, { guildId: '1', name: 'more' }))).toMatchObject({
      code: 'STORAGE_LIMIT_REACHED',
    });
    const { perform: asPublisher } = await tokensOn(on, 'publisher');
    expect(await rejection(asPublisher(tokenList, manager, { guildId: '1' }))).toMatchObject({
      code: 'ACTION_FORBIDDEN',
    });
  });
});
