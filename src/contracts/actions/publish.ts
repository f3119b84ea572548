import { z } from 'zod';
import { defineAction } from '../action.ts';
import { approvalPolicy, targetLamp, targetName } from './targets.ts';

const guildId = z.string();
const cid = z.string().regex(/^[0-9a-f]{64}$/, 'must be a content id: 64 digits and letters from a to f');

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
  /** Other words for one target, by its name; what is absent is as everywhere. Files and tags are the same. */
  overrides: z
    .record(
      targetName,
      z.strictObject({
        title: z.string().trim().min(1).max(300).exactOptional(),
        body: z.string().max(20_000).exactOptional(),
      }),
    )
    .refine((given) => Object.keys(given).length <= 20, 'has words for more than 20 targets')
    .exactOptional(),
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
  /** It gets other words than the rest. */
  ownWords: z.literal(true).optional(),
  /** Whether it would leave now; `warnings` say what keeps it. */
  lamp: targetLamp.optional(),
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
  input: publicationRequest.extend({
    /** The preview of an edit. `at` absent keeps the time; null means at once. */
    edits: z.strictObject({ publicationId: z.string(), revision: z.int() }).optional(),
    at: planned.nullable().optional(),
  }),
  output: z.object({
    targets: z.array(previewTarget),
    costMicros: z.number().int(),
    dueAtMs: z.number().optional(),
    /** "Thu 24 Dec 2026, 18:00 Europe/Berlin (UTC+1)", and a note for a gap or overlap. */
    when: z.string().optional(),
  }),
  scope: 'guild',
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

const deliveryFacts = z.object({
  id: z.string(),
  publicationId: z.string(),
  title: z.string(),
  target: z.string(),
  publisher: z.string(),
  state: deliveryState,
  /** A person must decide: it failed, or it is unknown and has no next try. */
  needsPerson: z.boolean(),
  dueAtMs: z.number().optional(),
  url: z.string().optional(),
  error: z.object({ code: z.string(), text: z.string() }).optional(),
  attempts: z.number().int(),
  /** Progress of a long upload. */
  progress: z.object({ sentBytes: z.number(), totalBytes: z.number() }).optional(),
  approvals: z.object({ given: z.number().int(), needed: z.number().int() }),
  /** What an approval is bound to, while it awaits one. `publication.preview` shows what it stands for. */
  stepsHash: z.string().optional(),
  paused: z.string().optional(),
  /** What it has left hidden at its target because it stopped in the middle; discarding the delivery removes that. */
  leftover: z.object({ what: z.string(), url: z.string().optional() }).optional(),
  /** The delivery whose result it takes back. */
  takesBack: z.string().optional(),
  updatedAtMs: z.number(),
});

export const deliveryView = deliveryFacts.extend({
  /** Its result can be taken back. */
  canTakeBack: z.literal(true).optional(),
  /** Its result is being taken back, or has been. */
  takingBack: deliveryFacts.optional(),
});
export type DeliveryFacts = z.output<typeof deliveryFacts>;
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
    /** Hashes of the preview that was seen, by target: refused when something else would be sent. */
    seen: z.record(z.string(), z.string()).optional(),
  }),
  output: publicationView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});

export const publishEdit = defineAction({
  name: 'publish.edit',
  summary: 'Change what has not left yet; approvals are asked for again.',
  input: z.strictObject({
    guildId,
    publicationId: z.string(),
    content: publicationContent,
    /** Absent: the targets stay. A target that is left out is withdrawn, a new one is added. */
    targets: z.array(targetName).min(1).max(20).optional(),
    /** Absent: the time stays. null: at once. */
    at: planned.nullable().optional(),
    /** Revision of the content that was edited: refused when somebody else has edited it since. */
    revision: z.int().optional(),
    /** Hashes of the preview that was seen, by target: refused when something else would be sent. */
    seen: z.record(z.string(), z.string()).optional(),
  }),
  output: publicationView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});

export const publicationDraft = defineAction({
  name: 'publication.draft',
  summary: 'Give what a publication says, as far as it has not left, for an edit.',
  input: z.strictObject({ guildId, publicationId: z.string() }),
  output: z.object({
    content: publicationContent,
    /** Targets that nothing has been sent to. */
    targets: z.array(z.string()),
    dueAtMs: z.number().optional(),
    revision: z.number().int(),
  }),
  scope: 'guild',
  access: 'publisher',
  effect: 'read',
});

export const publishApprove = defineAction({
  name: 'publish.approve',
  summary: 'Approve exactly what was shown.',
  input: z.strictObject({ guildId, deliveryId: z.string(), stepsHash: z.string() }),
  output: publicationView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
  byToken: 'never',
});

export const publishCancel = defineAction({
  name: 'publish.cancel',
  summary: 'Withdraw what has not left yet.',
  input: z.strictObject({ guildId, publicationId: z.string() }),
  output: publicationView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});

export const publicationShow = defineAction({
  name: 'publication.show',
  summary: 'Show a publication: each target with its state, link and next try.',
  input: z.strictObject({ guildId, publicationId: z.string() }),
  output: publicationView,
  scope: 'guild',
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
  scope: 'guild',
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
  scope: 'guild',
  access: 'publisher',
  effect: 'read',
});

const oneDelivery = z.strictObject({ guildId, deliveryId: z.string() });

export const deliveryRetry = defineAction({
  name: 'delivery.retry',
  summary: 'Try a delivery again now; one of unknown fate is looked up first.',
  input: oneDelivery,
  output: deliveryView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});

export const deliveryDone = defineAction({
  name: 'delivery.done',
  summary: 'Say that a delivery has landed, and where.',
  input: oneDelivery.extend({ url: z.url({ protocol: /^https?$/ }).max(2_000) }),
  output: deliveryView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});

export const deliveryDiscard = defineAction({
  name: 'delivery.discard',
  summary: 'Give a delivery up.',
  input: oneDelivery,
  output: deliveryView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});

export const deliveryTakeBack = defineAction({
  name: 'delivery.take-back',
  summary:
    'Take back what was delivered, where the platform allows it; after approval where a policy says so.',
  input: oneDelivery,
  output: publicationView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});
