import type { GuildDirectory } from '#contracts/discord.ts';
import { shown } from '../errors.ts';
import { relayErrors } from './errors.ts';
import type { KeptRelay } from './kept-relay.ts';
import type { WantedRelay } from './relay.ts';

/** The requested relay runs already. */
export function runningAs(
  relays: readonly KeptRelay[],
  wish: Pick<WantedRelay, 'channelId' | 'reference' | 'fallbacks' | 'mode'>,
): KeptRelay | undefined {
  const keyOf = ({ channelId, reference, fallbacks, mode }: typeof wish) =>
    JSON.stringify([channelId, reference, fallbacks, mode]);
  return relays.find((relay) => isRunning(relay) && keyOf(relay.wanted) === keyOf(wish));
}

/** Throws RELAY_WOULD_REPLACE. */
export function requireNothingRuns(guilds: GuildDirectory, relays: readonly KeptRelay[]): void {
  const running = relays.find(isRunning);
  if (!running) return;
  const { guildId, channelId, title } = running.wanted;
  const channel = guilds.voiceChannel(guildId, channelId)?.name ?? channelId;
  throw relayErrors.RELAY_WOULD_REPLACE({ title: shown(title), channel });
}

/** A relay that has given up, or that a person has just ended, doesn't count as running. */
function isRunning({ refused, stopping }: KeptRelay): boolean {
  return !refused && !stopping;
}
