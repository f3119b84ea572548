import type { AuditRow } from '#contracts/audit.ts';
import type { GuildmeshError } from '#core/errors.ts';
import type { WantedRelay } from './relay.ts';

/** Discord doesn't say who did it; the row says who may undo it. */
export function endRow(
  { guildId, channelId, reference, wantedBy }: WantedRelay,
  end: 'kicked' | 'channel-gone',
  { error, atMs, mayRestart }: { error: GuildmeshError | undefined; atMs: number; mayRestart: string },
): AuditRow {
  return {
    atMs,
    actor: 'system:discord',
    guildId,
    action: `relay.${end}`,
    input: { guildId, channelId, broadcast: reference, wantedBy, mayRestart },
    outcome: 'ok' as const,
    errorCode: error?.code,
  };
}
