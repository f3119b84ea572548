import { createHash } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { createTokenStore } from '#access/tables/token-store.ts';
import { systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { createTrustStore } from '#mesh/tables/trust-store.ts';
import { AlertStore } from '#publishing/alerts/alert-store.ts';
import type { ChainRun } from '#publishing/chains/chain.ts';
import { ChainStore } from '#publishing/chains/chain-store.ts';
import { deliveryItem } from '#publishing/concerns/items.ts';
import { HookStore } from '#publishing/news/hook-store.ts';
import { Deliveries } from '#publishing/outbox/deliveries.ts';
import { CredentialEnds } from '#publishing/targets/credential-ends.ts';
import { TargetChecks } from '#publishing/targets/target-checks.ts';
import { createAuditReader } from '#storage/audit-log.ts';
import type { Engine } from '#storage/database.ts';
import { describeEngines } from '../support/engines.ts';
import { createDatabase, migrations, prepareDatabase } from '../support/tables.ts';
import { schemaDump } from './schema-dump.ts';

/** Each table, column, index and constraint is a line. */
const released: Record<Engine, string[]> = {
  sqlite: ['15: 116 lines, 485644607d9d091b', '16: 118 lines, d7f76f7291b6b301'],
  postgres: ['15: 446 lines, 933e59d478857064', '16: 451 lines, cb231744f21a3bda'],
};

/** The newest step before servers were told apart everywhere. */
const before = 8;

describeEngines('a database of version 8', (on) => {
  test('keeps its audit rows and tokens, which are found by guild', async () => {
    const place = await on.emptyPlace();
    const components = { clock: systemClock(), logger: silentLogger() };
    const old = createDatabase(place);
    await prepareDatabase(components, old, { ...place, migrations: migrations.slice(0, before) });
    const row = { at_ms: 5, actor: 'guild-member:1:2', action: 'relay.start', input: '{"a":1}' };
    const outcome = { outcome: 'ok' as const, error_code: null };
    await old
      .insertInto('audit')
      .values({ id: 'a', guild_id: '1', ...row, ...outcome })
      .execute();
    await old
      .insertInto('audit')
      .values({ id: 'b', guild_id: null, ...row, ...outcome })
      .execute();
    const token = { name: 'ci', secret_hash: 'h', created_by: 'guild-member:1:2', created_at_ms: 1 };
    await old
      .insertInto('api_token')
      // The column came later.
      .values({ id: 't', guild_id: '1', ...token, expires_at_ms: 2, last_used_at_ms: null } as never)
      .execute();
    await old.destroy();

    const db = createDatabase(place);
    onTestFinished(() => db.destroy());
    await prepareDatabase(components, db, place);
    const rows = await createAuditReader(db).list({ guildId: '1', limit: 10 });
    expect(rows).toMatchObject([{ cursor: '5:a', actor: 'guild-member:1:2', input: '{"a":1}' }]);
    expect(await createAuditReader(db).list({ limit: 10 })).toHaveLength(2);
    const store = createTokenStore(db);
    expect((await store.find('t'))?.token).toMatchObject({ name: 'ci', orphanedAtMs: undefined });
    expect(await store.markOrphaned('t', 7)).toBe(true);
    expect(await store.markOrphaned('t', 8)).toBe(false);
    expect(await store.list('1')).toMatchObject([{ orphanedAtMs: 7 }]);
  });

  test('knows the names of the communities it trusts, also once they are forgotten', async () => {
    const place = await on.emptyPlace();
    const components = { clock: systemClock(), logger: silentLogger() };
    const old = createDatabase(place);
    await prepareDatabase(components, old, { ...place, migrations: migrations.slice(0, before) });
    const row = { trusted_by: 'guild-member:1:2', trusted_at_ms: 5, addresses: '[]' };
    for (const [peer_id, name] of [
      ['12D3a', 'South'],
      ['12D3b', 'WEST'],
    ] as const)
      await old
        .insertInto('trusted_community')
        .values({ peer_id, name, ...row })
        .execute();
    await old.destroy();

    const db = createDatabase(place);
    onTestFinished(() => db.destroy());
    await prepareDatabase(components, db, place);
    const trust = createTrustStore(db);
    await trust.remove('12D3a');
    expect(await trust.names()).toEqual([
      { name: 'south', peerId: '12D3a', trustedAtMs: 5 },
      { name: 'west', peerId: '12D3b', trustedAtMs: 5 },
    ]);
  });
});

describeEngines('a database of version 13', (on) => {
  test('tells nothing of what had failed before, and of what fails from now on', async () => {
    const place = await on.emptyPlace();
    const components = { clock: systemClock(), logger: silentLogger() };
    const old = createDatabase(place);
    await prepareDatabase(components, old, { ...place, migrations: migrations.slice(0, 13) });
    const publication = { id: 'p', guild_id: '1', created_by: 'x', created_at_ms: 1, content: '{}' };
    await old.insertInto('publication').values(publication).execute();
    await old
      .insertInto('delivery')
      .values({
        ...{ id: 'd', publication_id: 'p', target_id: 't', guild_id: '1', publisher: 'fake', key: 'k' },
        ...{ revision: 1, state: 'failed', open: 0, due_at_ms: null, claim_at_ms: null, not_after_ms: null },
        ...{
          order_key: null,
          created_at_ms: 1,
          updated_at_ms: 1,
          attempt_count: 1,
          crash_count: 0,
          fence: 1,
        },
        ...{ worker: null, steps_hash: 'h', cost_micros: 0, reserved_month: null, give_up_at_ms: null },
        ...{ error_code: 'OUTBOX_REJECTED', error_text: 'no', receipt: null, seal: null },
      })
      .execute();
    await old.destroy();

    const db = createDatabase(place);
    onTestFinished(() => db.destroy());
    await prepareDatabase(components, db, place);
    const store = new AlertStore(db);
    expect(await store.guildIds()).toEqual([]);
    const item = deliveryItem({ id: 'd', guildId: '1', targetId: 't' }, 'failed', 2, 5);
    await store.add([item]);
    await store.add([item]);
    expect(await store.guildIds()).toEqual(['1']);
    expect(await store.untold('1')).toMatchObject([{ delivery_id: 'd', card_id: null, at_ms: 5 }]);
    await store.setChannel('1', 'c', 'guild-member:1:2', 7);
    await store.setChannel('1', 'e', 'guild-member:1:2', 8);
    expect(await store.channel('1')).toMatchObject({ channelId: 'e', fallbackTold: false });
  });
});

describeEngines('a database of version 14', (on) => {
  test('keeps its chains and their runs, which count and know facts from now on', async () => {
    const place = await on.emptyPlace();
    const components = { clock: systemClock(), logger: silentLogger() };
    const old = createDatabase(place);
    await prepareDatabase(components, old, { ...place, migrations: migrations.slice(0, 14) });
    const chain = {
      ...{
        id: 'c',
        guild_id: '1',
        name: 'out',
        trigger: '{"kind":"manual"}',
        links: '[{"targets":["news"]}]',
      },
      ...{ content: '{"title":"{label}","body":"","tags":[]}', created_by: 'x', created_at_ms: 1 },
    };
    await old
      .insertInto('chain')
      // The columns came later.
      .values({ ...chain, removed_at_ms: null } as never)
      .execute();
    const run = {
      ...{ id: 'r', chain_id: 'c', guild_id: '1', cause: 'c:manual:1', label: 'One', description: '' },
      ...{ artifacts: '[]', state: 'running', link: 0, publications: '[]', receipts: '{}', reason: null },
    };
    await old
      .insertInto('chain_run')
      .values({ ...run, started_at_ms: 1, updated_at_ms: 1 } as never)
      .execute();
    await old.destroy();

    const db = createDatabase(place);
    onTestFinished(() => db.destroy());
    await prepareDatabase(components, db, place);
    const store = new ChainStore(db);
    const [before] = await store.runs('c', 10);
    expect(before).toMatchObject({ label: 'One', facts: {} });
    const next = {
      ...(before as ChainRun),
      id: 's',
      cause: 'c:manual:2',
      facts: { url: 'https://a.example/' },
    };
    expect(await store.startRun(next)).toMatchObject({ facts: { url: 'https://a.example/', counter: 1 } });
    expect(await store.startRun({ ...next, id: 't' })).toMatchObject({ id: 's', facts: { counter: 1 } });
  });
});

describeEngines('a database of version 15', (on) => {
  test('has the schema that it had when it was released, and so has one of version 16', async () => {
    const components = { clock: systemClock(), logger: silentLogger() };
    const place = await on.emptyPlace();
    const found: string[] = [];
    for (const version of [15, 16]) {
      const db = createDatabase(place);
      await prepareDatabase(components, db, { ...place, migrations: migrations.slice(0, version) });
      const lines = await schemaDump(db, on.engine);
      await db.destroy();
      const digest = createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
      found.push(`${version}: ${lines.length} lines, ${digest}`);
    }
    expect(found).toEqual(released[on.engine]);
  });

  test('takes each request of a webhook once from now on', async () => {
    const place = await on.emptyPlace();
    const components = { clock: systemClock(), logger: silentLogger() };
    const old = createDatabase(place);
    await prepareDatabase(components, old, { ...place, migrations: migrations.slice(0, 15) });
    await old.destroy();

    const db = createDatabase(place);
    onTestFinished(() => db.destroy());
    await prepareDatabase(components, db, place);
    const hooks = new HookStore({ db } as never);
    expect(await hooks.take('c', 'd', 1)).toBe(true);
    expect(await hooks.take('c', 'd', 2)).toBe(false);
    expect(await hooks.take('other', 'd', 2)).toBe(true);
    await hooks.giveBack('c', 'd');
    expect(await hooks.take('c', 'd', 3)).toBe(true);
  });
});

describeEngines('a database of version 16', (on) => {
  test('numbers the runs of schedules that it still knows, and counts on from there', async () => {
    const place = await on.emptyPlace();
    const components = { clock: systemClock(), logger: silentLogger() };
    const old = createDatabase(place);
    await prepareDatabase(components, old, { ...place, migrations: migrations.slice(0, 16) });
    const schedule = {
      ...{
        guild_id: '1',
        title: 'News',
        created_by: 'x',
        created_at_ms: 1,
        rule: 'cron',
        expression: '* * * * *',
      },
      ...{
        zone: 'UTC',
        kind: 'publication',
        content: '{}',
        targets: '["news"]',
        policy: 'once',
        grace_ms: 1,
      },
      ...{ jitter_ms: 0, paused: 0, version: 1, after_ms: 1, next_slot_ms: 9, next_at_ms: 9 },
    };
    for (const id of ['s', 'none'])
      await old
        .insertInto('schedule')
        // The column came later.
        .values({ ...schedule, id, digest_from_ms: null } as never)
        .execute();
    const slot = {
      ...{
        schedule_id: 's',
        guild_id: '1',
        state: 'enqueued',
        content: '{}',
        targets: '[]',
        ordered_by: 'x',
      },
      ...{ due_at_ms: 1, act_at_ms: null, attempt_count: 0, publication_id: null, error: null },
    };
    for (const slot_ms of [30, 10, 20])
      await old
        .insertInto('schedule_slot')
        .values({ ...slot, slot_ms, recorded_at_ms: slot_ms } as never)
        .execute();
    await old.destroy();

    const db = createDatabase(place);
    onTestFinished(() => db.destroy());
    await prepareDatabase(components, db, place);
    const slots = await db.selectFrom('schedule_slot').select('run_number').orderBy('slot_ms').execute();
    expect(slots.map(({ run_number }) => run_number)).toEqual([1, 2, 3]);
    const schedules = await db.selectFrom('schedule').select(['id', 'run_count']).orderBy('id').execute();
    expect(schedules).toEqual([
      { id: 'none', run_count: 0 },
      { id: 's', run_count: 3 },
    ]);
  });
});

describeEngines('a database of version 17', (on) => {
  test('knows of no credential when it ends, and asks all targets that can tell', async () => {
    const place = await on.emptyPlace();
    const clock = systemClock();
    const components = { clock, logger: silentLogger() };
    const old = createDatabase(place);
    await prepareDatabase(components, old, { ...place, migrations: migrations.slice(0, 17) });
    const target = {
      ...{ guild_id: '1', publisher: 'github', options: '{}', policy: 'none' as const, ordered: 0 },
      ...{ monthly_budget_micros: null, template: null, alert_channel_id: null, created_by: 'x' },
    };
    for (const id of ['a', 'b'])
      await old
        .insertInto('target')
        .values({ ...target, id, name: id, created_at_ms: 1, removed_at_ms: null })
        .execute();
    await old.destroy();

    const db = createDatabase(place);
    onTestFinished(() => db.destroy());
    await prepareDatabase(components, db, place);
    const ends = new CredentialEnds({ db, clock });
    expect(await ends.of('a')).toBeUndefined();
    expect((await ends.due(['github'])).map(({ targetId }) => targetId)).toEqual(['a', 'b']);
    expect(await ends.claim('b')).toBe(true);
    expect(await ends.claim('b')).toBe(false);
    expect((await ends.due(['github'])).map(({ targetId }) => targetId)).toEqual(['a']);
    const endsAtMs = clock.nowMs() + 1_000;
    await ends.keep('b', { account: 'b', problems: [], endsAtMs });
    expect(await ends.ending()).toEqual([{ targetId: 'b', guildId: '1', endsAtMs }]);
    // No answer is no news; one without an end is.
    await ends.keep('b', { problems: ['Bad credentials.'] });
    expect(await ends.of('b')).toMatchObject({ endsAtMs });
    await ends.keep('b', { account: 'b', problems: [] });
    expect(await ends.of('b')).toBeUndefined();
  });
});

describeEngines('a database of version 21', (on) => {
  test('has checked no target, and asks each of them', async () => {
    const place = await on.emptyPlace();
    const clock = systemClock();
    const components = { clock, logger: silentLogger() };
    const old = createDatabase(place);
    await prepareDatabase(components, old, { ...place, migrations: migrations.slice(0, 21) });
    await old
      .insertInto('target')
      .values({
        ...{ id: 'a', name: 'a', guild_id: '1', publisher: 'x', options: '{}', policy: 'none', ordered: 0 },
        ...{ monthly_budget_micros: null, template: null, alert_channel_id: null, created_by: 'x' },
        ...{ created_at_ms: 1, removed_at_ms: null },
      })
      .execute();
    await old.destroy();

    const db = createDatabase(place);
    onTestFinished(() => db.destroy());
    await prepareDatabase(components, db, place);
    expect(await new CredentialEnds({ db, clock }).due([])).toEqual([{ targetId: 'a', guildId: '1' }]);
    const checks = new TargetChecks({ db, clock });
    expect(await checks.of('a', 's')).toBeUndefined();
    await checks.keep('a', 's', ['no']);
    expect(await checks.forgetGood('a')).toBe(false);
    expect(await checks.of('a', 's')).toMatchObject({ problems: ['no'] });
    expect(await checks.of('a', 'another')).toBeUndefined();
    await checks.keep('a', 't', []);
    expect(await checks.of('a', 't')).toMatchObject({ problems: [] });
  });
});

describeEngines('a database of version 22', (on) => {
  test('has taken nothing back, and what it delivered can be', async () => {
    const place = await on.emptyPlace();
    const components = { clock: systemClock(), logger: silentLogger() };
    const old = createDatabase(place);
    await prepareDatabase(components, old, { ...place, migrations: migrations.slice(0, 22) });
    const publication = { id: 'p', guild_id: '1', created_by: 'x', created_at_ms: 1, content: '{}' };
    await old.insertInto('publication').values(publication).execute();
    const row = {
      ...{ publication_id: 'p', target_id: 't', guild_id: '1', publisher: 'fake', revision: 1 },
      ...{ state: 'done' as const, open: 0, due_at_ms: null, claim_at_ms: null, not_after_ms: null },
      ...{ order_key: null, created_at_ms: 1, updated_at_ms: 1, attempt_count: 1, crash_count: 0, fence: 1 },
      ...{ worker: null, steps_hash: 'h', cost_micros: 0, reserved_month: null, give_up_at_ms: null },
      ...{ error_code: null, error_text: null, receipt: null, seal: null },
    };
    await old
      .insertInto('delivery')
      .values({ ...row, id: 'd', key: 'k' })
      .execute();
    await old.destroy();

    const db = createDatabase(place);
    onTestFinished(() => db.destroy());
    await prepareDatabase(components, db, place);
    const deliveries = new Deliveries({ db, changes: { progressOf: () => undefined } });
    expect(await deliveries.get('1', 'd')).toMatchObject({ state: 'done', takesBack: undefined });
    await db
      .insertInto('delivery')
      .values({ ...row, id: 'e', key: 'l', takes_back: 'd' })
      .execute();
    expect(await deliveries.takingBack('1', ['d'])).toMatchObject([{ id: 'e', takesBack: 'd' }]);
    expect(await deliveries.takingBack('2', ['d'])).toEqual([]);
    const posts = await deliveries.list({ guildId: '1', posts: true, only: 'all', limit: 5 });
    expect(posts.map(({ id }) => id)).toEqual(['d']);
  });
});
