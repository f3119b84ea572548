import { isGuildmeshError } from '#core/errors.ts';
import type { RelayState } from './relay-machine-model.ts';
import { isUnknownBroadcast, unknownGraceMs } from './shared-stream.ts';

type Since = Pick<RelayState, 'unknownSinceMs' | 'goneSinceMs'>;

/** Since when the broadcast or the channel has been missing, and which of them is given up. */
export function missingAfter(
  { goneSinceMs, unknownSinceMs, wanted }: Since & Pick<RelayState, 'wanted'>,
  { error, inGuild, nowMs }: { error: unknown; inGuild: boolean; nowMs: number },
): Since & { givenUp: 'channel' | 'broadcast' | undefined } {
  // With fallbacks it isn't over because the first source is.
  const unknown = isUnknownBroadcast(error) && wanted.fallbacks.length === 0;
  const gone = isGuildmeshError(error, 'RELAY_CHANNEL_UNKNOWN') && inGuild;
  const since = {
    unknownSinceMs: unknown ? (unknownSinceMs ?? nowMs) : undefined,
    goneSinceMs: gone ? (goneSinceMs ?? nowMs) : undefined,
  };
  const forLong = (sinceMs: number | undefined) => sinceMs !== undefined && nowMs - sinceMs > unknownGraceMs;
  const channel = forLong(since.goneSinceMs) ? 'channel' : undefined;
  return { ...since, givenUp: channel ?? (forLong(since.unknownSinceMs) ? 'broadcast' : undefined) };
}
