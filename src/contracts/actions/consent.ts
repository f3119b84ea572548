import { z } from 'zod';
import { defineAction } from '../action.ts';
import { audiences } from '../audio.ts';
import { captureRules, consentChoices } from '../consent-store.ts';

const guildId = z.string().regex(/^\d{17,20}$/, 'must be the id of a Discord server');

export const consentView = z.object({
  rule: z.enum(captureRules),
  /** Absent: the person has chosen nothing, so the rule decides. */
  choice: z.enum(consentChoices).optional(),
  /** Whether the asker's voice is broadcast when a channel is. */
  heard: z.boolean(),
  /** The channels of this guild that are being broadcast now, and whether the asker's voice is part of each. */
  live: z.array(z.object({ channelId: z.string(), audience: z.enum(audiences), heard: z.boolean() })),
});
export type ConsentView = z.output<typeof consentView>;

export const consentShow = defineAction({
  name: 'consent.show',
  summary: 'Show whether your voice may be part of a broadcast of a live channel of this guild.',
  input: z.strictObject({ guildId }),
  output: consentView,
  scope: 'person',
  access: 'member',
  effect: 'read',
});

/** Takes effect with the next word said. */
export const consentChoose = defineAction({
  name: 'consent.choose',
  summary: 'Give or withdraw consent that your voice is part of broadcasts of live channels of this guild.',
  input: z.strictObject({ guildId, choice: z.enum(consentChoices) }),
  output: consentView,
  scope: 'person',
  access: 'member',
  effect: 'write',
});

export const consentRule = defineAction({
  name: 'consent.rule',
  summary: 'Set whether broadcasts of live channels ask each person, give notice, or are off in this guild.',
  input: z.strictObject({ guildId, rule: z.enum(captureRules) }),
  output: consentView,
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});
