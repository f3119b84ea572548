import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSpoken } from '#scheduling/time/spoken/spoken-time.ts';
import { resolvePlanned } from '#scheduling/time/wall-time.ts';
import { Zones } from '#scheduling/time/zones.ts';

const zones = new Zones();
/** A Tuesday, 10:00 in Berlin. */
const tuesday = Date.UTC(2026, 11, 1, 9);

function read(text: string, { nowMs = tuesday, zone = 'Europe/Berlin' } = {}) {
  return readSpoken(text, { zones, nowMs, zone });
}

/** Local times with their zone where that isn't the one meant. */
function momentsOf(text: string, options: { nowMs?: number; zone?: string } = {}): string[] {
  const spoken = read(text, options);
  if (spoken.kind !== 'times') return [spoken.kind];
  return spoken.moments.map(({ local, zone }) =>
    zone === (options.zone ?? 'Europe/Berlin') ? local : `${local} ${zone}`,
  );
}

const phrases: readonly (readonly [said: string, ...meant: string[]])[] = [
  // Distances.
  ['in 2 h', '2026-12-01T12:00'],
  ['in 2h', '2026-12-01T12:00'],
  ['2h', '2026-12-01T12:00'],
  ['+2h', '2026-12-01T12:00'],
  ['in 2 hours', '2026-12-01T12:00'],
  ['in 1.5 hours', '2026-12-01T11:30'],
  ['in 1,5 h', '2026-12-01T11:30'],
  ['in an hour', '2026-12-01T11:00'],
  ['in half an hour', '2026-12-01T10:30'],
  ['in one hour', '2026-12-01T11:00'],
  ['in 90 min', '2026-12-01T11:30'],
  ['in 90 minutes', '2026-12-01T11:30'],
  ['30 min', '2026-12-01T10:30'],
  ['in 45m', '2026-12-01T10:45'],
  ['in 1 h 30 min', '2026-12-01T11:30'],
  ['in 1h30', '2026-12-01T11:30'],
  ['in 1h30m', '2026-12-01T11:30'],
  ['in 1 hour and 15 minutes', '2026-12-01T11:15'],
  ['in 30 s', '2026-12-01T10:00:30'],
  ['10 minutes from now', '2026-12-01T10:10'],
  ['two hours from now', '2026-12-01T12:00'],
  ['in 3 days', '2026-12-04T10:00'],
  ['in 2 d', '2026-12-03T10:00'],
  ['in a day', '2026-12-02T10:00'],
  ['in 1 day 2 hours', '2026-12-02T12:00'],
  ['in 1 week', '2026-12-08T10:00'],
  ['in 2 weeks', '2026-12-15T10:00'],
  ['2 weeks', '2026-12-15T10:00'],
  ['in a month', '2027-01-01T10:00'],
  ['in 3 months', '2027-03-01T10:00'],
  ['in 1 year', '2027-12-01T10:00'],
  ['in 3 days at 18:00', '2026-12-04T18:00'],
  ['in 2 weeks at 6pm', '2026-12-15T18:00'],
  ['in 2 days noon', '2026-12-03T12:00'],
  // A time of day: today, or tomorrow when it has passed.
  ['18:00', '2026-12-01T18:00'],
  ['at 18:00', '2026-12-01T18:00'],
  ['9:00', '2026-12-02T09:00'],
  ['09:00', '2026-12-02T09:00'],
  ['10:00', '2026-12-02T10:00'],
  ['10:01', '2026-12-01T10:01'],
  ['18:00:30', '2026-12-01T18:00:30'],
  ['18h30', '2026-12-01T18:30'],
  ['18:00h', '2026-12-01T18:00'],
  ['18.30', '2026-12-01T18:30'],
  ['6pm', '2026-12-01T18:00'],
  ['6 pm', '2026-12-01T18:00'],
  ['6PM', '2026-12-01T18:00'],
  ['6 p.m.', '2026-12-01T18:00'],
  ['6:30pm', '2026-12-01T18:30'],
  ['6:30 am', '2026-12-02T06:30'],
  ['12pm', '2026-12-01T12:00'],
  ['12am', '2026-12-02T00:00'],
  ['noon', '2026-12-01T12:00'],
  ['midday', '2026-12-01T12:00'],
  ['midnight', '2026-12-02T00:00'],
  ['24:00', '2026-12-02T00:00'],
  ['00:00', '2026-12-02T00:00'],
  ['6', '2026-12-01T18:00', '2026-12-02T06:00'],
  ['at 6', '2026-12-01T18:00', '2026-12-02T06:00'],
  ["11 o'clock", '2026-12-01T11:00', '2026-12-01T23:00'],
  ['at 20', '2026-12-01T20:00'],
  // Days by their distance.
  ['today 18:00', '2026-12-01T18:00'],
  ['today at 6 pm', '2026-12-01T18:00'],
  ['tonight 20:30', '2026-12-01T20:30'],
  ['tonight at 8', '2026-12-01T20:00'],
  ['this evening 7', '2026-12-01T19:00'],
  ['tonight midnight', '2026-12-02T00:00'],
  ['tomorrow 9:00', '2026-12-02T09:00'],
  ['tomorrow at 9:00', '2026-12-02T09:00'],
  ['Tomorrow, 9:00', '2026-12-02T09:00'],
  ['9:00 tomorrow', '2026-12-02T09:00'],
  ['6pm tomorrow', '2026-12-02T18:00'],
  ['tmrw 9am', '2026-12-02T09:00'],
  ['tomorrow noon', '2026-12-02T12:00'],
  ['tomorrow at 9', '2026-12-02T09:00', '2026-12-02T21:00'],
  ['tomorrow morning at 9', '2026-12-02T09:00'],
  ['tomorrow at 9 in the morning', '2026-12-02T09:00'],
  ['tomorrow evening 8', '2026-12-02T20:00'],
  ['tomorrow midnight', '2026-12-02T00:00', '2026-12-03T00:00'],
  ['day after tomorrow 9:00', '2026-12-03T09:00'],
  ['the day after tomorrow at noon', '2026-12-03T12:00'],
  ['next week 9:00', '2026-12-08T09:00'],
  // Weekdays.
  ['fri 18:00', '2026-12-04T18:00'],
  ['Friday 18:00', '2026-12-04T18:00'],
  ['friday at 6pm', '2026-12-04T18:00'],
  ['on friday 18:00', '2026-12-04T18:00'],
  ['18:00 fri', '2026-12-04T18:00'],
  ['noon on friday', '2026-12-04T12:00'],
  ['Fri, 18:00', '2026-12-04T18:00'],
  ['fri. 18:00', '2026-12-04T18:00'],
  ['this fri 18:00', '2026-12-04T18:00'],
  ['coming fri 18:00', '2026-12-04T18:00'],
  ['next fri noon', '2026-12-11T12:00'],
  ['next monday noon', '2026-12-07T12:00'],
  ['next week monday 9:00', '2026-12-07T09:00'],
  ['next week on friday 9:00', '2026-12-11T09:00'],
  ['monday next week 9:00', '2026-12-07T09:00'],
  ['mon 9:00', '2026-12-07T09:00'],
  ['tue 18:00', '2026-12-01T18:00'],
  ['tue 9:00', '2026-12-08T09:00'],
  ['tues 18:00', '2026-12-01T18:00'],
  ['wed 0:30', '2026-12-02T00:30'],
  ['weds 9:00', '2026-12-02T09:00'],
  ['thurs 9:00', '2026-12-03T09:00'],
  ['sat noon', '2026-12-05T12:00'],
  ['sunday 23:59', '2026-12-06T23:59'],
  ['sun 8', '2026-12-06T08:00', '2026-12-06T20:00'],
  ['fri midnight', '2026-12-04T00:00', '2026-12-05T00:00'],
  // Dates with the day first.
  ['24.12. 18:00', '2026-12-24T18:00'],
  ['24.12. at 18:00', '2026-12-24T18:00'],
  ['24. 12. 18:00', '2026-12-24T18:00'],
  ['24.12 18:00', '2026-12-24T18:00'],
  ['24.12.2026 18:00', '2026-12-24T18:00'],
  ['24.12.26 18:00', '2026-12-24T18:00'],
  ['1.1. 0:00', '2027-01-01T00:00'],
  ['30.11. 18:00', '2027-11-30T18:00'],
  ['1.12. 9:00', '2027-12-01T09:00'],
  ['18:00 24.12.', '2026-12-24T18:00'],
  ['24.12. 6pm', '2026-12-24T18:00'],
  ['24.12. 18', '2026-12-24T18:00'],
  ['3.4. 18:00', '2027-04-03T18:00'],
  ['tomorrow 18.30', '2026-12-02T18:30'],
  // With the month's name.
  ['Dec 24 6pm', '2026-12-24T18:00'],
  ['Dec 24, 6pm', '2026-12-24T18:00'],
  ['dec 24 18:00', '2026-12-24T18:00'],
  ['December 24 18:00', '2026-12-24T18:00'],
  ['December 24th at 18:00', '2026-12-24T18:00'],
  ['24 Dec 18:00', '2026-12-24T18:00'],
  ['24th of December 18:00', '2026-12-24T18:00'],
  ['the 24th of December, 18:00', '2026-12-24T18:00'],
  ['24. Dec 18:00', '2026-12-24T18:00'],
  ['Dec 24 2026 18:00', '2026-12-24T18:00'],
  ['Dec 24, 2027 6pm', '2027-12-24T18:00'],
  ['24 Dec 2027 noon', '2027-12-24T12:00'],
  ['6pm on Dec 24', '2026-12-24T18:00'],
  ['Sept 1 9:00', '2027-09-01T09:00'],
  ['may 5 9:00', '2027-05-05T09:00'],
  ['jan 1 midnight', '2027-01-01T00:00', '2027-01-02T00:00'],
  ['29 feb 2028 12:00', '2028-02-29T12:00'],
  // As computers write it.
  ['2026-12-24 18:00', '2026-12-24T18:00'],
  ['2026-12-24T18:00', '2026-12-24T18:00'],
  ['2026-12-24T18:00:30', '2026-12-24T18:00:30'],
  ['2026-12-24  18:00', '2026-12-24T18:00'],
  ['2026-12-24 9:00', '2026-12-24T09:00'],
  ['2026/12/24 18:00', '2026-12-24T18:00'],
  ['2026-12-24T18:00Z', '2026-12-24T19:00'],
  ['2026-12-24T18:00+01:00', '2026-12-24T18:00'],
  ['2026-12-24 18:00 -0500', '2026-12-25T00:00'],
  ['18:00 UTC+2', '2026-12-01T17:00'],
  ['<t:1798131600>', '2026-12-24T18:00'],
  ['<t:1798131600:F>', '2026-12-24T18:00'],
  ['<t:1798131630:R>', '2026-12-24T18:00:30'],
  // Which is the day?
  ['03/04 18:00', '2027-03-04T18:00', '2027-04-03T18:00'],
  ['3/4 6pm', '2027-03-04T18:00', '2027-04-03T18:00'],
  ['03/04/2027 18:00', '2027-03-04T18:00', '2027-04-03T18:00'],
  ['03-04-2027 18:00', '2027-03-04T18:00', '2027-04-03T18:00'],
  ['12/24 18:00', '2026-12-24T18:00'],
  ['24/12 18:00', '2026-12-24T18:00'],
  ['24/12/26 18:00', '2026-12-24T18:00'],
  ['5/5 18:00', '2027-05-05T18:00'],
  // With a zone of its own.
  ['18:00 UTC', '2026-12-01T18:00 UTC'],
  ['18:00 Europe/Berlin', '2026-12-01T18:00'],
  ['tomorrow 9:00 America/New_York', '2026-12-02T09:00 America/New_York'],
  ['2026-12-24 18:00 asia/tokyo', '2026-12-24T18:00 Asia/Tokyo'],
];

describe('a time as people write it', () => {
  test.each(phrases)('“%s”', (said, ...meant) => {
    expect(momentsOf(said)).toEqual(meant);
  });

  test('there are enough of them', () => {
    expect(phrases.length).toBeGreaterThanOrEqual(150);
  });

  test('now is at once, a zone is needed for a time of day alone', () => {
    expect(momentsOf('now')).toEqual(['now']);
    expect(readSpoken('18:00', { zones, nowMs: tuesday, zone: undefined }).kind).toBe('zone-missing');
    expect(readSpoken('in 2 h', { zones, nowMs: tuesday, zone: undefined })).toEqual({
      kind: 'times',
      moments: [{ local: '2026-12-01T11:00', zone: 'UTC' }],
    });
  });
});

describe('a time that can’t be meant', () => {
  test.each([
    ['25:00', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['18:60', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['24:01', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['13pm', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['0pm', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['31.2. 18:00', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['2/30 18:00', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['2026-13-01 18:00', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['29.2.2027 18:00', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['32 dec 18:00', 'SCHEDULE_TIME_IMPOSSIBLE'],
    ['29.2.', 'SCHEDULE_TIME_NEEDS_YEAR'],
    ['29.2. 18:00', 'SCHEDULE_TIME_NEEDS_YEAR'],
    ['24.12.', 'SCHEDULE_TIME_NEEDS_HOUR'],
    ['24.12', 'SCHEDULE_TIME_NEEDS_HOUR'],
    ['tomorrow', 'SCHEDULE_TIME_NEEDS_HOUR'],
    ['next fri', 'SCHEDULE_TIME_NEEDS_HOUR'],
    ['tonight', 'SCHEDULE_TIME_NEEDS_HOUR'],
    ['yesterday', 'SCHEDULE_TIME_PASSED'],
    ['in -2 h', 'SCHEDULE_TIME_PASSED'],
    ['in −2 h', 'SCHEDULE_TIME_PASSED'],
    ['2 hours ago', 'SCHEDULE_TIME_PASSED'],
    ['18:00 CET', 'SCHEDULE_ZONE_UNKNOWN'],
    ['18:00 Europe/Berlon', 'SCHEDULE_ZONE_UNKNOWN'],
  ])('“%s” is refused with %s', (said, code) => {
    expect(() => read(said)).toThrow(expect.objectContaining({ code }));
  });

  test.each([
    '',
    'soon',
    'when it is done',
    '18:00 19:00',
    'fri sat 18:00',
    'now 18:00',
    'in 2 h at 18:00',
    'in 5',
    'marathon 5 18:00',
    'satisfied 18:00',
    '18:00 or so',
    '2026-12-24 18:00 2026-12-24 18:00',
    `18:00${' '.repeat(80)}x`,
  ])('“%s” is no time', (said) => {
    expect(read(said).kind).toBe('unreadable');
  });

  test('what passed is given back as it is: the plan is refused with its date', () => {
    expect(momentsOf('today 9:00')).toEqual(['2026-12-01T09:00']);
    expect(momentsOf('24.12.2025 18:00')).toEqual(['2025-12-24T18:00']);
    expect(momentsOf('this mon 9:00')).toEqual(['2026-11-30T09:00']);
    expect(momentsOf('<t:0>')).toEqual(['1970-01-01T01:00']);
  });

  test('the farthest distance stays a date', () => {
    expect(momentsOf('in 99999 years')).toEqual(['9999-01-01T01:00']);
    expect(momentsOf('in 99999 days')).toEqual(['2300-09-15T10:00']);
    expect(momentsOf('<t:999999999999>')).toEqual(['9999-01-01T01:00']);
  });
});

describe('when the clocks change', () => {
  const [spring, autumn] = [Date.UTC(2027, 2, 27, 9), Date.UTC(2027, 9, 30, 8)];

  test.each([
    // Saturday 10:00, before the night in which 02:00 becomes 03:00.
    ['in 24 h', spring, '2027-03-28T11:00'],
    ['in 1 day', spring, '2027-03-28T10:00'],
    ['tomorrow 2:30', spring, '2027-03-28T02:30'],
    ['in 16 h 30 min', spring, '2027-03-28T03:30'],
    // Before the night in which 03:00 becomes 02:00.
    ['in 24 h', autumn, '2027-10-31T09:00'],
    ['in 1 day', autumn, '2027-10-31T10:00'],
    ['tomorrow 2:30', autumn, '2027-10-31T02:30'],
    ['in 16 h 30 min', autumn, '2027-10-31T02:30'],
    // The second 02:30 has no local name of its own.
    ['in 17 h 30 min', autumn, '2027-10-31T01:30 UTC'],
    ['<t:1824946200>', autumn, '2027-10-31T01:30 UTC'],
    ['in 1 week', autumn, '2027-11-06T10:00'],
  ])('“%s” at %d', (said, nowMs, meant) => {
    expect(momentsOf(said, { nowMs })).toEqual([meant]);
  });

  test.each([
    ['tomorrow 2:30', spring, '02:30 does not exist that day in Europe/Berlin; 03:30 is used'],
    ['tomorrow 2:30', autumn, '02:30 happens twice that day in Europe/Berlin; the first (UTC+2) is used'],
  ])('“%s” is said to be special', (said, nowMs, note) => {
    const spoken = read(said, { nowMs });
    if (spoken.kind !== 'times') throw new Error(spoken.kind);
    expect(spoken.moments.map((moment) => resolvePlanned(zones, moment).note)).toEqual([note]);
  });
});

describe('any text', () => {
  const words = fc.constantFrom(
    ...[
      'in',
      '2',
      'h',
      '18:00',
      'fri',
      'next',
      'dec',
      '24.12.',
      '/',
      '-',
      '03/04',
      'z',
      '<t:1>',
      'noon',
      '29.2.',
    ],
    ...[
      '+01:00',
      'utc',
      'europe/berlin',
      '99999',
      'years',
      'midnight',
      'am',
      'tomorrow',
      'at',
      '٣',
      '\u202e',
    ],
  );
  const texts = fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.array(words, { maxLength: 8 }).map((all) => all.join(' ')),
  );

  test('gives times of the calendar, or an error with a code', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 0, max: 4e12 }), (said, nowMs) => {
        let spoken: ReturnType<typeof read>;
        try {
          spoken = read(said, { nowMs });
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^SCHEDULE_/) });
          return;
        }
        if (spoken.kind !== 'times') return;
        expect(spoken.moments.length).toBeGreaterThan(0);
        for (const moment of spoken.moments)
          expect(Number.isFinite(resolvePlanned(zones, moment).atMs)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
