import { describe, expect, test } from 'vitest';
import {
  milestoneAdd,
  milestoneDone,
  milestoneEdit,
  milestoneList,
  milestoneRemove,
  milestoneShow,
} from '#contracts/actions/scheduling.ts';
import type { MilestoneReached } from '#contracts/chains.ts';
import { rejection } from '../support/rejection.ts';
import { guildId, member, schedulingBench } from './support/bench.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const actor = member();
const launch = {
  guildId,
  title: 'Launch',
  description: 'The [plan](https://example.org/plan).',
  at: { local: '2026-12-01T18:00', zone: 'Europe/Berlin' },
  targets: ['news'],
};
const launchMs = Date.UTC(2026, 11, 1, 17);

async function world() {
  const bench = await schedulingBench();
  const { scheduling, perform } = bench.hub();
  await scheduling.start?.(new AbortController().signal);
  const posts = async (id: string) => {
    const { posts } = await perform(milestoneShow, actor, { guildId, id });
    return Object.fromEntries(posts.map(({ offset, state }) => [offset, state]));
  };
  return { ...bench, scheduling, perform, posts };
}

describe('a milestone', () => {
  test('created, edited, moved and posted at its offsets', async () => {
    const { perform, publications, clock, posts } = await world();
    const { id, when } = await perform(milestoneAdd, actor, launch);
    expect(when).toBe('Tue 1 Dec 2026, 18:00 Europe/Berlin (UTC+1)');
    expect(await posts(id)).toEqual({ '-7d': 'planned', '-1d': 'planned', '0': 'planned', done: 'planned' });

    await perform(milestoneEdit, actor, { guildId, id, title: 'Big launch', progressPercent: 40 });
    // Two days later, so the post of a week before moves too.
    const at = { local: '2026-12-03T18:00', zone: 'Europe/Berlin' };
    await perform(milestoneEdit, actor, { guildId, id, at });
    await clock.advance(12 * dayMs);
    await perform(milestoneEdit, actor, { guildId, id, progressPercent: 90 });
    await clock.advance(2 * dayMs);

    const movedMs = launchMs + 2 * dayMs;
    expect(publications.sent()).toEqual([
      { title: 'In 7 days: Big launch', dueAtMs: movedMs - 7 * dayMs, targets: ['news'] },
      { title: 'In 1 day: Big launch', dueAtMs: movedMs - dayMs, targets: ['news'] },
      { title: 'Now: Big launch', dueAtMs: movedMs, targets: ['news'] },
    ]);
    const bodies = [...publications.ordered.values()].map(({ order }) => order.content.body);
    expect(bodies[0]).toBe(
      'The [plan](https://example.org/plan).\n\n' +
        'When: Thu 3 Dec 2026, 18:00 Europe/Berlin (UTC+1)\n\nProgress: ▰▰▰▰▱▱▱▱▱▱ 40 %',
    );
    expect(bodies.at(-1)).toContain('90 %');
  });

  test('an ordered post that is changed before it leaves is withdrawn and ordered again', async () => {
    const { perform, publications, clock } = await world();
    const { id } = await perform(milestoneAdd, actor, { ...launch, offsets: ['0'] });
    await clock.advance(launchMs - clock.nowMs() - hourMs);
    expect(publications.ordered.size).toBe(1);
    await perform(milestoneEdit, actor, { guildId, id, title: 'Other' });
    await perform(milestoneEdit, actor, { guildId, id, title: 'Other' });
    expect(publications.ordered.size).toBe(2);
    await clock.advance(2 * hourMs);
    expect(publications.sent().map(({ title }) => title)).toEqual(['Now: Other']);
  });

  test('a changed target set withdraws and adds, and posts nowhere twice', async () => {
    const { perform, publications, clock } = await world();
    const { id } = await perform(milestoneAdd, actor, {
      ...launch,
      targets: ['news', 'blog'],
      offsets: ['0'],
    });
    await clock.advance(launchMs - clock.nowMs() - hourMs);
    await perform(milestoneEdit, actor, { guildId, id, targets: ['news', 'archive'] });
    await clock.advance(hourMs + 60_000);
    expect(publications.sent()).toEqual([
      { title: 'Now: Launch', dueAtMs: launchMs, targets: ['news', 'archive'] },
    ]);
    // It has left: a target added within the grace gets it, the others not again.
    await perform(milestoneEdit, actor, { guildId, id, targets: ['news', 'archive', 'blog'] });
    await clock.advance(60_000);
    expect(publications.sent().map(({ targets }) => targets)).toEqual([['news', 'archive'], ['blog']]);
    // Long after, nothing goes out any more.
    await clock.advance(3 * hourMs);
    await perform(milestoneEdit, actor, { guildId, id, title: 'Renamed' });
    await clock.advance(hourMs);
    expect(publications.sent()).toHaveLength(2);
  });

  test('a cancelled one withdraws what is still pending', async () => {
    const { perform, publications, clock, posts } = await world();
    const { id } = await perform(milestoneAdd, actor, launch);
    await clock.advance(launchMs - clock.nowMs() - hourMs);
    const view = await perform(milestoneRemove, actor, { guildId, id });
    expect(view.state).toBe('cancelled');
    expect(await posts(id)).toEqual({
      '-7d': 'enqueued',
      '-1d': 'enqueued',
      '0': 'withdrawn',
      done: 'withdrawn',
    });
    await clock.advance(2 * dayMs);
    expect(publications.sent().map(({ title }) => title)).toEqual(['In 7 days: Launch', 'In 1 day: Launch']);
    expect(await rejection(perform(milestoneDone, actor, { guildId, id }))).toMatchObject({
      code: 'MILESTONE_OVER',
    });
  });

  test.each([-5, 2])(
    'posts its completion once, %d days from its date, however often it is pressed',
    async (days) => {
      const { perform, publications, clock, posts } = await world();
      const { id } = await perform(milestoneAdd, actor, { ...launch, artifacts: ['a'.repeat(64)] });
      await clock.advance(launchMs + days * dayMs - clock.nowMs());
      await Promise.all([1, 2, 3].map(() => perform(milestoneDone, actor, { guildId, id }).catch(() => {})));
      await perform(milestoneDone, actor, { guildId, id });
      await clock.advance(10 * dayMs);
      const completions = publications.sent().filter(({ title }) => title === 'Reached: Launch');
      expect(completions).toEqual([
        { title: 'Reached: Launch', dueAtMs: launchMs + days * dayMs, targets: ['news'] },
      ]);
      const order = [...publications.ordered.values()].find(
        ({ view }) => view.title === 'Reached: Launch',
      )?.order;
      expect(order?.content.media).toEqual([{ cid: 'a'.repeat(64) }]);
      // Reached before its date, it is no longer counted down.
      if (days < 0) expect(await posts(id)).toMatchObject({ '-1d': 'withdrawn', '0': 'withdrawn' });
    },
  );

  test('offsets whose time has passed are missed, not sent', async () => {
    const { perform, publications, clock } = await world();
    const at = { local: '2026-11-23T18:00', zone: 'Europe/Berlin' };
    const view = await perform(milestoneAdd, actor, { ...launch, at });
    expect(view.posts).toMatchObject([
      { offset: '-7d', state: 'missed' },
      { offset: '-1d', state: 'planned' },
      { offset: '0', state: 'planned' },
      { offset: 'done', state: 'planned' },
    ]);
    // Brought forward so far that the day before has passed.
    await clock.advance(2 * dayMs - 6 * hourMs);
    const sooner = { local: '2026-11-22T22:00', zone: 'Europe/Berlin' };
    const moved = await perform(milestoneEdit, actor, { guildId, id: view.id, at: sooner });
    expect(moved.posts[1]).toMatchObject({ offset: '-1d', state: 'missed' });
    await clock.advance(5 * dayMs);
    expect(publications.sent().map(({ title }) => title)).toEqual(['Now: Launch']);
  });

  test('a post the hub slept through is missed and told once', async () => {
    const { perform, publications, clock, missed, scheduling, hub } = await world();
    await perform(milestoneAdd, actor, launch);
    await scheduling.stop?.();
    await clock.advance(8 * dayMs);
    const later = hub().scheduling;
    await later.start?.(new AbortController().signal);
    await clock.advance(1_000);
    expect(publications.sent()).toEqual([]);
    expect(missed.map(({ text }) => text)).toEqual([
      'A post of “Launch” did not go out: the hub was not running then, and it is too late now.',
    ]);
    await clock.advance(4 * dayMs);
    expect(publications.sent()).toHaveLength(2);
    expect(missed).toHaveLength(1);
  });

  test('days are days of the calendar, across a change of daylight saving', async () => {
    const { perform } = await world();
    const at = { local: '2027-03-14T18:00', zone: 'America/New_York' };
    const { posts, atMs } = await perform(milestoneAdd, actor, {
      ...launch,
      at,
      offsets: ['-1d', '-24h', '0d', '-0m'],
    });
    expect(posts).toMatchObject(
      [
        { offset: '-1d', atMs: atMs - 23 * hourMs },
        { offset: '-24h', atMs: atMs - 24 * hourMs },
        { offset: '0', atMs },
      ].sort((a, b) => a.atMs - b.atMs),
    );
  });
});

describe('orders that fail', () => {
  test('an order whose answer is lost is the same order when it is made again', async () => {
    const { perform, publications, clock } = await world();
    publications.accidents.push({ when: 'after', error: new Error('lost') });
    await perform(milestoneAdd, actor, {
      ...launch,
      at: { local: '2026-11-20T14:00', zone: 'Europe/Berlin' },
      offsets: ['0'],
    });
    await clock.advance(2 * hourMs);
    expect(publications.orderCount).toBe(2);
    expect(publications.sent()).toHaveLength(1);
  });

  test('a change while the answer is lost withdraws what was ordered', async () => {
    const { perform, publications, clock } = await world();
    publications.accidents.push({ when: 'after', error: new Error('lost') });
    const { id } = await perform(milestoneAdd, actor, {
      ...launch,
      at: { local: '2026-11-20T14:00', zone: 'Europe/Berlin' },
      offsets: ['0'],
    });
    await perform(milestoneEdit, actor, { guildId, id, title: 'Other' });
    await clock.advance(2 * hourMs);
    expect(publications.sent().map(({ title }) => title)).toEqual(['Now: Other']);
  });
});

test('reached milestones are reported after the commit, again until a listener takes it, over a restart too', async () => {
  const { perform, scheduling, hub, clock } = await world();
  const { id } = await perform(milestoneAdd, actor, launch);
  let attempts = 0;
  scheduling.onReached(async () => {
    attempts += 1;
    throw new Error('not now');
  });
  await perform(milestoneDone, actor, { guildId, id });
  expect(attempts).toBeGreaterThan(0);
  await scheduling.stop?.();
  const later = hub();
  const told: MilestoneReached[] = [];
  later.scheduling.onReached(async (event) => void told.push(event));
  await later.scheduling.start?.(new AbortController().signal);
  await clock.advance(60_000);
  await later.perform(milestoneDone, actor, { guildId, id });
  expect(told).toEqual([
    { guildId, milestoneId: id, title: 'Launch', description: launch.description, artifacts: [] },
  ]);
});

test('the list shows the nearest open one first and finds by a part of the title', async () => {
  const { perform } = await world();
  for (const [title, day] of [
    ['Beta 100%', '05'],
    ['Alpha', '03'],
    ['Gamma', '04'],
  ] as const)
    await perform(milestoneAdd, actor, {
      ...launch,
      title,
      at: { ...launch.at, local: `2026-12-${day}T10:00` },
    });
  const titles = async (search: string) =>
    (await perform(milestoneList, actor, { guildId, search })).milestones.map(({ title }) => title);
  expect(await titles('')).toEqual(['Alpha', 'Gamma', 'Beta 100%']);
  expect(await titles('BETA')).toEqual(['Beta 100%']);
  expect(await titles('%')).toEqual(['Beta 100%']);
});
