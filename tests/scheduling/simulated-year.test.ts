import { type Kysely, sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { systemChance } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import type { MissedRun } from '#scheduling/missed-runs.ts';
import { createScheduling, type Scheduling } from '#scheduling/scheduling.ts';
import { ruleOf } from '#scheduling/time/rule.ts';
import { Zones } from '#scheduling/time/zones.ts';
import type { DatabasePlace } from '#storage/database.ts';
import { describeEngines, type EngineUnderTest, openDatabase } from '../support/engines.ts';
import { seeded } from '../support/seeded.ts';
import { homeEverywhere } from '../support/standings.ts';
import type { Schema } from '../support/tables.ts';
import { guildId } from './support/bench.ts';
import { FakePublications } from './support/fake-publications.ts';
import { type Expression, expressions, WallClock, zoneNames } from './support/oracle.ts';
import { SimClock } from './support/sim-clock.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const startMs = Date.UTC(2026, 0, 1);
const yearMs = 365 * dayMs;
/** Longest absence, twice: what the oracle must know beyond the span. */
const marginMs = 10 * dayMs;
const seed = 20_260_101;
const policies = ['skip', 'once', 'all'] as const;

const walls = new Map(
  zoneNames.map((zone) => [zone, new WallClock(zone, startMs - marginMs, startMs + yearMs + marginMs)]),
);

test('the oracle has seen the clocks change', () => {
  const changing = zoneNames.filter((zone) => (walls.get(zone)?.changeCount ?? 0) > 0);
  // Kathmandu, Apia, Tehran and UTC kept theirs that year.
  expect(changing).toHaveLength(8);
});

test.each(zoneNames)('rules in %s name the instants that the clock on the wall shows', (zone) => {
  for (const expression of expressions) {
    const rule = ruleOf(new Zones(), { kind: 'cron', expression: expression.text, zone }, startMs);
    const slots: number[] = [];
    for (let atMs = rule.nextAfter(startMs); atMs && atMs <= startMs + yearMs; atMs = rule.nextAfter(atMs))
      slots.push(atMs);
    const expected = walls.get(zone)?.slots(expression, startMs, startMs + yearMs) ?? [];
    expect(texts(slots), expression.text).toEqual(texts(expected));
  }
});

interface Planned {
  id: string;
  zone: (typeof zoneNames)[number];
  expression: Expression;
  policy: (typeof policies)[number];
}

/** One in each zone: every policy meets every expression. */
const plans: Planned[] = zoneNames.map((zone, index) => ({
  id: zone,
  zone,
  expression: expressions[index % expressions.length] as Expression,
  policy: policies[Math.floor(index / expressions.length) % policies.length] ?? 'once',
}));

async function insert(db: Kysely<Schema>, atMs: number): Promise<void> {
  for (const { id, zone, expression, policy } of plans) {
    const [nextMs = null] = walls.get(zone)?.slots(expression, atMs, atMs + marginMs) ?? [];
    await db
      .insertInto('schedule')
      .values({
        id,
        guild_id: guildId,
        title: id,
        created_by: 'system:test',
        created_at_ms: atMs,
        rule: 'cron',
        expression: expression.text,
        zone,
        kind: 'publication',
        content: JSON.stringify({ title: id, body: '', tags: [], media: [] }),
        targets: '["news"]',
        policy,
        grace_ms: 15 * 60_000,
        jitter_ms: 0,
        paused: 0,
        version: 1,
        after_ms: atMs,
        next_slot_ms: nextMs,
        next_at_ms: nextMs,
        digest_from_ms: null,
        run_count: 0,
      })
      .execute();
  }
}

/** Hubs on one database, and one publication service. */
async function world({ engine, place }: EngineUnderTest, fromMs: number) {
  const clock = new SimClock(fromMs);
  const publications = new FakePublications(() => clock.nowMs());
  const missed: MissedRun[] = [];
  const running = new Set<Scheduling>();
  const there = await place();
  // A SQLite file belongs to one process, which has one connection; on Postgres each hub has its own.
  const first = await connect(there);
  const connections = [first, engine === 'sqlite' ? first : await connect(there)];
  await insert(first, fromMs);

  async function connect(to: DatabasePlace): Promise<Kysely<Schema>> {
    const db = await openDatabase(to);
    // The machine doesn't fail here, only the clock.
    if (engine === 'sqlite') await sql`pragma synchronous = off`.execute(db);
    return db;
  }

  async function boot(hubs: number): Promise<void> {
    for (const db of connections.slice(0, hubs)) {
      // Each of two hubs may announce it: people see it once.
      const announceMissed = async (run: MissedRun) => {
        if (missed.every(({ id }) => id !== run.id)) missed.push(run);
      };
      const components = {
        db,
        clock,
        chance: systemChance(),
        logger: silentLogger(),
        standings: homeEverywhere,
        publications,
      };
      const scheduling = createScheduling(
        { ...components, targets: publications, announceMissed },
        { spacingMs: 0, pollMs: dayMs },
      );
      running.add(scheduling);
      await scheduling.start?.(new AbortController().signal);
    }
  }
  async function haltAll(): Promise<void> {
    for (const scheduling of running) await scheduling.stop?.();
    running.clear();
  }
  clock.watch(async () => {
    for (const scheduling of running) await scheduling.settled();
  });
  onTestFinished(haltAll);
  return { db: first, clock, publications, missed, boot, haltAll };
}

type World = Awaited<ReturnType<typeof world>>;

/** By schedule: slot → when it was ordered, for each publication that was made of it. */
function fired({ publications }: World): Map<string, [slotMs: number, atMs: number][]> {
  const slots = [...publications.ordered.values()].map(({ order, atMs }) => {
    const [, id = '', slotMs] = order.cause.split(':');
    return { id, slot: [Number(slotMs), atMs] as [number, number] };
  });
  const byId = Map.groupBy(slots, ({ id }) => id);
  return new Map(plans.map(({ id }) => [id, (byId.get(id) ?? []).map(({ slot }) => slot)]));
}

const texts = (slots: Iterable<number>) =>
  [...slots].sort((a, b) => a - b).map((slotMs) => new Date(slotMs).toISOString());

describeEngines('a simulated year', (on) => {
  // Postgres commits across a socket: weeks with the changes of northern and southern zones.
  const [fromMs, lengthMs] = on.engine === 'sqlite' ? [startMs, yearMs] : [Date.UTC(2026, 2, 1), 40 * dayMs];

  test.runIf(on.engine === 'sqlite')(
    'fires every slot once and within a second',
    async () => {
      const hub = await world(on, fromMs);
      await hub.boot(1);
      await hub.clock.advance(lengthMs);
      const got = fired(hub);
      for (const { id, zone, expression } of plans) {
        const slots = got.get(id) ?? [];
        const expected = walls.get(zone)?.slots(expression, fromMs, fromMs + lengthMs) ?? [];
        expect(expected.length).toBeGreaterThan(250);
        expect(texts(slots.map(([slotMs]) => slotMs)), id).toEqual(texts(expected));
        for (const [slotMs, atMs] of slots) expect(atMs - slotMs, id).toBeLessThanOrEqual(1_000);
      }
      expect(hub.missed).toEqual([]);
      expect(hub.publications.orderCount).toBe(hub.publications.ordered.size);
    },
    60_000,
  );

  test('double slots: 0, silent skips: 0, by two hubs that race, through clock steps and restarts', async () => {
    const hubs = await world(on, fromMs);
    const done = await unrest(hubs, fromMs + lengthMs);
    expect(done.steps).toBeGreaterThan(lengthMs / (8 * dayMs));
    expect(done.restarts).toBeGreaterThan(lengthMs / (20 * dayMs));

    const got = fired(hubs);
    for (const { id, zone, expression } of plans) {
      const { after_ms: settledToMs } = await hubs.db
        .selectFrom('schedule')
        .select('after_ms')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      const expected = walls.get(zone)?.slots(expression, fromMs, settledToMs) ?? [];
      const ran = got.get(id)?.map(([slotMs]) => slotMs) ?? [];
      const told = hubs.missed.filter(({ sourceId }) => sourceId === id);
      const missedCount = told.reduce((sum, { count }) => sum + count, 0);
      // Each slot either ran, once, or was told as missed; and nothing else ran.
      expect(texts(new Set(ran)), id).toEqual(texts(ran));
      expect(
        ran.filter((slotMs) => !expected.includes(slotMs)),
        id,
      ).toEqual([]);
      expect(ran.length + missedCount, id).toBe(expected.length);
    }
    // What each policy makes up for after a longer absence.
    const missedBy = (policy: string) =>
      hubs.missed.filter(({ sourceId }) => plans.find(({ id }) => id === sourceId)?.policy === policy).length;
    expect(missedBy('all')).toBe(0);
    expect(missedBy('skip')).toBeGreaterThan(0);
    expect(missedBy('once')).toBeGreaterThan(0);
  }, 60_000);
});

/** Days of rest, and in between an absence, or a wall clock that is wrong for a while, by the same forth and back. */
async function unrest({ clock, boot, haltAll }: World, endMs: number) {
  const random = seeded(seed);
  const between = (low: number, high: number) => low + random() * (high - low);
  const done = { steps: 0, restarts: 0 };
  await boot(2);
  while (clock.nowMs() < endMs) {
    await clock.advance(between(hourMs, 4 * dayMs));
    if (between(0, 3) < 1) {
      await haltAll();
      await clock.advance(between(0, 1.5 * dayMs));
      await boot(2);
      done.restarts += 1;
    } else {
      const byMs = between(-3 * hourMs, 3 * hourMs);
      clock.stepWall(byMs);
      await clock.advance(between(0, 6 * hourMs));
      clock.stepWall(-byMs);
      done.steps += 2;
    }
  }
  await clock.advance(4 * hourMs);
  return done;
}
