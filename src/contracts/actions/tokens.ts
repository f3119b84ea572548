import { z } from 'zod';
import { defineAction } from '../action.ts';

const guildId = z.string();

export const tokenView = z.object({
  id: z.string(),
  name: z.string(),
  createdBy: z.string(),
  createdAtMs: z.number(),
  expiresAtMs: z.number(),
  lastUsedAtMs: z.number().optional(),
  /** When its maker was found to have left the server; the token is refused since. */
  orphanedAtMs: z.number().optional(),
});
export type TokenView = z.output<typeof tokenView>;

export const tokenAdd = defineAction({
  name: 'token.add',
  summary: 'Make a token with which a CI job uploads artifacts for this guild; it is shown once.',
  input: z.strictObject({
    guildId,
    name: z.string().trim().min(1).max(64),
    days: z.int().min(1).max(365).default(90),
  }),
  output: tokenView.extend({ token: z.string() }),
  scope: 'guild',
  access: 'manager',
  effect: 'write',
  shownOnce: true,
  byToken: 'never',
});

export const tokenList = defineAction({
  name: 'token.list',
  summary: 'List the tokens of this guild, without what they are.',
  input: z.strictObject({ guildId }),
  output: z.object({ tokens: z.array(tokenView) }),
  scope: 'guild',
  access: 'manager',
  effect: 'read',
});

export const tokenRevoke = defineAction({
  name: 'token.revoke',
  summary: 'Make a token worthless from now on.',
  input: z.strictObject({ guildId, id: z.string().max(64) }),
  output: z.object({ tokens: z.array(tokenView) }),
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});
