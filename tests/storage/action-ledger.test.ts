import { type Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import type { AuditRow } from '#contracts/audit.ts';
import { systemChance } from '#core/clock.ts';
import { keyLifeMs, purgeRowsMax, SqlActionLedger } from '#storage/action-ledger.ts';
import { auditInputCharsMax, auditRowsMax } from '#storage/audit-log.ts';
import type { Engine } from '#storage/database.ts';
import { keysMax } from '#storage/key-shares.ts';
import { describeEngines, type EngineUnderTest, openDatabase } from '../support/engines.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { rejection } from '../support/rejection.ts';
import type { Schema } from '../support/tables.ts';

async function world(on: EngineUnderTest) {
  // Beside the database's own clock: what is compared there is compared in earnest.
  const clock = new FakeClock(Date.now());
  const db = await openDatabase(await on.place(), clock);
  const ledgerOf = (hub: string) =>
    new SqlActionLedger({ db, engine: on.engine, clock, chance: systemChance(), hubId: () => hub });
  const ledger = ledgerOf('');
  await ledger.open();
  const row = (facts: Partial<AuditRow> = {}): AuditRow => ({
    atMs: clock.nowMs(),
    actor: 'guild-member:1:2',
    guildId: '1',
    action: 'thing.make',
    input: { size: 1 },
    outcome: 'ok',
    errorCode: undefined,
    ...facts,
  });
  return { db, clock, ledger, ledgerOf, row };
}

async function countOf(db: Kysely<Schema>, table: 'action_key' | 'audit'): Promise<number> {
  return (await db.selectFrom(table).select(sql<number>`count(*)`.as('count')).executeTakeFirstOrThrow())
    .count;
}

describeEngines('the action ledger', (on) => {
  test('a key is claimed once, answers when settled, and stands for one request', async () => {
    const { ledger, clock, row } = await world(on);
    const claims = await Promise.all(Array.from({ length: 20 }, () => ledger.claim('k', 'f', clock.nowMs())));
    expect(claims.filter(({ state }) => state === 'fresh')).toHaveLength(1);
    expect(claims.filter(({ state }) => state === 'running')).toHaveLength(19);
    await ledger.settle('k', { deep: ['é', null] }, row());
    expect(await ledger.claim('k', 'f', clock.nowMs())).toEqual({
      state: 'done',
      answer: { deep: ['é', null] },
    });
    expect(await ledger.claim('k', 'other', clock.nowMs())).toEqual({ state: 'mismatch' });
  });

  test('a failure frees the key and leaves its row', async () => {
    const { ledger, db, clock, row } = await world(on);
    await ledger.claim('k', 'f', clock.nowMs());
    await ledger.fail('k', row({ outcome: 'failed', errorCode: 'AUDIO_NOT_AUDIO' }));
    expect(await ledger.claim('k', 'f', clock.nowMs())).toEqual({ state: 'fresh' });
    expect(await db.selectFrom('audit').selectAll().executeTakeFirst()).toMatchObject({
      at_ms: clock.nowMs(),
      actor: 'guild-member:1:2',
      guild_id: '1',
      input: '{"size":1}',
      outcome: 'failed',
      error_code: 'AUDIO_NOT_AUDIO',
    });
  });

  test('answer and audit row are stored together or not at all', async () => {
    const { ledger, db, clock, row } = await world(on);
    await ledger.claim('k', 'f', clock.nowMs());
    await refuseAuditRows(db, on.engine);
    expect(await rejection(ledger.settle('k', { a: 1 }, row()))).toBeInstanceOf(Error);
    expect(await ledger.claim('k', 'f', clock.nowMs())).toEqual({ state: 'running' });
  });

  test('a key is forgotten after its life, not before', async () => {
    const { ledger, db, clock, row } = await world(on);
    await ledger.claim('k', 'f', clock.nowMs());
    await ledger.settle('k', 1, row());
    await clock.advance(keyLifeMs - 1);
    await ledger.purge();
    expect(await ledger.claim('k', 'f', clock.nowMs())).toEqual({ state: 'done', answer: 1 });
    await clock.advance(1);
    expect(await ledger.claim('k', 'other', clock.nowMs())).toEqual({ state: 'fresh' });
    await clock.advance(keyLifeMs);
    await ledger.purge();
    expect(await countOf(db, 'action_key')).toBe(0);
  });

  test('a wall clock set back forgets nothing', async () => {
    const { ledger, clock, row } = await world(on);
    await ledger.claim('k', 'f', clock.nowMs());
    await ledger.settle('k', 1, row());
    clock.stepWall(-30 * keyLifeMs);
    await ledger.purge();
    expect(await ledger.claim('k', 'f', clock.nowMs())).toEqual({ state: 'done', answer: 1 });
  });

  test('a guild that sends more than its share pushes out its own keys, of people and tokens, and no other’s', async () => {
    const { ledger, db, clock, row } = await world(on);
    const atMs = clock.nowMs();
    const earlier = ['guild-member:2:7:a', 'api-token:2:t:b', 'system:start:c', 'operator:9:d'];
    for (const key of earlier) {
      await ledger.claim(key, 'f', atMs);
      await ledger.settle(key, 1, row());
    }
    await ledger.claim('guild-member:1:7:running', 'f', atMs);
    await sql`
      with recursive n(i) as (select 1 union all select i + 1 from n where i < ${keysMax})
      insert into action_key (key, fingerprint, state, answer, claimed_at_ms)
      select case when i % 2 = 0 then 'guild-member:1:7:' else 'api-token:1:t:' end || i, 'f', 'done', '1', ${atMs} + i / 1000000.0 from n`.execute(
      db,
    );
    await ledger.purge();
    expect(await countOf(db, 'action_key')).toBe(keysMax);
    const claims = [...earlier, 'guild-member:1:7:running', 'guild-member:1:7:2'];
    const states = await Promise.all(claims.map(async (key) => (await ledger.claim(key, 'f', atMs)).state));
    expect(states).toEqual(['done', 'done', 'done', 'done', 'running', 'fresh']);
  });

  test('keys and rows beyond the limit go, oldest first, a bounded number at once', async () => {
    const { ledger, db, clock } = await world(on);
    const surplus = purgeRowsMax + 10;
    const atMs = clock.nowMs();
    await sql`
      with recursive n(i) as (select 1 union all select i + 1 from n where i < ${keysMax + surplus})
      insert into action_key (key, fingerprint, state, answer, claimed_at_ms) select 'k' || i, 'f', 'done', '1', ${atMs} + i / 1000000.0 from n`.execute(
      db,
    );
    await sql`
      with recursive n(i) as (select 1 union all select i + 1 from n where i < ${auditRowsMax + surplus})
      insert into audit select 'a' || i, ${atMs} + i / 1000.0, 'x', null, 'y', null, 'ok', null from n`.execute(
      db,
    );
    await ledger.purge();
    expect(await countOf(db, 'action_key')).toBe(keysMax + surplus - purgeRowsMax);
    await ledger.purge();
    expect(await countOf(db, 'action_key')).toBe(keysMax);
    expect(await countOf(db, 'audit')).toBe(auditRowsMax);
    const oldest = await db.selectFrom('audit').select('id').orderBy('at_ms').limit(1).executeTakeFirst();
    expect(oldest).toEqual({ id: `a${surplus + 1}` });
  });

  test('purging happens automatically as rows come in', async () => {
    const { ledger, db, clock, row } = await world(on);
    await ledger.claim('old', 'f', clock.nowMs());
    await ledger.settle('old', 1, row());
    await clock.advance(keyLifeMs);
    for (let index = 0; index < purgeRowsMax; index++) await ledger.fail(undefined, row());
    expect(await countOf(db, 'action_key')).toBe(0);
  });

  test('a huge input is kept cut, and stays JSON', async () => {
    const { ledger, db, row } = await world(on);
    await ledger.settle(undefined, 1, row({ input: { text: 'x'.repeat(auditInputCharsMax) } }));
    const stored = await db.selectFrom('audit').select('input').executeTakeFirstOrThrow();
    expect(stored.input?.length).toBeLessThan(auditInputCharsMax + 200);
    expect(JSON.parse(stored.input ?? '')).toMatchObject({ chars: auditInputCharsMax + 11 });
  });

  test('a hub that restarts frees its own keys, not those that another is amid', async () => {
    const { ledgerOf, clock } = await world(on);
    const [north, south] = [ledgerOf('north'), ledgerOf('south')];
    await north.claim('n', 'f', clock.nowMs());
    await south.claim('s', 'f', clock.nowMs());
    await ledgerOf('north').open();
    expect(await north.claim('n', 'f', clock.nowMs())).toEqual({ state: 'fresh' });
    expect(await north.claim('s', 'f', clock.nowMs())).toEqual({ state: 'running' });
  });
});

async function refuseAuditRows(db: Kysely<Schema>, engine: Engine): Promise<void> {
  if (engine === 'sqlite')
    await sql`create trigger refuse before insert on audit begin select raise(abort, 'no'); end`.execute(db);
  else await sql`alter table audit add constraint refuse check (actor = '')`.execute(db);
}
