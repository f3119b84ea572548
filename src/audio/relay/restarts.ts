import { relayStart } from '#contracts/actions/relay.ts';
import type { GuildSettingsReader } from '#contracts/guild-settings.ts';
import { playerKey, type WantedRelay } from './relay.ts';

export interface Restart {
  /** The weakest role that may; undefined: everybody. */
  role: string | undefined;
  command: string;
}

/** How people bring back what somebody outside the bot has ended: what the player plays is theirs, the rest a publisher's. */
export function restartOf(
  settings: Pick<GuildSettingsReader, 'of'>,
  { guildId, wantedBy }: Pick<WantedRelay, 'guildId' | 'wantedBy'>,
): Restart {
  if (wantedBy !== playerKey) return { role: relayStart.access, command: '/relay start' };
  return { role: settings.of(guildId).whoAdds === 'djs' ? 'dj' : undefined, command: '/play' };
}

/** For the audit trail. */
export function restartRow({ command, role }: Restart): string {
  return `${role ? `role ${role} or stronger` : 'everybody'}, with ${command}`;
}
