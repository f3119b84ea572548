import { z } from 'zod';
import { defineAction } from '../action.ts';
import { deliveryState, planned, publicationContent } from './publish.ts';

const guildId = z.string();
const targets = z.array(z.string().min(1).max(32)).min(1).max(20);
const id = z.string().trim().min(1).max(64);

/** What happens to runs that were missed while the hub was down. */
export const misfirePolicy = z.enum(['skip', 'once', 'all']);

export const scheduleView = z.object({
  id: z.string(),
  guildId: z.string(),
  title: z.string(),
  /** Cron expression, or a local date and time. */
  rule: z.string(),
  zone: z.string(),
  targets: z.array(z.string()),
  kind: z.enum(['publication', 'digest', 'milestone']),
  policy: misfirePolicy,
  graceMs: z.number(),
  jitterMs: z.number(),
  paused: z.boolean(),
  /** Local time with zone and offset of the next runs, each with a note for a DST gap or overlap. */
  next: z.array(z.object({ atMs: z.number(), text: z.string() })),
  /** The value of `{counter}` in the next run; absent where its text has none. */
  nextNumber: z.int().min(1).optional(),
  /** The newest runs that did not happen, and why. */
  missed: z.object({ count: z.number().int(), lastMs: z.number(), text: z.string() }).optional(),
});
export type ScheduleView = z.output<typeof scheduleView>;

export const scheduleRule = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('cron'),
    expression: z.string().trim().min(1).max(120),
    zone: z.string().max(64),
  }),
  z.strictObject({ kind: z.literal('once'), at: planned }),
]);

const scheduleInput = z.strictObject({
  guildId,
  rule: scheduleRule,
  /** A publication with this content, or the digest of open and reached milestones. */
  what: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('publication'), content: publicationContent }),
    z.strictObject({ kind: z.literal('digest'), title: z.string().trim().min(1).max(300) }),
  ]),
  targets,
  policy: misfirePolicy.default('once'),
  graceMs: z
    .int()
    .min(0)
    .max(7 * 24 * 3_600_000)
    .default(15 * 60_000),
  jitterMs: z.int().min(0).max(3_600_000).default(0),
});

export const schedulePreview = defineAction({
  name: 'schedule.preview',
  summary: 'Show when a schedule would run, in local time with zone.',
  input: z.strictObject({ guildId, rule: scheduleRule, count: z.int().min(1).max(20).default(5) }),
  output: z.object({ next: z.array(z.object({ atMs: z.number(), text: z.string() })) }),
  scope: 'guild',
  access: 'publisher',
  effect: 'read',
});

export const scheduleAdd = defineAction({
  name: 'schedule.add',
  summary: 'Publish again and again, or once at a time.',
  input: scheduleInput,
  output: scheduleView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});

export const scheduleEdit = defineAction({
  name: 'schedule.edit',
  summary: 'Change a schedule; what waits of its runs is made anew, and has to be approved again.',
  input: z.strictObject({
    guildId,
    id,
    rule: scheduleRule.optional(),
    /** A digest has only a title. Absent fields stay unchanged. */
    content: publicationContent
      .pick({ title: true })
      .partial()
      .extend({
        body: publicationContent.shape.body.unwrap().optional(),
        tags: publicationContent.shape.tags.unwrap().optional(),
        /** null removes the link. */
        link: publicationContent.shape.link.unwrap().nullable().optional(),
        media: publicationContent.shape.media.unwrap().optional(),
      })
      .optional(),
    targets: targets.optional(),
    policy: misfirePolicy.optional(),
    graceMs: scheduleInput.shape.graceMs.unwrap().optional(),
    jitterMs: scheduleInput.shape.jitterMs.unwrap().optional(),
  }),
  output: scheduleView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});

export const scheduleList = defineAction({
  name: 'schedule.list',
  summary: 'List the schedules of this guild with their next runs.',
  input: z.strictObject({ guildId }),
  output: z.object({ schedules: z.array(scheduleView) }),
  scope: 'guild',
  access: 'publisher',
  effect: 'read',
});

export const schedulePause = defineAction({
  name: 'schedule.pause',
  summary: 'Hold a schedule, or let it go on.',
  input: z.strictObject({ guildId, id, paused: z.boolean() }),
  output: scheduleView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});

export const scheduleRemove = defineAction({
  name: 'schedule.remove',
  summary: 'Remove a schedule; what it has enqueued already stays.',
  input: z.strictObject({ guildId, id }),
  output: scheduleView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});

// --- milestones -------------------------------------------------------------------------------------------------

/** "-7d", "-1d", "-2h", "0", "done": before the date, at it, on completion. */
export const offset = z
  .string()
  .regex(/^(-?\d{1,3}[dhm]|0|done)$/, 'must look like -7d, -1d, -2h, 0 or done');

export const milestoneView = z.object({
  id: z.string(),
  guildId: z.string(),
  title: z.string(),
  description: z.string(),
  /** Local date and time with zone, and the instant. */
  when: z.string(),
  atMs: z.number(),
  zone: z.string(),
  state: z.enum(['open', 'reached', 'cancelled']),
  /** 0 to 100 */
  progressPercent: z.number(),
  artifacts: z.array(z.string()),
  targets: z.array(z.string()),
  posts: z.array(
    z.object({
      offset: z.string(),
      atMs: z.number().optional(),
      state: z.enum(['planned', 'enqueued', 'withdrawn', 'missed']),
      publicationId: z.string().optional(),
      /** Delivery state of each enqueued post; absent in lists. */
      deliveries: z
        .array(
          z.object({
            target: z.string(),
            state: deliveryState,
            needsPerson: z.boolean(),
            url: z.string().optional(),
          }),
        )
        .optional(),
    }),
  ),
});
export type MilestoneView = z.output<typeof milestoneView>;

const milestoneFields = {
  title: z.string().trim().min(1).max(200),
  description: z.string().max(10_000),
  at: planned,
  artifacts: z.array(z.string().regex(/^[0-9a-f]{64}$/, 'must be a file that is kept here')).max(20),
  targets,
  offsets: z.array(offset).max(12),
};

export const milestoneAdd = defineAction({
  name: 'milestone.add',
  summary: 'Name a point of the project and plan its posts.',
  input: z.strictObject({
    guildId,
    ...milestoneFields,
    description: milestoneFields.description.default(''),
    artifacts: milestoneFields.artifacts.default([]),
    offsets: milestoneFields.offsets.default(['-7d', '-1d', '0', 'done']),
  }),
  output: milestoneView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});

export const milestoneEdit = defineAction({
  name: 'milestone.edit',
  summary: 'Change a milestone: posts still pending move or are withdrawn.',
  input: z.strictObject({
    guildId,
    id,
    title: milestoneFields.title.optional(),
    description: milestoneFields.description.optional(),
    at: milestoneFields.at.optional(),
    artifacts: milestoneFields.artifacts.optional(),
    targets: milestoneFields.targets.optional(),
    offsets: milestoneFields.offsets.optional(),
    progressPercent: z.number().min(0).max(100).optional(),
  }),
  output: milestoneView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});

export const milestoneList = defineAction({
  name: 'milestone.list',
  summary: 'List milestones, the nearest open one first.',
  input: z.strictObject({ guildId, search: z.string().max(200).default('') }),
  output: z.object({ milestones: z.array(milestoneView) }),
  scope: 'guild',
  access: 'member',
  effect: 'read',
});

const oneMilestone = z.strictObject({ guildId, id });

export const milestoneShow = defineAction({
  name: 'milestone.show',
  summary: 'Show one milestone with its planned posts.',
  input: oneMilestone,
  output: milestoneView,
  scope: 'guild',
  access: 'member',
  effect: 'read',
});

export const milestoneDone = defineAction({
  name: 'milestone.done',
  summary: 'Mark a milestone as reached: its completion post goes out.',
  input: oneMilestone,
  output: milestoneView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});

export const milestoneRemove = defineAction({
  name: 'milestone.remove',
  summary: 'Cancel a milestone: what is still pending is withdrawn.',
  input: oneMilestone,
  output: milestoneView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});

export const timeReading = z.object({
  ...planned.shape,
  atMs: z.number(),
  /** "Thu 24 Dec 2026, 18:00 Europe/Berlin (UTC+1)" */
  text: z.string(),
  /** For a time in a gap or an overlap of daylight saving. */
  note: z.string().optional(),
});

export const scheduleReadTime = defineAction({
  name: 'schedule.read-time',
  summary: 'Read a time as people write it, such as “in 2 h”, “fri 18:00” or “24.12. 6pm”.',
  input: z.strictObject({
    guildId,
    text: z.string().trim().min(1).max(60),
    /** Meant where the text names none. */
    zone: z.string().max(64).optional(),
  }),
  output: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('now') }),
    z.object({ kind: z.literal('unreadable') }),
    /** It is a time of day, and nobody said where. */
    z.object({ kind: z.literal('zone-missing') }),
    /** Several: it can be read in several ways, as 03/04 can. A single one may have passed. */
    z.object({ kind: z.literal('times'), readings: z.array(timeReading).min(1).max(4) }),
  ]),
  scope: 'guild',
  access: 'publisher',
  effect: 'read',
});
