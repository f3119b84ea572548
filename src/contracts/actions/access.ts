import { z } from 'zod';
import { defineAction } from '../action.ts';
import { roles } from '../actor.ts';

const discordRoleId = z.string().regex(/^\d{17,20}$/, 'must be the id of a Discord role');

export const grantView = z.object({ guildId: z.string(), discordRoleId, role: z.enum(roles) });

export const accessList = defineAction({
  name: 'access.list',
  summary: 'Show which Discord roles hold which of our roles in this guild.',
  input: z.strictObject({ guildId: z.string() }),
  output: z.object({ grants: z.array(grantView), yourRole: z.enum(roles).optional() }),
  scope: 'guild',
  access: 'member',
  effect: 'read',
});

/** Nobody can give a role stronger than their own. */
export const accessGrant = defineAction({
  name: 'access.grant',
  summary: 'Give everyone with a Discord role one of our roles.',
  input: z.strictObject({
    ...grantView.shape,
    /** The grant is meant for everyone in the server, including people who join later. */
    everyone: z.boolean().default(false),
  }),
  output: z.object({ grants: z.array(grantView) }),
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});

export const accessRevoke = defineAction({
  name: 'access.revoke',
  summary: 'Take our role from a Discord role.',
  input: z.strictObject({ guildId: z.string(), discordRoleId }),
  output: z.object({ grants: z.array(grantView) }),
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});
