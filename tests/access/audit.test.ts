import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { auditAction } from '#access/audit-action.ts';
import { createPerform } from '#access/perform.ts';
import { auditList } from '#contracts/actions/audit.ts';
import type { Actor, GuildMemberActor } from '#contracts/actor.ts';
import { systemChance } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { SqlActionLedger } from '#storage/action-ledger.ts';
import { auditPurgeRowsMax, auditRowsMax, createAuditReader } from '#storage/audit-log.ts';
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

async function world(on: EngineUnderTest) {
  const clock = new FakeClock(Date.now());
  const db = await openDatabase(await on.place(), clock);
  const ledger = new SqlActionLedger({
    db,
    engine: on.engine,
    clock,
    chance: systemChance(),
    hubId: () => '',
  });
  const perform = createPerform({
    actions: [auditAction({ audit: createAuditReader(db) })],
    standings: homeEverywhere,
    roles: { roleOf: async () => 'manager' },
    ...{ ledger, clock, logger: silentLogger(), stopping: new AbortController().signal },
  });
  async function happened(guildId: string | undefined, action: string, count = 1): Promise<void> {
    for (let index = 0; index < count; index++) {
      const facts = { actor: 'system:x', input: { index }, errorCode: undefined, outcome: 'ok' as const };
      await ledger.settle(undefined, 1, { atMs: clock.nowMs(), guildId, action, ...facts });
    }
  }
  const list = (actor: Actor, input: object = {}) => perform(auditList, actor, { guildId: '1', ...input });
  return { clock, db, ledger, happened, list };
}

describeEngines('audit.list', (on) => {
  test('shows the guild’s own rows alone, newest first, page by page, each once', async () => {
    const { clock, happened, list } = await world(on);
    await happened('9', 'relay.start', 3);
    // Several in one millisecond: only the id tells their order.
    await happened('1', 'relay.start', 7);
    clock.stepWall(5);
    await happened('1', 'relay.stop', 7);
    await happened(undefined, 'node.start');
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await list(manager, { limit: 4, ...(before && { before }) });
      expect(page.rows.length).toBeLessThanOrEqual(4);
      for (const row of page.rows) expect(row.guildId).toBe('1');
      seen.push(...page.rows.map(({ action, cursor }) => `${action} ${cursor}`));
      before = page.before;
    } while (before !== undefined);
    expect(new Set(seen).size).toBe(14);
    expect(seen.map((text) => text.split(' ')[0])).toEqual([
      ...Array(7).fill('relay.stop'),
      ...Array(7).fill('relay.start'),
    ]);
    expect((await list(manager, { action: 'relay.stop', limit: 50 })).rows).toHaveLength(7);
  });

  test('shows all to operators, and to nobody else', async () => {
    const { happened, list } = await world(on);
    await happened('9', 'relay.start');
    await happened(undefined, 'node.start');
    expect(await rejection(list(manager, { everywhere: true }))).toMatchObject({
      code: 'ACCESS_AUDIT_OPERATORS_ONLY',
    });
    expect((await list({ ...manager, isOperator: true }, { everywhere: true })).rows).toHaveLength(2);
    expect((await list({ kind: 'operator', userId: '2' }, { everywhere: true })).rows).toHaveLength(2);
    expect((await list({ ...manager, isOperator: true })).rows).toEqual([]);
  });

  test('what was asked for is for operators: where it lacks a word, that is another guild’s secret', async () => {
    const { happened, list } = await world(on);
    await happened('1', 'relay.start');
    expect((await list(manager)).rows[0]).not.toHaveProperty('input');
    expect((await list({ ...manager, isOperator: true })).rows[0]).toMatchObject({ input: '{"index":0}' });
  });

  test('what is no cursor is refused', async () => {
    const { list } = await world(on);
    for (const before of ['x', '1', "1:' or 1=1", '1:'.padEnd(38, 'z')])
      expect(await rejection(list(manager, { before }))).toMatchObject({ code: 'ACTION_INPUT_INVALID' });
  });

  test('a guild that floods it loses its own rows, not another’s', async () => {
    const { clock, db, ledger, happened } = await world(on);
    await happened('9', 'relay.start', 5);
    const surplus = auditPurgeRowsMax + 10;
    await sql`
      with recursive n(i) as (select 1 union all select i + 1 from n where i < ${auditRowsMax - 5 + surplus})
      insert into audit select 'a' || i, cast(${clock.nowMs()} as double precision) + i, 'x', '1', 'y', null, 'ok', null from n`.execute(
      db,
    );
    await ledger.purge();
    await ledger.purge();
    const counts = await db
      .selectFrom('audit')
      .select(({ fn }) => ['guild_id', fn.countAll<number>().as('count')])
      .groupBy('guild_id')
      .orderBy('guild_id')
      .execute();
    expect(counts.map(({ guild_id, count }) => [guild_id, Number(count)])).toEqual([
      ['1', auditRowsMax - 5],
      ['9', 5],
    ]);
  });
});
