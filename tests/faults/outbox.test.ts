import { constants, setPriority } from 'node:os';
import { expect, test } from 'vitest';
import { type FaultsReport, runOutboxFaults } from './outbox/faults.ts';
import { judge } from './outbox/judge.ts';
import { kinds, plannedAt } from './outbox/plan.ts';

/**
 * So many that each publisher dies at each point. `npm run faults -- outbox` kills 500 times, and processes of role
 * `publisher`, which tests/process/publisher-role.test.ts starts and stops.
 */
const kills = 100;
const limitMs = 8 * 60_000;

// Hundreds of processes that nobody waits for: tests of real time beside this one come first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

test(
  `${kills} kills lose nothing and double nothing, and the blind control doubles`,
  async () => {
    const report = await runOutboxFaults({ kills, limitMs, withoutRole: true });
    const shown = JSON.stringify(report);
    expect(report.findings, shown).toEqual([]);
    expect(report, shown).toMatchObject({
      lost: 0,
      duplicated: 0,
      strays: 0,
      blindResends: 0,
      ok: true,
    });
    expect(report.kills, shown).toBeGreaterThanOrEqual(kills);
    expect(report.delivered + report.unknownForHuman, shown).toBe(report.publications);
    expect(report.control.duplicated, shown).toBeGreaterThan(0);
    expect(report.control.blindResends, shown).toBeGreaterThan(0);
    expectFire(report, shown);
    expectExplained(report, shown);
  },
  14 * 60_000,
);

/** Kills that find nothing under way prove nothing. */
function expectFire(report: FaultsReport, shown: string): void {
  expect(report.livesWithEffect, shown).toBeGreaterThan(kills / 4);
  for (const [kind, count] of Object.entries(report.effectsUnderFire))
    expect(count, `${kind}: ${shown}`).toBeGreaterThan(0);
  for (const [accident, count] of Object.entries(report.accidents))
    expect(count, `${accident}: ${shown}`).toBeGreaterThan(0);
  const deathCount = Object.values(report.deaths).reduce((sum, count) => sum + count, 0);
  expect(deathCount, shown).toBe(report.kills);
  const { request, effect, answer, random } = report.deaths;
  for (const count of [request, effect, answer, random]) expect(count, shown).toBeGreaterThan(0);
  for (const death of ['before endAttempt', 'after endAttempt', 'before beginAttempt'] as const)
    expect(report.deaths[death], `${death}: ${shown}`).toBeGreaterThan(0);
}

/** A person is asked only where nothing can be looked up, and each time for a reason that is known. */
function expectExplained(report: FaultsReport, shown: string): void {
  const { death, accident, timeOut } = report.unknownBy;
  expect(death + accident + timeOut, shown).toBe(report.unknownForHuman);
  expect(death, shown).toBeGreaterThan(0);
  for (const { name, undecidable } of kinds)
    if (!undecidable) expect(report.kinds[name]?.unknownForHuman, `${name}: ${shown}`).toBe(0);
}

test('what publishers bring is told apart by its name', () => {
  const names = kinds.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

test('the judge believes the platforms and not the outbox', () => {
  const indexOf = (name: string) => kinds.findIndex((kind) => kind.name === name);
  const [gist, post, webhook] = [indexOf('gist'), indexOf('post'), indexOf('webhook')];
  const effectCounts = new Map(kinds.map(({ effectCount }, index) => [index, effectCount]));
  const ends = Object.fromEntries(
    kinds.map((_, index) => [
      plannedAt(index).deliveryId,
      { key: `key-${index}`, state: 'done', sends: ['done'] as (string | null)[], error: null },
    ]),
  );
  const evidence = { asked: kinds.length, effectCounts, ends, tally: { wasLeftOpen: () => true } };
  const clean = { lost: 0, duplicated: 0, unknownForHuman: 0, strays: 0 };
  expect(judge(evidence)).toMatchObject({ ...clean, delivered: kinds.length });

  const counted = (index: number, count: number) => ({
    ...evidence,
    effectCounts: new Map([...effectCounts, [index, count]]),
  });
  expect(judge(counted(gist, 2))).toMatchObject({ ...clean, duplicated: 1 });
  expect(judge(counted(post, 0))).toMatchObject({ ...clean, lost: 1 });
  expect(judge(counted(-1, 3))).toMatchObject({ ...clean, strays: 3 });

  const ended = (index: number, sends: (string | null)[]) => ({
    ...evidence,
    ends: { ...ends, [plannedAt(index).deliveryId]: { key: 'key', state: 'unknown', sends, error: null } },
  });
  expect(judge(ended(webhook, [null]))).toMatchObject({
    ...clean,
    unknownForHuman: 1,
    unknownBy: { death: 1 },
  });
  expect(judge(ended(webhook, ['rate-limited', 'unknown']))).toMatchObject({ unknownBy: { accident: 1 } });
  // Sent again after an attempt of unknown fate, or where a look-up would have told.
  expect(judge(ended(webhook, [null, null]))).toMatchObject({ ...clean, lost: 1 });
  expect(judge(ended(post, [null]))).toMatchObject({ ...clean, lost: 1 });
});
