import { z } from 'zod';
import { defineAction } from '../action.ts';
import { targetName, targetView } from './targets.ts';

const guildId = z.string();
const text = z.string().max(4_000);
const answer = z.union([text, z.boolean(), z.array(z.string().max(100)).max(25)]);

/** A question about a place, as a window can ask it; made from the publisher's own schema. */
export const placeField = z.object({
  name: z.string(),
  label: z.string(),
  help: z.string().optional(),
  style: z.enum(['line', 'text', 'choice', 'flag', 'channel', 'role']),
  /** What a choice offers. */
  options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
  /** The types of channels that can be picked. */
  channelTypes: z.array(z.number()).optional(),
  /** How many channels or roles; absent: one. */
  most: z.number().optional(),
  required: z.boolean(),
  /** Not asked for at first. */
  isMore: z.boolean(),
  lengthMax: z.number(),
  /** What it is now, or usually. */
  value: answer.optional(),
});
export type PlaceField = z.output<typeof placeField>;

const placeKind = z.object({
  /** "github/release" */
  id: z.string(),
  title: z.string(),
  help: z.string(),
  fields: z.array(placeField),
  /**
   * What comes next: nothing has to be asked (`now`), one channel has to be picked (`channel`), or a window asks
   * (`window`).
   */
  way: z.enum(['now', 'channel', 'window']),
});
export type PlaceKindView = z.output<typeof placeKind>;

export const placeView = targetView.extend({
  kind: placeKind.extend({ testLink: z.string().optional() }),
  /** "acme/site", "<#1>": where within the platform; empty where there is nothing to say. */
  where: z.string(),
  /** "a repository": still to be picked among `target.choices`, or named. */
  open: z.string().optional(),
  /** What was read otherwise than it was typed. */
  notes: z.array(z.string()),
});
export type PlaceView = z.output<typeof placeView>;

export const targetKinds = defineAction({
  name: 'target.kinds',
  summary: 'List the kinds of places that can be set up, with the questions for each.',
  input: z.strictObject({
    guildId,
    /** This one alone. */
    kind: z.string().max(130).optional(),
  }),
  output: z.object({ kinds: z.array(placeKind) }),
  scope: 'guild',
  access: 'manager',
  effect: 'read',
});

export const targetSetup = defineAction({
  name: 'target.setup',
  summary: 'Set up a place by answers as people give them.',
  input: z.strictObject({
    guildId,
    kind: z.string().max(130),
    answers: z.record(z.string().max(64), answer).default({}),
    /** What it should be called; absent: after what it is. Becomes letters, digits and dashes. */
    called: z.string().max(100).optional(),
  }),
  output: placeView,
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});

export const targetChange = defineAction({
  name: 'target.change',
  summary: 'Change a place by answers as people give them; those that are absent stay.',
  input: z.strictObject({
    guildId,
    target: targetName,
    answers: z.record(z.string().max(64), answer),
  }),
  output: placeView,
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});

export const targetCopy = defineAction({
  name: 'target.copy',
  summary: 'Set up a place with the settings of another; it gets credentials of its own.',
  input: z.strictObject({ guildId, target: targetName, called: z.string().max(100) }),
  output: placeView,
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});

export const targetShow = defineAction({
  name: 'target.show',
  summary: 'Show a place with its lamp, its settings and what they are called.',
  input: z.strictObject({ guildId, target: targetName }),
  output: placeView,
  scope: 'guild',
  access: 'publisher',
  effect: 'read',
});

export const targetChoices = defineAction({
  name: 'target.choices',
  summary: 'List where a place could lead, as far as its credentials may write there.',
  input: z.strictObject({ guildId, target: targetName }),
  output: z.object({ choices: z.array(z.object({ text: z.string(), help: z.string().optional() })) }),
  scope: 'guild',
  access: 'manager',
  effect: 'read',
});
