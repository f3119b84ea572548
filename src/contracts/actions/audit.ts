import { z } from 'zod';
import { defineAction } from '../action.ts';

export const auditRowView = z.object({
  cursor: z.string(),
  atMs: z.number(),
  /** `actorKey` */
  actor: z.string(),
  guildId: z.string().optional(),
  action: z.string(),
  /** For operators alone. */
  input: z.string().optional(),
  outcome: z.enum(['ok', 'refused', 'failed']),
  errorCode: z.string().optional(),
});
export type AuditRowView = z.output<typeof auditRowView>;

export const auditList = defineAction({
  name: 'audit.list',
  summary: 'Show who did what in this guild, and what was refused, newest first.',
  input: z.strictObject({
    guildId: z.string(),
    /** Rows of all guilds and of the hub itself: for operators. */
    everywhere: z.boolean().default(false),
    action: z.string().trim().min(1).max(64).optional(),
    /** `cursor` of the last row of the page before. */
    before: z
      .string()
      .max(80)
      .regex(/^\d+(\.\d+)?:[0-9a-f-]{36}$/, 'must be a cursor of an earlier page')
      .optional(),
    limit: z.int().min(1).max(50).default(10),
  }),
  output: z.object({
    rows: z.array(auditRowView),
    /** For the next page; absent on the last. */
    before: z.string().optional(),
  }),
  scope: 'guild',
  access: 'manager',
  effect: 'read',
});
