import { z } from 'zod';
import { type Audience, audiences } from '#contracts/audio.ts';
import type { Intent } from '#contracts/intents.ts';

/** What people asked for, stored for a restart. */
export interface WantedBroadcast {
  id: string;
  /** In order of preference. */
  sources: string[];
  title?: string | undefined;
  loop: boolean;
  shuffle: boolean;
  normalize: boolean;
  /** The guild it belongs to. */
  owner: string;
  audience: Audience;
  startedAtMs: number;
}

const guildId = z.string().regex(/^\d{1,20}$/);

/** Rows of older versions name one source, and have neither order, loudness nor audience. */
const payload = z
  .object({
    sources: z.array(z.string()).min(1).optional(),
    source: z.string().optional(),
    title: z.string().optional(),
    loop: z.boolean(),
    shuffle: z.boolean().default(false),
    normalize: z.boolean().default(false),
    owner: guildId.optional().catch(undefined),
    audience: z.enum(audiences).optional(),
    startedAtMs: z.number(),
  })
  .transform(({ source, sources, ...rest }) => ({ ...rest, sources: sources ?? (source ? [source] : []) }));

export function intentOf(wanted: WantedBroadcast, wantedBy: string): Intent {
  const { id: key, startedAtMs: createdAtMs } = wanted;
  return { kind: 'broadcast', key, payload: { ...wanted }, wantedBy, createdAtMs };
}

export interface StoredBroadcast {
  wanted: WantedBroadcast;
  /** Written when every broadcast was for neighbours, and every notice of a live channel said so. */
  isOlder: boolean;
}

/** Undefined for a row that makes no sense, or whose guild can't be found. */
export function storedBroadcastOf(intent: Intent, homeGuildId?: string): StoredBroadcast | undefined {
  const parsed = payload.safeParse(intent.payload);
  if (!parsed.success || parsed.data.sources.length === 0) return undefined;
  const { audience, owner = guildOf(intent.wantedBy) ?? homeGuildId, ...wanted } = parsed.data;
  if (owner === undefined) return undefined;
  return {
    wanted: { ...wanted, owner, audience: audience ?? 'neighbours', id: intent.key },
    isOlder: audience === undefined,
  };
}

/** The guild in an actor's key, `guild-member:GUILD:USER`. */
function guildOf(wantedBy: string): string | undefined {
  const parsed = guildId.safeParse(wantedBy.split(':')[1]);
  return parsed.success ? parsed.data : undefined;
}
