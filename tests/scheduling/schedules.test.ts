import { describe, expect, test } from 'vitest';
import type { ActionSpec } from '#contracts/action.ts';
import * as specs from '#contracts/actions/scheduling.ts';
import { jitterOf } from '#scheduling/schedules/jitter.ts';
import { rejection } from '../support/rejection.ts';
import { type Bench, guildId, member, schedulingBench } from './support/bench.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const actor = member();
const content = { title: 'News', body: 'Hello' };
const daily = {
  guildId,
  rule: { kind: 'cron' as const, expression: '0 9 * * *', zone: 'Europe/Berlin' },
  what: { kind: 'publication' as const, content },
  targets: ['news'],
};

async function started(bench: Bench) {
  const hub = bench.hub();
  await hub.scheduling.start?.(new AbortController().signal);
  return hub;
}

async function world(init = {}) {
  const bench = await schedulingBench(init);
  return { ...bench, bench, ...(await started(bench)) };
}

async function absence({ bench, clock, scheduling }: Awaited<ReturnType<typeof world>>, forMs: number) {
  await scheduling.stop?.();
  await clock.advance(forMs);
  const later = await started(bench);
  await clock.advance(20 * minuteMs);
  return later;
}

test('publishes at its local time, and once at a time', async () => {
  const { perform, clock, publications } = await world();
  const view = await perform(specs.scheduleAdd, actor, daily);
  expect(view.next[0]).toEqual({
    atMs: Date.UTC(2026, 10, 21, 8),
    text: 'Sat 21 Nov 2026, 09:00 Europe/Berlin (UTC+1)',
  });
  const at = { local: '2026-11-22T10:00', zone: 'Asia/Kathmandu' };
  await perform(specs.scheduleAdd, actor, { ...daily, rule: { kind: 'once', at } });
  await clock.advance(3 * dayMs);
  expect(publications.sent().map(({ dueAtMs }) => dueAtMs)).toEqual([
    Date.UTC(2026, 10, 21, 8),
    Date.UTC(2026, 10, 22, 4, 15),
    Date.UTC(2026, 10, 22, 8),
    Date.UTC(2026, 10, 23, 8),
  ]);
});

describe('runs missed while the hub was down', () => {
  test.each([
    // 15 days later at 08:10 UTC, ten minutes after a run.
    ['skip', 0, 15, 'skipped'],
    ['once', 1, 14, 'the latest run stands'],
    ['all', 10, 5, 'only the latest'],
  ] as const)('%s: %d made up for, %d told as missed', async (policy, madeUp, missedCount, text) => {
    const all = await world();
    await all.perform(specs.scheduleAdd, actor, { ...daily, policy });
    const { perform } = await absence(all, 15 * dayMs - 4 * hourMs + 10 * minuteMs);
    const sent = all.publications.sent();
    expect(sent).toHaveLength(madeUp);
    for (const [index, { dueAtMs }] of sent.entries())
      expect(dueAtMs).toBe((sent[0]?.dueAtMs ?? 0) + index * minuteMs);
    expect(all.missed).toHaveLength(1);
    expect(all.missed[0]).toMatchObject({ count: missedCount, text: expect.stringContaining(text) });
    const { schedules } = await perform(specs.scheduleList, actor, { guildId });
    expect(schedules[0]?.missed).toMatchObject({ count: missedCount });
  });

  test('beyond its grace the latest is missed too', async () => {
    const all = await world();
    await all.perform(specs.scheduleAdd, actor, { ...daily, graceMs: 5 * minuteMs });
    await absence(all, 2 * dayMs - 4 * hourMs + 10 * minuteMs);
    expect(all.publications.sent()).toEqual([]);
    expect(all.missed).toMatchObject([{ count: 2, text: expect.stringContaining('too late') }]);
  });

  test('what falls into a pause was not missed', async () => {
    const { perform, clock, publications, missed } = await world();
    const { id } = await perform(specs.scheduleAdd, actor, daily);
    await perform(specs.schedulePause, actor, { guildId, id, paused: true });
    await clock.advance(3 * dayMs);
    await perform(specs.schedulePause, actor, { guildId, id, paused: false });
    await clock.advance(dayMs);
    expect(publications.sent()).toHaveLength(1);
    expect(missed).toEqual([]);
  });

  test('an announcement that fails is made again, and not after it was made', async () => {
    const all = await world();
    await all.perform(specs.scheduleAdd, actor, { ...daily, policy: 'skip' });
    await all.scheduling.stop?.();
    await all.clock.advance(2 * dayMs);
    let attempts = 0;
    const failing = all.bench.hub({
      announceMissed: async () => {
        attempts += 1;
        if (attempts === 1) throw new Error('not now');
      },
    });
    await failing.scheduling.start?.(new AbortController().signal);
    await all.clock.advance(3 * dayMs);
    expect(attempts).toBe(2);
  });
});

test('the clock set forward and back again fires nothing twice', async () => {
  const { perform, clock, publications, bench, scheduling } = await world();
  await perform(specs.scheduleAdd, actor, daily);
  // To a minute after the next run, which is made up for at once.
  const stepMs = 20 * hourMs + minuteMs;
  clock.stepWall(stepMs);
  await clock.advance(2 * minuteMs);
  expect(publications.sent()).toHaveLength(1);
  clock.stepWall(-stepMs);
  await clock.advance(2 * minuteMs);
  await scheduling.stop?.();
  await started(bench);
  await clock.advance(dayMs);
  expect(publications.sent()).toHaveLength(1);
});

test('a refused order is reported; one whose answer is lost is the same order again', async () => {
  const { perform, clock, publications, missed } = await world();
  publications.accidents.push({ when: 'after', error: new Error('lost') });
  await perform(specs.scheduleAdd, actor, daily);
  await clock.advance(dayMs);
  expect(publications.orderCount).toBe(2);
  expect(publications.sent()).toHaveLength(1);
  const gone = await rejection(publications.named(guildId, 'gone'));
  publications.accidents.push({ when: 'before', error: gone as Error });
  await clock.advance(dayMs);
  expect(publications.sent()).toHaveLength(1);
  expect(missed).toMatchObject([{ count: 1, text: expect.stringContaining('There is no target') }]);
});

test('posts of one minute keep their distance at each target', async () => {
  const { perform, clock, publications } = await world({ spacingMs: 5_000 });
  for (const targets of [['news'], ['news', 'blog'], ['blog'], ['archive']])
    await perform(specs.scheduleAdd, actor, { ...daily, targets });
  await clock.advance(dayMs);
  const nineMs = Date.UTC(2026, 10, 21, 8);
  const late = publications.sent().map(({ targets, dueAtMs }) => [targets.join(), dueAtMs - nineMs]);
  expect(Object.fromEntries(late)).toEqual({ news: 0, 'news,blog': 5_000, blog: 10_000, archive: 0 });
});

test('jitter is the same for everyone, below its window, and shown', async () => {
  const delays = Array.from({ length: 500 }, (_, slot) => jitterOf('id', slot * dayMs, hourMs));
  expect(delays).toEqual(Array.from({ length: 500 }, (_, slot) => jitterOf('id', slot * dayMs, hourMs)));
  for (const delayMs of delays) expect(delayMs).toBeLessThan(hourMs);
  expect(Math.min(...delays)).toBeLessThan(hourMs / 10);
  expect(Math.max(...delays)).toBeGreaterThan(hourMs * 0.9);
  const { perform, clock, publications } = await world();
  const { next } = await perform(specs.scheduleAdd, actor, { ...daily, jitterMs: hourMs });
  await clock.advance(dayMs);
  expect(publications.sent()[0]?.dueAtMs).toBeCloseTo(next[0]?.atMs ?? 0, -2);
});

test('a digest tells of open and newly reached milestones, and is silent when there is nothing', async () => {
  const { perform, clock, publications } = await world();
  await perform(specs.scheduleAdd, actor, { ...daily, what: { kind: 'digest', title: 'This week' } });
  await clock.advance(dayMs);
  expect(publications.ordered.size).toBe(0);
  const milestone = { guildId, targets: ['news'], offsets: [] };
  const at = { local: '2026-11-25T18:00', zone: 'UTC' };
  const beta = await perform(specs.milestoneAdd, actor, { ...milestone, title: 'Beta', at });
  await perform(specs.milestoneAdd, actor, { ...milestone, title: 'Launch', at });
  await perform(specs.milestoneDone, actor, { guildId, id: beta.id });
  await clock.advance(2 * dayMs);
  const bodies = [...publications.ordered.values()].map(({ order }) => order.content.body);
  expect(bodies).toEqual([
    '**Reached**\n- Beta\n\n**Open**\n- Launch: Wed 25 Nov 2026 (in 3 days)',
    '**Open**\n- Launch: Wed 25 Nov 2026 (in 2 days)',
  ]);
});

test('a removed schedule runs no more; an ended one can’t be paused', async () => {
  const { perform, clock, publications } = await world();
  const { id } = await perform(specs.scheduleAdd, actor, daily);
  await perform(specs.scheduleRemove, actor, { guildId, id });
  const once = { kind: 'once' as const, at: { local: '2026-11-21T10:00', zone: 'UTC' } };
  const ended = await perform(specs.scheduleAdd, actor, { ...daily, rule: once });
  await clock.advance(2 * dayMs);
  expect(publications.sent()).toHaveLength(1);
  const pause = perform(specs.schedulePause, actor, { guildId, id: ended.id, paused: true });
  expect(await rejection(pause)).toMatchObject({ code: 'SCHEDULE_ENDED' });
  expect(await rejection(perform(specs.scheduleRemove, actor, { guildId, id }))).toMatchObject({
    code: 'SCHEDULE_UNKNOWN',
  });
});

describe('who may', () => {
  const at = { local: '2026-12-24T18:00', zone: 'UTC' };
  const inputs: [ActionSpec, Record<string, unknown>][] = [
    [specs.schedulePreview, { rule: daily.rule }],
    [specs.scheduleAdd, { rule: daily.rule, what: daily.what, targets: ['news'] }],
    [specs.scheduleList, {}],
    [specs.schedulePause, { id: 'x', paused: true }],
    [specs.scheduleRemove, { id: 'x' }],
    [specs.milestoneAdd, { title: 'A', at, targets: ['news'] }],
    [specs.milestoneEdit, { id: 'x' }],
    [specs.milestoneList, {}],
    [specs.milestoneShow, { id: 'x' }],
    [specs.milestoneDone, { id: 'x' }],
    [specs.milestoneRemove, { id: 'x' }],
  ];

  test.each(inputs.map((row) => [row[0].name, ...row] as const))('%s', async (_name, spec, input) => {
    const { perform } = await world();
    const other = { ...input, guildId: '100000000000000009' };
    expect(await rejection(perform(spec, actor, other))).toMatchObject({ code: 'ACTION_OTHER_GUILD' });
    const simple = perform(spec, member({ hasManageGuild: false }), { ...input, guildId });
    if (spec.access === 'member') await simple.catch((error) => expect(error.code).toBe('MILESTONE_UNKNOWN'));
    else expect(await rejection(simple)).toMatchObject({ code: 'ACTION_FORBIDDEN' });
  });

  test('what is of one server is unknown in another', async () => {
    const { perform } = await world();
    const { id } = await perform(specs.scheduleAdd, actor, daily);
    const stranger = member({ guildId: '100000000000000009' });
    const remove = perform(specs.scheduleRemove, stranger, { guildId: stranger.guildId, id });
    expect(await rejection(remove)).toMatchObject({ code: 'SCHEDULE_UNKNOWN' });
  });

  test('an unknown target and one schedule too many are refused', async () => {
    const { perform } = await world();
    expect(await rejection(perform(specs.scheduleAdd, actor, { ...daily, targets: ['gone'] }))).toMatchObject(
      {
        code: 'PUBLISH_NO_TARGET',
      },
    );
    for (let count = 0; count < 100; count++) await perform(specs.scheduleAdd, actor, daily);
    expect(await rejection(perform(specs.scheduleAdd, actor, daily))).toMatchObject({
      code: 'SCHEDULE_TOO_MANY',
    });
    const { schedules } = await perform(specs.scheduleList, actor, { guildId });
    expect(schedules).toHaveLength(100);
  });
});

test('what is a guild’s that is served no longer waits, and is handled as missed when it is again', async () => {
  const { perform, clock, publications, standings } = await world();
  await perform(specs.scheduleAdd, actor, { ...daily, policy: 'once' });
  await clock.advance(dayMs);
  expect(publications.sent()).toHaveLength(1);
  standings.set(guildId, 'foreign');
  // Until ten minutes after a run.
  await clock.advance(2 * dayMs + 20 * hourMs + 10 * minuteMs);
  expect(publications.sent()).toHaveLength(1);
  standings.set(guildId, 'home');
  await clock.advance(minuteMs);
  // One for all that were missed, as after a time in which the hub was off.
  expect(publications.sent()).toHaveLength(2);
  await clock.advance(dayMs);
  expect(publications.sent()).toHaveLength(3);
});

test('says the day of each run in its own zone', async () => {
  const { perform, clock, publications } = await world();
  const rule = { kind: 'cron' as const, expression: '30 0 * * *', zone: 'Asia/Kathmandu' };
  const dated = { title: 'Nightly {date}', body: 'Of {date}.', tags: ['n{date}'] };
  await perform(specs.scheduleAdd, actor, { ...daily, rule, what: { kind: 'publication', content: dated } });
  await clock.advance(2 * dayMs);
  const [first, second] = [...publications.ordered.values()].map(({ order }) => order.content);
  expect(first).toMatchObject({ title: 'Nightly 2026-11-21', body: 'Of 2026-11-21.', tags: ['n2026-11-21'] });
  expect(second?.title).toBe('Nightly 2026-11-22');
});

test('numbers the runs that are ordered: no retry, miss, pause or change takes a number', async () => {
  const made = await world();
  const { perform, clock, publications } = made;
  const content = { title: 'Weekly {counter}', body: '{counter} of {date}', tags: ['no{counter}'] };
  const what = { kind: 'publication' as const, content };
  const added = await perform(specs.scheduleAdd, actor, { ...daily, what, policy: 'skip' });
  const { id } = added;
  expect(added).toMatchObject({ title: 'Weekly {counter}', nextNumber: 1 });
  const titles = () => [...publications.ordered.values()].map(({ order }) => order.content.title);
  publications.accidents.push({ when: 'before', error: new Error('cut off') });
  await clock.advance(dayMs);
  expect(titles()).toEqual(['Weekly 1']);
  await perform(specs.schedulePause, actor, { guildId, id, paused: true });
  await clock.advance(3 * dayMs);
  await perform(specs.schedulePause, actor, { guildId, id, paused: false });
  await clock.advance(dayMs);
  expect(titles()).toEqual(['Weekly 1', 'Weekly 2']);
  // What waits of the second is ordered again, as the second.
  const [, second] = [...publications.ordered.values()];
  publications.waits = { publicationId: second?.view.id ?? '', target: 'news' };
  const edited = await perform(specs.scheduleEdit, actor, {
    guildId,
    id,
    content: { title: 'No. {counter}' },
  });
  expect(edited).toMatchObject({ nextNumber: 3 });
  await clock.advance(minuteMs);
  expect(titles()).toEqual(['Weekly 1', 'Weekly 2', 'No. 2']);
  const again = await absence(made, 2 * dayMs + 2 * hourMs);
  await clock.advance(dayMs);
  expect(titles().at(-1)).toBe('No. 3');
  const plain = { body: 'x', title: 'Plain', tags: [] };
  expect(await again.perform(specs.scheduleEdit, actor, { guildId, id, content: plain })).not.toHaveProperty(
    'nextNumber',
  );
});

describe('a change', () => {
  test('counts from the next run on: words, files, targets and times', async () => {
    const { perform, clock, publications } = await world();
    const { id } = await perform(specs.scheduleAdd, actor, daily);
    const media = [{ cid: 'a'.repeat(64) }];
    const rule = { ...daily.rule, expression: '0 10 * * *' };
    const changes = { rule, content: { body: 'Bye', media }, targets: ['blog'] };
    const view = await perform(specs.scheduleEdit, actor, { guildId, id, ...changes });
    expect(view).toMatchObject({ rule: '0 10 * * *', targets: ['blog'], title: 'News' });
    await clock.advance(dayMs);
    expect(publications.sent()).toMatchObject([
      { title: 'News', targets: ['blog'], dueAtMs: Date.UTC(2026, 10, 21, 9) },
    ]);
    const [ordered] = [...publications.ordered.values()];
    expect(ordered?.order).toMatchObject({ content: { title: 'News', body: 'Bye', media } });
  });

  test('renders again what waits of a run, once, also when the process ends in between', async () => {
    const made = await world();
    const { perform, clock, publications } = made;
    const { id } = await perform(specs.scheduleAdd, actor, { ...daily, targets: ['news', 'blog'] });
    await clock.advance(dayMs);
    const [first] = [...publications.ordered.values()];
    // As where it waits for approval at one of them.
    publications.waits = { publicationId: first?.view.id ?? '', target: 'news' };
    await perform(specs.scheduleEdit, actor, { guildId, id, content: { title: 'Better news' } });
    publications.accidents.push({ when: 'after', error: new Error('cut off') });
    await clock.advance(minuteMs);
    await absence(made, 0);
    const [, second, ...others] = [...publications.ordered.values()];
    expect(second?.order).toMatchObject({ content: { title: 'Better news' }, targets: ['news'] });
    expect(others).toEqual([]);
    expect(first?.withdrawnAtMs).toBeDefined();
  });

  test('moves a single time, and takes back what waited for it', async () => {
    const { perform, clock, publications } = await world();
    const at = (local: string) => ({ kind: 'once' as const, at: { local, zone: 'Europe/Berlin' } });
    const { id } = await perform(specs.scheduleAdd, actor, { ...daily, rule: at('2026-11-22T10:00') });
    await clock.advance(2 * dayMs);
    const [first] = [...publications.ordered.values()];
    await expect(
      perform(specs.scheduleEdit, actor, { guildId, id, content: { title: 'Late' } }),
    ).rejects.toMatchObject({ code: 'SCHEDULE_ENDED' });
    publications.waits = { publicationId: first?.view.id ?? '', target: 'news' };
    await perform(specs.scheduleEdit, actor, { guildId, id, rule: at('2026-11-25T10:00') });
    await clock.advance(minuteMs);
    expect(first?.withdrawnAtMs).toBeDefined();
    await clock.advance(3 * dayMs);
    expect(publications.sent().map(({ dueAtMs }) => dueAtMs)).toEqual([Date.UTC(2026, 10, 25, 9)]);
  });

  test('of a digest is none of its text', async () => {
    const { perform } = await world();
    const what = { kind: 'digest' as const, title: 'Week' };
    const { id } = await perform(specs.scheduleAdd, actor, { ...daily, what });
    const edit = (content: object) => perform(specs.scheduleEdit, actor, { guildId, id, content });
    await expect(edit({ body: 'x' })).rejects.toMatchObject({ code: 'SCHEDULE_IS_DIGEST' });
    expect(await edit({ title: 'Our week' })).toMatchObject({ title: 'Our week', kind: 'digest' });
  });
});
