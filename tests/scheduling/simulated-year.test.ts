import { Cron } from 'croner';
import { type Kysely, sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { systemChance } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import type { Schema } from '#storage/schema.ts';
import type { MissedRun } from '../../src/scheduling/missed-runs.ts';
import { createScheduling, type Scheduling } from '../../src/scheduling/scheduling.ts';
import { describeEngines, openDatabase } from '../support/engines.ts';
import { guildId } from './support/bench.ts';
import { FakePublications } from './support/fake-publications.ts';
import { randomFrom } from './support/seeded.ts';
import { SimClock } from './support/sim-clock.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const startMs = Date.UTC(2026, 0, 1);
const yearMs = 365 * dayMs;
const seed = 20_260_101;

const zones = [
  'Australia/Lord_Howe',
  'America/New_York',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/St_Johns',
  'Africa/Casablanca',
  'America/Santiago',
  'Asia/Tehran',
  'Pacific/Chatham',
  'Europe/London',
  'UTC',
];
/** The hours in which zones change their clocks, and one that is free of it. */
const expressions = ['30 2 * * *', '15 1 * * *', '0 9 * * MON-FRI'];
const policies = ['skip', 'once', 'all'] as const;

interface Planned {
  id: string;
  zone: string;
  expression: string;
  policy: (typeof policies)[number];
}

/** The wall clock is wrong by this much for a while, and for the machine the time in between has not happened. */
interface Step {
  atMs: number;
  byMs: number;
  lastsMs: number;
}

/** One in each zone: every expression meets every kind of zone, every policy every expression. */
function planned(): Planned[] {
  return zones.map((zone, index) => ({
    id: zone,
    zone,
    expression: expressions[index % expressions.length] ?? '',
    policy: policies[Math.floor(index / expressions.length) % policies.length] ?? 'once',
  }));
}

async function insert(db: Kysely<Schema>, plans: readonly Planned[], atMs: number): Promise<void> {
  for (const { id, zone, expression, policy } of plans) {
    const nextMs = new Cron(expression, { timezone: zone, paused: true }).nextRun(new Date(atMs))?.getTime();
    await db
      .insertInto('schedule')
      .values({
        id,
        guild_id: guildId,
        title: id,
        created_by: 'system:test',
        created_at_ms: atMs,
        rule: 'cron',
        expression,
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
        next_slot_ms: nextMs ?? null,
        next_at_ms: nextMs ?? null,
        digest_from_ms: null,
      })
      .execute();
  }
}

/** What must run, by another road than the one under test: every minute of the year is asked. */
function expectedSlots({ expression, zone }: Planned, fromMs: number, toMs: number): number[] {
  const cron = new Cron(expression, { timezone: zone, paused: true });
  const slots: number[] = [];
  for (let run = cron.nextRun(new Date(fromMs)); run && run.getTime() <= toMs; run = cron.nextRun(run))
    slots.push(run.getTime());
  return slots;
}

async function world(db: Kysely<Schema>, clock: SimClock) {
  const publications = new FakePublications(() => clock.nowMs());
  const missed: MissedRun[] = [];
  const running = new Set<Scheduling>();

  async function boot(): Promise<void> {
    const scheduling = createScheduling(
      {
        db,
        clock,
        chance: systemChance(),
        logger: silentLogger(),
        publications,
        targets: publications,
        announceMissed: async (run) => void missed.push(run),
      },
      { spacingMs: 0, pollMs: dayMs },
    );
    running.add(scheduling);
    await scheduling.start?.(new AbortController().signal);
  }
  async function haltAll(): Promise<void> {
    for (const scheduling of running) await scheduling.stop?.();
    running.clear();
  }
  clock.watch(async () => {
    for (const scheduling of running) await scheduling.settled();
  });
  onTestFinished(haltAll);
  return { publications, missed, boot, haltAll };
}

type World = Awaited<ReturnType<typeof world>>;

/** By schedule: slot → when it was ordered. A slot ordered twice would be two publications. */
function fired({ publications }: World): Map<string, Map<number, number>> {
  const slots = new Map<string, Map<number, number>>();
  for (const { order, atMs } of publications.ordered.values()) {
    const [, id = '', slotMs] = order.cause.split(':');
    const of = slots.get(id) ?? new Map<number, number>();
    slots.set(id, of.set(Number(slotMs), atMs));
  }
  return slots;
}

describeEngines('a simulated year', ({ engine, place }) => {
  // Postgres commits across a socket: a month with both changes of a southern and a northern zone.
  const [fromMs, lengthMs] = engine === 'sqlite' ? [startMs, yearMs] : [Date.UTC(2026, 2, 1), 40 * dayMs];

  test('fires every slot once and within a second, in two processes that race', async () => {
    const clock = new SimClock(fromMs);
    const db = await openDatabase(await place());
    if (engine === 'sqlite') await sql`pragma synchronous = off`.execute(db);
    const plans = planned();
    await insert(db, plans, fromMs);
    const hubs = await world(db, clock);
    await hubs.boot();
    await hubs.boot();
    await clock.advance(lengthMs);

    const got = fired(hubs);
    let slotsCount = 0;
    for (const plan of plans) {
      const of = got.get(plan.id) ?? new Map();
      const slots = expectedSlots(plan, fromMs, fromMs + lengthMs);
      expect(
        [...of.keys()].sort((a, b) => a - b),
        plan.id,
      ).toEqual(slots);
      for (const [slotMs, atMs] of of) expect(atMs - slotMs, plan.id).toBeLessThanOrEqual(1_000);
      slotsCount += slots.length;
    }
    expect(slotsCount).toBeGreaterThan((lengthMs / dayMs) * zones.length * 0.8);
    expect(hubs.missed).toEqual([]);
    // Ordered again, a slot is still one publication; but nothing has to be.
    expect(hubs.publications.orderCount).toBeLessThan(slotsCount * 2 + 1);
  }, 60_000);

  test.runIf(engine === 'sqlite')(
    'double slots: 0, silent skips: 0, through clock steps and restarts',
    async () => {
      const clock = new SimClock(fromMs);
      const db = await openDatabase(await place());
      await sql`pragma synchronous = off`.execute(db);
      const plans = planned();
      await insert(db, plans, fromMs);
      const hubs = await world(db, clock);
      const random = randomFrom(seed);
      await hubs.boot();
      await hubs.boot();
      let stepsCount = 0;
      let restartsCount = 0;
      while (clock.nowMs() < fromMs + yearMs) {
        await clock.advance(random.between(hourMs, 4 * dayMs));
        const kind = random.between(0, 3);
        if (kind < 1) {
          await hubs.haltAll();
          await clock.advance(random.between(0, 1.5 * dayMs));
          await hubs.boot();
          await hubs.boot();
          restartsCount += 1;
        } else {
          // Forwards and back by the same, so that the year stays a year.
          const step: Step = {
            atMs: 0,
            byMs: random.between(-3 * hourMs, 3 * hourMs),
            lastsMs: random.between(0, 6 * hourMs),
          };
          clock.stepWall(step.byMs);
          await clock.advance(step.lastsMs);
          clock.stepWall(-step.byMs);
          stepsCount += 2;
        }
      }
      await clock.advance(4 * hourMs);
      expect(stepsCount).toBeGreaterThan(50);
      expect(restartsCount).toBeGreaterThan(20);

      const got = fired(hubs);
      for (const plan of plans) {
        const slots = await settledSlots(db, plan, fromMs);
        const ran = got.get(plan.id) ?? new Map<number, number>();
        const missedCount = hubs.missed
          .filter(({ sourceId }) => sourceId === plan.id)
          .reduce((sum, { count }) => sum + count, 0);
        // Each slot of the year either ran, once, or was told as missed.
        expect(
          [...ran.keys()].filter((slotMs) => !slots.includes(slotMs)),
          plan.id,
        ).toEqual([]);
        expect(ran.size + missedCount, plan.id).toBe(slots.length);
      }
      // What each policy makes up for after a longer absence.
      const missedBy = (policy: string) =>
        hubs.missed.filter(({ sourceId }) => plans.find(({ id }) => id === sourceId)?.policy === policy)
          .length;
      expect(missedBy('all')).toBe(0);
      expect(missedBy('skip')).toBeGreaterThan(missedBy('once') / 2);
      expect(missedBy('once')).toBeGreaterThan(0);
    },
    60_000,
  );
});

async function settledSlots(db: Kysely<Schema>, plan: Planned, fromMs: number): Promise<number[]> {
  const { after_ms } = await db
    .selectFrom('schedule')
    .select('after_ms')
    .where('id', '=', plan.id)
    .executeTakeFirstOrThrow();
  return expectedSlots(plan, fromMs, after_ms);
}
