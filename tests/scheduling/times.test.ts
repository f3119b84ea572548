import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatLocal, parseLocal } from '#scheduling/time/local-time.ts';
import { nextRuns, ruleOf } from '#scheduling/time/rule.ts';
import { createWallTime, resolvePlanned } from '#scheduling/time/wall-time.ts';
import { Zones } from '#scheduling/time/zones.ts';

const zones = new Zones();
const nowMs = Date.UTC(2026, 10, 20, 12);
const wallTime = createWallTime({ zones, clock: { nowMs: () => nowMs } });
const zoneNames = [
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Africa/Casablanca',
];

describe('a planned local time', () => {
  test.each([
    [
      '2026-12-24T18:00',
      'Europe/Berlin',
      '2026-12-24T17:00',
      'Thu 24 Dec 2026, 18:00 Europe/Berlin (UTC+1)',
      undefined,
    ],
    [
      '2026-12-24T18:00',
      'Asia/Kathmandu',
      '2026-12-24T12:15',
      'Thu 24 Dec 2026, 18:00 Asia/Kathmandu (UTC+5:45)',
      undefined,
    ],
    ['2026-12-24T18:00:30', 'utc', '2026-12-24T18:00', 'Thu 24 Dec 2026, 18:00:30 UTC', undefined],
    [
      '2027-03-14T02:30',
      'America/New_York',
      '2027-03-14T07:30',
      'Sun 14 Mar 2027, 03:30 America/New_York (UTC-4)',
      '02:30 does not exist that day in America/New_York; 03:30 is used',
    ],
    [
      '2027-11-07T01:30',
      'america/new_york',
      '2027-11-07T05:30',
      'Sun 7 Nov 2027, 01:30 America/New_York (UTC-4)',
      '01:30 happens twice that day in America/New_York; the first (UTC-4) is used',
    ],
    [
      '2027-10-03T02:15',
      'Australia/Lord_Howe',
      '2027-10-02T15:45',
      'Sun 3 Oct 2027, 02:45 Australia/Lord_Howe (UTC+11)',
      '02:15 does not exist that day in Australia/Lord_Howe; 02:45 is used',
    ],
  ])('%s in %s', (local, zone, utc, text, note) => {
    const resolved = wallTime.resolve({ local, zone });
    expect(new Date(resolved.atMs).toISOString().slice(0, 16)).toBe(utc);
    expect(resolved).toEqual({ atMs: resolved.atMs, text, ...(note ? { note } : {}) });
  });

  test('a whole day that Samoa left out', () => {
    const { note } = resolvePlanned(zones, { local: '2011-12-30T12:00', zone: 'Pacific/Apia' });
    expect(note).toBe('12:00 does not exist that day in Pacific/Apia; 12:00 on Sat 31 Dec 2011 is used');
  });

  test.each([
    ['2026-02-30T10:00', 'UTC', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['2027-02-29T10:00', 'UTC', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['2026-12-24T24:00', 'UTC', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['2026-12-24T10:61', 'UTC', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['2026-12-24T10:00:60', 'UTC', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['tomorrow', 'UTC', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['2026-11-20T12:00', 'UTC', 'SCHEDULE_TIME_PAST'],
    ['2062-12-24T10:00', 'UTC', 'SCHEDULE_TIME_TOO_FAR'],
    ['2026-12-24T10:00', 'Mars/Olympus', 'SCHEDULE_ZONE_UNKNOWN'],
    ['2026-12-24T10:00', '+05:30', 'SCHEDULE_ZONE_UNKNOWN'],
  ])('%s in %s is refused: %s', (local, zone, code) => {
    expect(() => wallTime.resolve({ local, zone })).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    ['Berlin', 'Europe/Berlin'],
    ['Europe/Berln', 'Europe/Berlin'],
    ['new york', 'America/New_York'],
    ['EST', 'America/New_York'],
    ['CET', 'Europe/Berlin'],
  ])('“%s”: did you mean %s?', (zone, suggestion) => {
    expect(() => zones.get(zone)).toThrow(expect.objectContaining({ details: { zone, suggestion } }));
  });

  test('shows what was meant, except in a gap, and the first of two', () => {
    const minutes = fc.integer({ min: 0, max: 5 * 366 * 24 * 60 });
    fc.assert(
      fc.property(minutes, fc.constantFrom(...zoneNames), (minute, name) => {
        const zone = zones.get(name);
        const localMs = nowMs + minute * 60_000;
        const { atMs, kind } = zone.resolve(localMs);
        if (kind === 'gap') expect(zone.localOf(atMs)).toBeGreaterThan(localMs);
        else expect(zone.localOf(atMs)).toBe(localMs);
        // Nothing earlier shows the same.
        for (const earlierMs of [30, 60, 120].map((m) => atMs - m * 60_000))
          expect(zone.localOf(earlierMs)).not.toBe(localMs);
        expect(parseLocal(formatLocal(localMs))).toBe(localMs);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a cron expression', () => {
  function shown(expression: string, zone: string, from: string, count: number): string[] {
    const rule = ruleOf(zones, { kind: 'cron', expression, zone }, Date.parse(from));
    return nextRuns({ zones, rule, zone }, Date.parse(from), count).map(({ text }) => text);
  }

  test.each([
    [
      '30 2 * * *',
      'America/New_York',
      '2027-03-13T12:00Z',
      'Sun 14 Mar 2027, 03:00 America/New_York (UTC-4); 02:30 does not exist that day in America/New_York; 03:00 is used',
    ],
    [
      '30 2 14 3 *',
      'America/New_York',
      '2026-12-01T12:00Z',
      'Sun 14 Mar 2027, 03:00 America/New_York (UTC-4); 02:30 does not exist that day in America/New_York; 03:00 is used',
    ],
    [
      '*/30 2 * * *',
      'America/New_York',
      '2027-03-13T12:00Z',
      'Mon 15 Mar 2027, 02:00 America/New_York (UTC-4); no run at 02:00, 02:30 on Sun 14 Mar 2027, which does not exist that day in America/New_York',
    ],
    [
      '30 1 * * *',
      'America/New_York',
      '2027-11-07T00:00Z',
      'Sun 7 Nov 2027, 01:30 America/New_York (UTC-4); 01:30 happens twice that day in America/New_York; the first (UTC-4) is used',
    ],
    [
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2027-10-02T00:00Z',
      'Sun 3 Oct 2027, 02:30 Australia/Lord_Howe (UTC+11); 02:15 does not exist that day in Australia/Lord_Howe; 02:30 is used',
    ],
    ['0 9 * * MON', 'Europe/Berlin', '2026-11-20T12:00Z', 'Mon 23 Nov 2026, 09:00 Europe/Berlin (UTC+1)'],
  ])('%s in %s from %s', (expression, zone, from, text) => {
    expect(shown(expression, zone, from, 1)).toEqual([text]);
  });

  test.each([
    ['61 * * * *', 'SCHEDULE_CRON_INVALID', '“61” is no minute'],
    ['0 9 * * FOO', 'SCHEDULE_CRON_INVALID', '“FOO” is no day of week'],
    ['0 9 * *', 'SCHEDULE_CRON_INVALID', 'it has 4 fields instead of five'],
    ['0 0 9 * * *', 'SCHEDULE_CRON_INVALID', 'it has 6 fields instead of five'],
    ['? 9 * * *', 'SCHEDULE_CRON_INVALID', '“?” has no fixed meaning; write “*”'],
    ['0 0 30 2 *', 'SCHEDULE_NEVER_RUNS', undefined],
  ])('%s is refused: %s', (expression, code, problem) => {
    const details = { expression, ...(problem ? { problem } : {}) };
    expect(() => ruleOf(zones, { kind: 'cron', expression, zone: 'UTC' }, nowMs)).toThrow(
      expect.objectContaining({ code, details }),
    );
  });

  test('finds the same runs forwards and backwards', () => {
    const expressions = ['30 2 * * *', '*/30 1-3 * * *', '15 2,14 * * *', '0 * * * *', '0 12 L * *'];
    const minutes = fc.integer({ min: 0, max: 366 * 24 * 60 });
    fc.assert(
      fc.property(
        minutes,
        fc.constantFrom(...zoneNames),
        fc.constantFrom(...expressions),
        (minute, zone, expression) => {
          const rule = ruleOf(zones, { kind: 'cron', expression, zone }, nowMs);
          const slotMs = rule.nextAfter(nowMs + minute * 60_000) ?? 0;
          expect(rule.latestUpTo(slotMs, 1)).toEqual([slotMs]);
          expect(rule.latestUpTo(slotMs - 1, 1)[0]).toBeLessThan(slotMs);
          expect(rule.nextAfter(slotMs - 1)).toBe(slotMs);
        },
      ),
      { numRuns: 200 },
    );
  });
});
