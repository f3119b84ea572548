import { z } from 'zod';
import { defineAction } from '../action.ts';
import { fieldWords } from '../field-words.ts';
import { problemView } from '../problem.ts';

const guildId = z.string();
export const targetName = z
  .string()
  .trim()
  .toLowerCase()
  .max(32)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be 1 to 32 letters, digits and dashes')
  .register(fieldWords, { isSlug: true });

export const approvalPolicy = z.enum(['none', 'one-manager', 'two-people']);

/** Whether publishing there would work now. */
export const lampState = z.enum([
  // Its platform was asked with exactly these options and credentials, and everything was there.
  'ready',
  // Something is lacking that a person must give: `word` names it.
  'needs',
  // All that is needed is there, and the platform wasn't asked.
  'not-checked',
  // It can't work until somebody fixes what `reasons` name.
  'refused',
  // Somebody, or what its platform said, has stopped it.
  'held',
]);

export const targetLamp = z.object({
  state: lampState,
  /** "Ready", "Needs a token", "Not checked", "Refused", "Held". */
  word: z.string(),
  /** What keeps it from publishing; nothing where it is ready or wasn't asked. */
  reasons: z.array(z.string()),
  /** When its platform was last asked with these options and credentials. */
  checkedAtMs: z.number().optional(),
  /** What will stop it within a week unless somebody acts. */
  notice: z.string().optional(),
});
export type TargetLamp = z.output<typeof targetLamp>;

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
  lamp: targetLamp,
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
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});

export const targetEdit = defineAction({
  name: 'target.edit',
  summary:
    'Give a target other settings; what waits for it and would become something else is asked for again.',
  input: z.strictObject({
    guildId,
    target: targetName,
    /** Options to change; the others stay, and null removes one. */
    options: z.record(z.string(), z.unknown()).default({}),
    policy: approvalPolicy.optional(),
    monthlyBudgetMicros: z.int().nonnegative().nullable().optional(),
    ordered: z.boolean().optional(),
    template: z.string().max(4_000).nullable().optional(),
  }),
  output: targetView.extend({
    /** Waiting deliveries that were rendered again. */
    redraftedCount: z.number().int(),
  }),
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});

export const targetRemove = defineAction({
  name: 'target.remove',
  summary: 'Remove a target; what is still pending for it is cancelled.',
  input: z.strictObject({ guildId, target: targetName }),
  output: targetView,
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});

export const targetList = defineAction({
  name: 'target.list',
  summary: 'List the targets of this guild.',
  input: z.strictObject({
    guildId,
    /** Asks each platform that wasn't asked within the hour, without writing; for at most 8 seconds. */
    ask: z.boolean().default(false),
  }),
  output: z.object({
    targets: z.array(targetView),
    publishers: z.array(z.object({ id: z.string(), title: z.string(), summary: z.string() })),
  }),
  scope: 'guild',
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
    remarks: z.array(z.string()).optional(),
    quota: z.string().optional(),
    /** When the credential ends, where the platform says so. */
    endsAtMs: z.number().optional(),
  }),
  scope: 'guild',
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
    /** Access is granted on a page of the platform, to which the link leads. */
    grantedOn: z.string().optional(),
    /** Why there is no link, or who can't use it. */
    hint: problemView.optional(),
  }),
  scope: 'guild',
  access: 'manager',
  effect: 'write',
  shownOnce: true,
});

export const targetPause = defineAction({
  name: 'target.pause',
  summary: 'Hold everything for a target until it is resumed.',
  input: z.strictObject({ guildId, target: targetName }),
  output: targetView,
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});

export const targetResume = defineAction({
  name: 'target.resume',
  summary: 'Let a paused target’s deliveries go on.',
  input: z.strictObject({ guildId, target: targetName }),
  output: targetView,
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});
