import { describe, expect, test } from 'vitest';
import * as specs from '#contracts/actions/scheduling.ts';
import { createLogger } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';
import { digestLinesMax } from '#scheduling/milestones/digest.ts';
import { MilestoneStore, openMilestonesMax } from '#scheduling/milestones/milestone-store.ts';
import { MilestonePlan } from '#scheduling/milestones/plan.ts';
import { milestonesKeptMs, runsKeptMs } from '#scheduling/retention.ts';
import { dueSlots, fireAt, missedCountMax } from '#scheduling/schedules/due-slots.ts';
import { nextRuns, ruleOf } from '#scheduling/time/rule.ts';
import { Zones } from '#scheduling/time/zones.ts';
import { rejection } from '../support/rejection.ts';
import { guildId, member, schedulingBench } from './support/bench.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const actor = member();
const zones = new Zones();
const at = { local: '2026-12-01T18:00', zone: 'UTC' };
const launchMs = Date.UTC(2026, 11, 1, 18);
const launch = { guildId, title: 'Launch', at, targets: ['news'], offsets: ['0'] };
const daily = {
  guildId,
  rule: { kind: 'cron' as const, expression: '0 9 * * *', zone: 'UTC' },
  what: { kind: 'publication' as const, content: { title: 'News' } },
  targets: ['news'],
};

async function world(init = {}) {
  const bench = await schedulingBench(init);
  const hub = bench.hub();
  await hub.scheduling.start?.(new AbortController().signal);
  const restarted = async () => {
    const later = bench.hub();
    await later.scheduling.start?.(new AbortController().signal);
    await bench.clock.advance(1_000);
    return later;
  };
  return { ...bench, ...hub, restarted };
}

describe('a milestone', () => {
  test('that somebody else has just changed is not changed over their head', async () => {
    const { db, clock, perform } = await world();
    const { id } = await perform(specs.milestoneAdd, actor, launch);
    const read = () => db.selectFrom('milestone').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    const store = new MilestoneStore({ db, clock, plan: new MilestonePlan({ zones }, { leadMs: dayMs }) });
    const seen = await read();
    await store.edit(seen, { title: 'Theirs' }, undefined);
    for (const change of [
      store.edit(seen, { title: 'Mine' }, undefined),
      store.reach(seen),
      store.cancel(seen),
    ])
      expect(await rejection(change)).toMatchObject({ code: 'MILESTONE_CHANGED' });
    expect(await read()).toMatchObject({ title: 'Theirs', state: 'open' });
  });

  test('beyond the most that may be open is refused, and leaves nothing behind', async () => {
    const { db, perform } = await world();
    const { id } = await perform(specs.milestoneAdd, actor, { ...launch, offsets: [] });
    const row = await db.selectFrom('milestone').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    for (let count = 1; count < openMilestonesMax; count++)
      await db
        .insertInto('milestone')
        .values({ ...row, id: `m${count}` })
        .execute();
    expect(await rejection(perform(specs.milestoneAdd, actor, launch))).toMatchObject({
      code: 'MILESTONE_TOO_MANY',
      details: { max: openMilestonesMax },
    });
    expect(await db.selectFrom('milestone').select('id').execute()).toHaveLength(openMilestonesMax);
    await perform(specs.milestoneDone, actor, { guildId, id });
    await perform(specs.milestoneAdd, actor, launch);
  });

  test('that is over is not edited', async () => {
    const { perform } = await world();
    const { id } = await perform(specs.milestoneAdd, actor, launch);
    await perform(specs.milestoneDone, actor, { guildId, id });
    const edit = perform(specs.milestoneEdit, actor, { guildId, id, title: 'Other' });
    expect(await rejection(edit)).toMatchObject({ code: 'MILESTONE_OVER', details: { state: 'reached' } });
  });

  test('that was posted long ago is posted to no further target', async () => {
    const { perform, clock, publications } = await world();
    const { id } = await perform(specs.milestoneAdd, actor, launch);
    await clock.advance(launchMs + 3 * hourMs - clock.nowMs());
    await perform(specs.milestoneEdit, actor, { guildId, id, targets: ['news', 'blog'] });
    await clock.advance(hourMs);
    expect(publications.sent().map(({ targets }) => targets)).toEqual([['news']]);
  });

  test('whose order is refused is missed, and that is reported', async () => {
    const { perform, clock, publications, missed } = await world();
    const { id } = await perform(specs.milestoneAdd, actor, launch);
    const error = (await rejection(publications.named(guildId, 'gone'))) as Error;
    publications.accidents.push({ when: 'before', error });
    await clock.advance(launchMs - clock.nowMs());
    const { posts } = await perform(specs.milestoneShow, actor, { guildId, id });
    expect(posts).toMatchObject([{ offset: '0', state: 'missed' }]);
    expect(missed.map(({ text }) => text)).toEqual([
      'A post of “Launch” did not go out: There is no target “gone” here.',
    ]);
  });

  test('whose withdrawal fails is withdrawn again before anything else leaves', async () => {
    const { perform, clock, publications } = await world();
    const { id } = await perform(specs.milestoneAdd, actor, launch);
    await clock.advance(launchMs - clock.nowMs() - hourMs);
    const withdraw = publications.withdraw.bind(publications);
    let failures = 2;
    publications.withdraw = async (...which) => {
      if (failures-- > 0) throw new Error('the database is away');
      return withdraw(...which);
    };
    await perform(specs.milestoneEdit, actor, { guildId, id, title: 'Other' });
    await clock.advance(2 * hourMs);
    expect(publications.sent().map(({ title }) => title)).toEqual(['Now: Other']);
  });
});

describe('what nobody asks for any more', () => {
  test('goes: runs after 90 days, milestones after two years; what is still to be done stays', async () => {
    const { db, perform, clock, scheduling, restarted } = await world();
    const once = { kind: 'once' as const, at: { local: '2026-11-20T13:00', zone: 'UTC' } };
    await perform(specs.scheduleAdd, actor, { ...daily, rule: once });
    await perform(specs.scheduleAdd, actor, daily);
    const { id } = await perform(specs.milestoneAdd, actor, launch);
    await perform(specs.milestoneDone, actor, { guildId, id });
    await perform(specs.milestoneAdd, actor, { ...launch, title: 'Open', offsets: [] });
    await clock.advance(2 * dayMs);
    await scheduling.stop?.();
    const slot = await db.selectFrom('schedule_slot').selectAll().executeTakeFirstOrThrow();
    await db
      .insertInto('schedule_slot')
      .values({ ...slot, slot_ms: 1, recorded_at_ms: 1, act_at_ms: 9e15 })
      .execute();
    const left = async (
      table: 'schedule' | 'schedule_slot' | 'missed_run' | 'milestone' | 'milestone_post',
    ) => (await db.selectFrom(table).selectAll().execute()).length;
    const tables = ['schedule', 'schedule_slot', 'milestone', 'milestone_post'] as const;
    const counts = async () => Promise.all(tables.map(left));
    expect(await counts()).toEqual([2, 4, 2, 1]);
    clock.stepWall(runsKeptMs - 3 * dayMs);
    const early = await restarted();
    await early.scheduling.stop?.();
    expect((await counts())[0]).toBe(2);
    clock.stepWall(4 * dayMs);
    await (await restarted()).scheduling.stop?.();
    // The slot to be ordered stays, and so does what the restarts have made up for or missed.
    expect(await left('schedule')).toBe(1);
    const kept = await db.selectFrom('schedule_slot').select('slot_ms').execute();
    expect(kept.map(({ slot_ms }) => Number(slot_ms))).toContain(1);
    expect(kept.map(({ slot_ms }) => Number(slot_ms))).not.toContain(Number(slot.slot_ms));
    expect(await left('milestone')).toBe(2);
    clock.stepWall(milestonesKeptMs);
    await (await restarted()).scheduling.stop?.();
    expect(await db.selectFrom('milestone').select('title').execute()).toEqual([{ title: 'Open' }]);
    expect(await left('milestone_post')).toBe(0);
  });
});

describe('schedules', () => {
  test('are computed again at the start: the rules of a zone may have changed', async () => {
    const { db, perform, scheduling, restarted } = await world();
    const { id, next } = await perform(specs.scheduleAdd, actor, daily);
    await scheduling.stop?.();
    const wrong = { next_slot_ms: (next[0]?.atMs ?? 0) + hourMs, next_at_ms: (next[0]?.atMs ?? 0) + hourMs };
    await db.updateTable('schedule').set(wrong).where('id', '=', id).execute();
    await restarted();
    const row = await db.selectFrom('schedule').selectAll().executeTakeFirstOrThrow();
    expect(row).toMatchObject({ next_slot_ms: next[0]?.atMs, next_at_ms: next[0]?.atMs });
  });

  test('that can’t be worked on are named each few seconds and keep no other from running', async () => {
    const bench = await schedulingBench();
    const log: string[] = [];
    const write = (line: string) => void log.push(line);
    const { perform, scheduling } = bench.hub({
      logger: createLogger({ level: 'error', scrubber: new Scrubber(), write }),
    });
    await scheduling.start?.(new AbortController().signal);
    const { id } = await perform(specs.scheduleAdd, actor, daily);
    await perform(specs.scheduleAdd, actor, { ...daily, what: { kind: 'digest', title: 'Digest' } });
    await perform(specs.milestoneAdd, actor, launch);
    await bench.db.updateTable('schedule').set({ expression: 'x' }).where('id', '=', id).execute();
    await bench.clock.advance(Date.UTC(2026, 10, 21, 9) - bench.clock.nowMs());
    log.length = 0;
    await bench.clock.advance(minuteMs);
    expect(bench.publications.sent().map(({ title }) => title)).toEqual(['Digest']);
    expect(log.length).toBeGreaterThan(8);
    expect(log.length).toBeLessThan(20);
  });

  test('make up for a digest once, whatever the policy', async () => {
    const { perform, clock, publications, scheduling, restarted } = await world();
    const what = { kind: 'digest' as const, title: 'Digest' };
    await perform(specs.scheduleAdd, actor, { ...daily, what, policy: 'all' });
    await perform(specs.milestoneAdd, actor, { ...launch, offsets: [] });
    await scheduling.stop?.();
    await clock.advance(5 * dayMs);
    await restarted();
    await clock.advance(20 * minuteMs);
    expect(publications.sent()).toHaveLength(1);
  });

  test('show at most 25 lines of each part in a digest', async () => {
    const { perform, clock, publications } = await world();
    for (let index = 0; index < digestLinesMax + 5; index++)
      await perform(specs.milestoneAdd, actor, { ...launch, title: `M${index}`, offsets: [] });
    await perform(specs.scheduleAdd, actor, { ...daily, what: { kind: 'digest', title: 'Digest' } });
    await clock.advance(dayMs);
    const [ordered] = [...publications.ordered.values()];
    const lines = ordered?.order.content.body?.split('\n') ?? [];
    expect(lines).toHaveLength(1 + digestLinesMax + 1);
    expect(lines.at(-1)).toBe('- and 5 more');
  });

  test('tell a miss under one id, however many hubs start at the same moment', async () => {
    const { perform, clock, scheduling, hub, missed } = await world();
    await perform(specs.scheduleAdd, actor, { ...daily, policy: 'skip' });
    await scheduling.stop?.();
    await clock.advance(2 * dayMs);
    for (const one of [hub(), hub(), hub()]) void one.scheduling.start?.(new AbortController().signal);
    await clock.advance(minuteMs);
    // Each may say it; who hears of one id twice tells it once (tests/publishing/alerts).
    expect(new Set(missed.map(({ id }) => id)).size).toBe(1);
  });

  test('are not held back by a post that a wrong clock once planned far ahead', async () => {
    const { db, perform, clock, publications } = await world({ spacingMs: 5_000 });
    await perform(specs.scheduleAdd, actor, daily);
    const due_at_ms = clock.nowMs() + 30 * dayMs;
    await db.insertInto('target_spacing').values({ guild_id: guildId, target: 'news', due_at_ms }).execute();
    await clock.advance(dayMs);
    expect(publications.sent().map(({ dueAtMs }) => dueAtMs)).toEqual([Date.UTC(2026, 10, 21, 9)]);
  });

  test('leave at once what fell due while its order was on the way', async () => {
    const { perform, clock, publications } = await world();
    const order = { guildId, cause: 'x', content: { title: 'x' }, targets: [], orderedBy: 'x', dueAtMs: 1 };
    const error = (await rejection(publications.order(order))) as Error;
    publications.accidents.push({ when: 'before', error });
    await perform(specs.milestoneAdd, actor, launch);
    await clock.advance(launchMs - clock.nowMs() + minuteMs);
    expect(publications.sent().map(({ title }) => title)).toEqual(['Now: Launch']);
  });
});

describe('limits of a rule', () => {
  const nowMs = Date.UTC(2026, 10, 20, 12);
  const everyMinute = ruleOf(zones, { kind: 'cron', expression: '* * * * *', zone: 'UTC' }, nowMs);
  const timing = { id: 'x', policy: 'skip' as const, grace_ms: 0, jitter_ms: 0 };

  test('missed runs are counted up to a thousand, and the last is still the last', () => {
    const due = dueSlots(everyMinute, { ...timing, after_ms: nowMs - 3 * dayMs }, nowMs + 30_000);
    expect(due?.missed).toMatchObject([{ count: missedCountMax, lastMs: nowMs - minuteMs }]);
  });

  test('jitter never reaches the next slot', () => {
    for (let slotMs = nowMs; slotMs < nowMs + 200 * minuteMs; slotMs += minuteMs)
      expect(fireAt(everyMinute, { id: 'x', jitter_ms: hourMs }, slotMs)).toBeLessThan(slotMs + minuteMs);
  });

  test('a note names the first three runs that a gap swallows', () => {
    const zone = 'Europe/Berlin';
    const fromMs = Date.UTC(2027, 2, 28);
    const rule = ruleOf(zones, { kind: 'cron', expression: '*/5 2 * * *', zone }, fromMs);
    expect(nextRuns({ zones, rule, zone }, fromMs, 1)[0]?.text).toContain(
      'no run at 02:00, 02:05, 02:10 on Sun',
    );
  });

  test('64 zones are kept at hand', () => {
    const some = new Zones();
    const first = some.get('UTC');
    expect(some.get('UTC')).toBe(first);
    for (const name of Intl.supportedValuesOf('timeZone').slice(0, 70)) some.get(name);
    expect(some.get('UTC')).not.toBe(first);
  });
});
