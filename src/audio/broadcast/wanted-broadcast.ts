import { z } from 'zod';
import type { Intent } from '#contracts/intents.ts';

/** What people asked for, as it is kept for a restart. */
export interface WantedBroadcast {
  id: string;
  /** In order of preference. */
  sources: string[];
  title?: string | undefined;
  loop: boolean;
  shuffle: boolean;
  normalize: boolean;
  /** Whose share of decoders it takes: a guild's id, or `hub`. */
  owner: string;
  startedAtMs: number;
}

/** Rows of older versions name one source and know neither order nor loudness. */
const payload = z
  .object({
    sources: z.array(z.string()).min(1).optional(),
    source: z.string().optional(),
    title: z.string().optional(),
    loop: z.boolean(),
    shuffle: z.boolean().default(false),
    normalize: z.boolean().default(false),
    owner: z.string().default('hub'),
    startedAtMs: z.number(),
  })
  .transform(({ source, sources, ...rest }) => ({ ...rest, sources: sources ?? (source ? [source] : []) }));

export function intentOf(wanted: WantedBroadcast, wantedBy: string): Intent {
  const { id: key, startedAtMs: createdAtMs } = wanted;
  return { kind: 'broadcast', key, payload: { ...wanted }, wantedBy, createdAtMs };
}

/** Undefined for a row that makes no sense. */
export function wantedBroadcastOf(intent: Intent): WantedBroadcast | undefined {
  const parsed = payload.safeParse(intent.payload);
  return parsed.success && parsed.data.sources.length > 0 ? { ...parsed.data, id: intent.key } : undefined;
}
