import { z } from 'zod';
import { defineAction } from '../action.ts';

const guildId = z.string();
const cid = z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha-256 in hex');
const targetName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 letters, digits and dashes');

// --- artifacts --------------------------------------------------------------------------------------------

export const artifactView = z.object({
  cid: z.string(),
  sizeBytes: z.number().int(),
  mediaType: z.string(),
  label: z.string(),
  source: z.string(),
  createdAtMs: z.number(),
});

export const artifactAdd = defineAction({
  name: 'artifact.add',
  summary: 'Keep a text or an uploaded file as an artifact.',
  input: z.strictObject({
    guildId,
    label: z.string().trim().min(1).max(200),
    mediaType: z.string().max(200).optional(),
    content: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('text'), text: z.string().min(1).max(1_000_000) }),
      /** An attachment of a Discord interaction, fetched from Discord's own addresses only. */
      z.strictObject({ kind: z.literal('attachment'), url: z.url(), sizeBytes: z.int().nonnegative() }),
    ]),
    source: z.enum(['command', 'message', 'thread']).default('command'),
  }),
  output: artifactView,
  access: 'publisher',
  effect: 'write',
});

export const artifactList = defineAction({
  name: 'artifact.list',
  summary: 'List the artifacts of this guild, newest first.',
  input: z.strictObject({
    guildId,
    search: z.string().max(200).default(''),
    limit: z.int().min(1).max(100).default(25),
  }),
  output: z.object({ artifacts: z.array(artifactView) }),
  access: 'publisher',
  effect: 'read',
});

export const artifactArchiveThread = defineAction({
  name: 'artifact.archive-thread',
  summary: 'Keep a thread as a page that needs nothing else, and as JSON.',
  /** Of guild members only the thread they ask in: what else they may read is not known. */
  input: z.strictObject({ guildId, channelId: z.string().regex(/^\d{1,20}$/) }),
  output: z.object({
    title: z.string(),
    url: z.string(),
    messageCount: z.number().int(),
    /** The thread is longer than is kept: the newest messages are missing. */
    isCut: z.boolean(),
    artifacts: z.array(artifactView),
  }),
  access: 'publisher',
  effect: 'write',
});

// --- targets and credentials --------------------------------------------------------------------------------

export const approvalPolicy = z.enum(['none', 'one-manager', 'two-people']);

export const targetView = z.object({
  guildId,
  id: z.string(),
  name: z.string(),
  publisher: z.string(),
  title: z.string(),
  /** Options as configured; never secrets. */
  options: z.record(z.string(), z.unknown()),
  policy: approvalPolicy,
  monthlyBudgetMicros: z.number().int().optional(),
  spentThisMonthMicros: z.number().int(),
  ordered: z.boolean(),
  template: z.string().optional(),
  credentials: z.array(
    z.object({ name: z.string(), present: z.boolean(), required: z.boolean(), help: z.string() }),
  ),
  paused: z.object({ reason: z.string(), detail: z.string(), untilMs: z.number().optional() }).optional(),
});
export type TargetView = z.output<typeof targetView>;

export const targetAdd = defineAction({
  name: 'target.add',
  summary: 'Add a place where results can go.',
  input: z.strictObject({
    guildId,
    name: targetName,
    publisher: z.string().min(1).max(64),
    options: z.record(z.string(), z.unknown()).default({}),
    policy: approvalPolicy.default('one-manager'),
    monthlyBudgetMicros: z.int().nonnegative().optional(),
    ordered: z.boolean().default(false),
    template: z.string().max(4_000).optional(),
  }),
  output: targetView,
  access: 'manager',
  effect: 'write',
});

export const targetRemove = defineAction({
  name: 'target.remove',
  summary: 'Remove a target; what is still pending for it is cancelled.',
  input: z.strictObject({ guildId, target: targetName }),
  output: targetView,
  access: 'manager',
  effect: 'write',
});

export const targetList = defineAction({
  name: 'target.list',
  summary: 'List the targets of this guild.',
  input: z.strictObject({ guildId }),
  output: z.object({
    targets: z.array(targetView),
    publishers: z.array(z.object({ id: z.string(), title: z.string(), summary: z.string() })),
  }),
  access: 'publisher',
  effect: 'read',
});

export const targetVerify = defineAction({
  name: 'target.verify',
  summary: 'Look, without writing, whether a target’s credentials and rights suffice.',
  input: z.strictObject({ guildId, target: targetName }),
  output: z.object({
    account: z.string().optional(),
    problems: z.array(z.string()),
    quota: z.string().optional(),
  }),
  access: 'manager',
  effect: 'read',
});

export const publishConnect = defineAction({
  name: 'publish.connect',
  summary: 'Say how a target gets its credentials: a one-time link, or the environment variable to set.',
  input: z.strictObject({ guildId, target: targetName }),
  output: z.object({
    target: z.string(),
    credentials: z.array(
      z.object({
        name: z.string(),
        help: z.string(),
        present: z.boolean(),
        /** The hub's operator may set this instead. */
        environmentName: z.string(),
      }),
    ),
    /** Opens once, for a few minutes; absent when this hub serves no web. */
    link: z.object({ url: z.string(), expiresAtMs: z.number() }).optional(),
  }),
  access: 'manager',
  effect: 'write',
  shownOnce: true,
});

export const publicationContent = z.strictObject({
  title: z.string().trim().min(1).max(300),
  /** Markdown */
  body: z.string().max(100_000).default(''),
  tags: z.array(z.string().trim().min(1).max(64)).max(20).default([]),
  link: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional(),
  media: z
    .array(z.strictObject({ cid, altText: z.string().max(1_500).optional() }))
    .max(20)
    .default([]),
});

export const planned = z.strictObject({
  /** Local date and time without offset: "2026-12-24T18:00". */
  local: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/, 'must look like 2026-12-24T18:00'),
  /** IANA zone: "Europe/Berlin". */
  zone: z.string().min(1).max(64),
});

export const previewTarget = z.object({
  target: z.string(),
  publisher: z.string(),
  title: z.string(),
  /** Exactly what will be sent. */
  parts: z.array(z.object({ label: z.string(), text: z.string() })),
  steps: z.array(z.string()),
  warnings: z.array(z.string()),
  /** Any of these stops the publication for this target. */
  problems: z.array(z.string()),
  costMicros: z.number().int(),
  policy: approvalPolicy,
  /** What an approval is bound to. */
  stepsHash: z.string(),
});
export type PreviewTarget = z.output<typeof previewTarget>;

const publicationRequest = z.strictObject({
  guildId,
  content: publicationContent,
  targets: z.array(targetName).min(1).max(20),
  at: planned.optional(),
});

export const publishPreview = defineAction({
  name: 'publish.preview',
  summary: 'Show exactly what would be sent, with warnings, cost and time; nothing is written anywhere.',
  input: publicationRequest,
  output: z.object({
    targets: z.array(previewTarget),
    costMicros: z.number().int(),
    dueAtMs: z.number().optional(),
    /** "Thu 24 Dec 2026, 18:00 Europe/Berlin (UTC+1)", and a note for a gap or overlap. */
    when: z.string().optional(),
  }),
  access: 'publisher',
  effect: 'read',
});

export const deliveryState = z.enum([
  'draft',
  'awaiting-approval',
  'scheduled',
  'pending',
  'sending',
  'confirming',
  'unknown',
  'done',
  'failed',
  'cancelled',
  'discarded',
]);

export const deliveryView = z.object({
  id: z.string(),
  publicationId: z.string(),
  title: z.string(),
  target: z.string(),
  publisher: z.string(),
  state: deliveryState,
  /** A person must decide: unknown without a next try, or failed. */
  needsPerson: z.boolean(),
  dueAtMs: z.number().optional(),
  url: z.string().optional(),
  error: z.object({ code: z.string(), text: z.string() }).optional(),
  attempts: z.number().int(),
  /** Of a long upload. */
  progress: z.object({ sentBytes: z.number(), totalBytes: z.number() }).optional(),
  approvals: z.object({ given: z.number().int(), needed: z.number().int() }),
  /** What an approval is bound to, while it awaits one. `publication.preview` shows what it stands for. */
  stepsHash: z.string().optional(),
  paused: z.string().optional(),
  updatedAtMs: z.number(),
});
export type DeliveryView = z.output<typeof deliveryView>;

export const publicationView = z.object({
  id: z.string(),
  guildId: z.string(),
  title: z.string(),
  createdAtMs: z.number(),
  dueAtMs: z.number().optional(),
  deliveries: z.array(deliveryView),
});
export type PublicationView = z.output<typeof publicationView>;

export const publishCreate = defineAction({
  name: 'publish.create',
  summary: 'Publish to the targets, now or at a time; where a policy says so, after approval.',
  input: publicationRequest.extend({
    /** Of the preview that was seen, by target: refused when what would be sent differs. */
    seen: z.record(z.string(), z.string()).optional(),
  }),
  output: publicationView,
  access: 'publisher',
  effect: 'write',
});

export const publishEdit = defineAction({
  name: 'publish.edit',
  summary: 'Change what has not left yet; approvals are asked for again.',
  input: z.strictObject({ guildId, publicationId: z.string(), content: publicationContent }),
  output: publicationView,
  access: 'publisher',
  effect: 'write',
});

export const publishApprove = defineAction({
  name: 'publish.approve',
  summary: 'Approve exactly what was shown.',
  input: z.strictObject({ guildId, deliveryId: z.string(), stepsHash: z.string() }),
  output: publicationView,
  access: 'publisher',
  effect: 'write',
});

export const publishCancel = defineAction({
  name: 'publish.cancel',
  summary: 'Withdraw what has not left yet.',
  input: z.strictObject({ guildId, publicationId: z.string() }),
  output: publicationView,
  access: 'publisher',
  effect: 'write',
});

export const publicationShow = defineAction({
  name: 'publication.show',
  summary: 'Show a publication: each target with its state, link and next try.',
  input: z.strictObject({ guildId, publicationId: z.string() }),
  output: publicationView,
  access: 'publisher',
  effect: 'read',
});

export const publicationPreview = defineAction({
  name: 'publication.preview',
  summary: 'Show exactly what a publication sends to each target, as it is stored.',
  input: z.strictObject({ guildId, publicationId: z.string() }),
  output: z.object({
    targets: z.array(previewTarget.extend({ deliveryId: z.string(), state: deliveryState })),
  }),
  access: 'publisher',
  effect: 'read',
});

export const deliveryList = defineAction({
  name: 'delivery.list',
  summary: 'List deliveries, those that need a person first.',
  input: z.strictObject({
    guildId,
    target: targetName.optional(),
    only: z.enum(['open', 'needs-person', 'all']).default('open'),
    limit: z.int().min(1).max(100).default(20),
  }),
  output: z.object({ deliveries: z.array(deliveryView) }),
  access: 'publisher',
  effect: 'read',
});

const oneDelivery = z.strictObject({ guildId, deliveryId: z.string() });

export const deliveryRetry = defineAction({
  name: 'delivery.retry',
  summary: 'Try a delivery again now; one of unknown fate is looked up first.',
  input: oneDelivery,
  output: deliveryView,
  access: 'publisher',
  effect: 'write',
});

export const deliveryDone = defineAction({
  name: 'delivery.done',
  summary: 'Say that a delivery has landed, and where.',
  input: oneDelivery.extend({ url: z.url({ protocol: /^https?$/ }).max(2_000) }),
  output: deliveryView,
  access: 'publisher',
  effect: 'write',
});

export const deliveryDiscard = defineAction({
  name: 'delivery.discard',
  summary: 'Give a delivery up.',
  input: oneDelivery,
  output: deliveryView,
  access: 'publisher',
  effect: 'write',
});

export const targetPause = defineAction({
  name: 'target.pause',
  summary: 'Hold everything for a target until it is resumed.',
  input: z.strictObject({ guildId, target: targetName }),
  output: targetView,
  access: 'manager',
  effect: 'write',
});

export const targetResume = defineAction({
  name: 'target.resume',
  summary: 'Let a paused target’s deliveries go on.',
  input: z.strictObject({ guildId, target: targetName }),
  output: targetView,
  access: 'manager',
  effect: 'write',
});
