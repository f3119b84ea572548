import { defineErrors } from '#core/errors.ts';

/** Errors of planned times and schedules; milestones have their own. */
export const scheduleErrors = defineErrors({
  SCHEDULE_ZONE_UNKNOWN: {
    kind: 'user',
    message: (d: { zone: string; suggestion?: string | undefined }) =>
      `“${d.zone}” is no time zone${d.suggestion ? `; did you mean “${d.suggestion}”?` : '.'}`,
    next: () => 'Give a name of the IANA list, like Europe/Berlin or America/New_York.',
  },
  SCHEDULE_TIME_IMPOSSIBLE: {
    kind: 'user',
    message: (d: { local: string }) => `“${d.local}” is no date and time of the calendar.`,
    next: () => 'Give it as 2026-12-24T18:00: year, month, day, hour and minute.',
  },
  SCHEDULE_TIME_PAST: {
    kind: 'user',
    message: (d: { when: string }) => `${d.when} has passed.`,
    next: () => 'Choose a time to come, or publish now.',
  },
  SCHEDULE_TIME_PASSED: {
    kind: 'user',
    message: (d: { text: string }) => `“${d.text}” has passed.`,
    next: () => 'Choose a time to come, such as in 2 h or tomorrow 9:00.',
  },
  SCHEDULE_TIME_NEEDS_HOUR: {
    kind: 'user',
    message: (d: { text: string }) => `“${d.text}” names no time of day.`,
    next: (d) => `Add one, such as ${d.text} 18:00.`,
  },
  SCHEDULE_TIME_NEEDS_YEAR: {
    kind: 'user',
    message: (d: { text: string; year: number }) => `“${d.text}” comes next in ${d.year}.`,
    next: (d) => `Add the year if ${d.year} is meant, or choose another day.`,
  },
  SCHEDULE_TIME_TOO_FAR: {
    kind: 'user',
    message: (d: { when: string; yearsMax: number }) =>
      `${d.when} is more than ${d.yearsMax} years away; clocks and rules change before that.`,
    next: () => 'Check the year, or choose a nearer time.',
  },
  SCHEDULE_CRON_INVALID: {
    kind: 'user',
    message: (d: { expression: string; problem: string }) =>
      `The cron expression “${d.expression}” can’t be used: ${d.problem}.`,
    next: () =>
      'Give five fields: minute, hour, day of month, month, day of week; 0 9 * * MON is Mondays at 09:00.',
  },
  SCHEDULE_NEVER_RUNS: {
    kind: 'user',
    message: (d: { expression: string }) => `“${d.expression}” names a date that never comes.`,
    next: () => 'Correct the day or the month; the preview shows the next runs.',
  },
  SCHEDULE_UNKNOWN: {
    kind: 'user',
    message: () => 'There is no such schedule here.',
    next: () => 'Choose one of those that /schedule list shows.',
  },
  SCHEDULE_ENDED: {
    kind: 'user',
    message: () => 'This schedule has run for the last time.',
    next: () => 'Remove it, or add a new one.',
  },
  SCHEDULE_CHANGED: {
    kind: 'user',
    message: () => 'This schedule ran, or somebody changed it, at the same moment.',
    next: () => 'Look at it again, then change it.',
  },
  SCHEDULE_IS_DIGEST: {
    kind: 'user',
    message: () => 'The text of a digest is made of the milestones.',
    next: () => 'Change its title, times or targets; or add a schedule with a text of its own.',
  },
  SCHEDULE_TOO_MANY: {
    kind: 'user',
    message: (d: { max: number }) => `This server has ${d.max} schedules, which is the most.`,
    next: () => 'Remove one that is no longer needed with /schedule remove.',
  },
});
