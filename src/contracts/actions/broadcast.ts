import { z } from 'zod';
import { defineAction } from '../action.ts';

export const broadcastView = z.object({
  id: z.string(),
  title: z.string(),
  source: z.string(),
  state: z.enum(['starting', 'live', 'reconnecting']),
  startedAtMs: z.number(),
  framesSent: z.number().int(),
  subscriberCount: z.number().int(),
});
export type BroadcastView = z.output<typeof broadcastView>;

export const broadcastStart = defineAction({
  name: 'broadcast.start',
  summary: 'Offer live audio to the communities that are trusted: a file of the library, or a web radio.',
  input: z.strictObject({
    /** "sample", a file of the library folder by its relative name, or an http(s) address. */
    source: z.string().trim().min(1).max(2_000),
    title: z.string().trim().min(1).max(100).optional(),
    /** A file starts again at its end. */
    loop: z.boolean().default(true),
  }),
  output: broadcastView,
  access: 'publisher',
  effect: 'write',
});

export const broadcastStop = defineAction({
  name: 'broadcast.stop',
  summary: 'End a broadcast: its subscribers are told.',
  input: z.strictObject({ broadcast: z.string().trim().min(1).max(64) }),
  output: broadcastView,
  access: 'publisher',
  effect: 'write',
});

export const broadcastList = defineAction({
  name: 'broadcast.list',
  summary: 'List our broadcasts and those of trusted communities.',
  input: z.strictObject({}),
  output: z.object({
    own: z.array(broadcastView),
    remote: z.array(
      z.object({
        peerId: z.string(),
        community: z.string(),
        /** What stopped us from asking, if anything did. */
        problem: z.string().optional(),
        broadcasts: z.array(
          z.object({
            /** What /relay start takes: `id@community`. */
            reference: z.string(),
            id: z.string(),
            title: z.string(),
            startedAtMs: z.number(),
            subscriberCount: z.number().int(),
          }),
        ),
      }),
    ),
  }),
  access: 'member',
  effect: 'read',
});

export const sourceList = defineAction({
  name: 'source.list',
  summary: 'List the named sources a broadcast can start from.',
  input: z.strictObject({ search: z.string().max(200).default('') }),
  output: z.object({ sources: z.array(z.object({ source: z.string(), title: z.string() })) }),
  access: 'publisher',
  effect: 'read',
});
