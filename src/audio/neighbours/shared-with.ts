import { z } from 'zod';
import type { Intent } from '#contracts/intents.ts';
import { neighbourLimits } from './limits.ts';

/** What a guild's people wanted: who hears its player, stored for a restart. */
export interface SharedWith {
  guildId: string;
  peerIds: readonly string[];
  /** `actorKey` of the person who shared last. */
  wantedBy: string;
}

const payload = z.object({ peerIds: z.array(z.string().min(1)).max(neighbourLimits.sharedWithMax) });

export function intentOf({ guildId, peerIds, wantedBy }: SharedWith, createdAtMs: number): Intent {
  return { kind: 'player-share', key: guildId, payload: { peerIds: [...peerIds] }, wantedBy, createdAtMs };
}

/** Undefined for a row that makes no sense. */
export function sharedWithOf({ key, payload: stored, wantedBy }: Intent): SharedWith | undefined {
  const parsed = payload.safeParse(stored);
  return parsed.success ? { guildId: key, peerIds: parsed.data.peerIds, wantedBy } : undefined;
}
