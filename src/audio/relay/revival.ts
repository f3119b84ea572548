import { backoffMs } from '#core/backoff.ts';
import type { Chance } from '#core/clock.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import { rateLimitCoolMs } from '../voice/limits.ts';

/** After a start, the node, the other community and the gateway come one after another: retry often at first. */
const cheap = { baseMs: 250, ceilingMs: 4_000 };
/** Each try sends to Discord, or waits for people to change something there. */
const dear = { baseMs: 1_000, ceilingMs: 60_000 };
/** A broadcast that has ended may come back in minutes or in weeks. */
const patient = { baseMs: 1_000, ceilingMs: 30_000 };

/** Shorter pauses aren't worth reporting. */
export const tellPauseMs = 15_000;

/** A retry can't help: something on this machine must change, or people must decide. */
const hopeless = ['VOICE_ENCRYPTION_UNSUPPORTED', 'VOICE_E2EE_REQUIRED', 'AUDIO_COMMUNITY_KEY_CHANGED'];

/**
 * The pause before a relay is retried, milliseconds; `attempt` counts from 0. Undefined: not before a restart of the
 * hub.
 */
export function pauseBeforeMs(
  chance: Pick<Chance, 'fraction'>,
  attempt: number,
  error: unknown,
  waitsForBroadcast: boolean,
): number | undefined {
  if (!isGuildmeshError(error)) return backoffMs(chance, waitsForBroadcast ? patient : cheap, attempt);
  if (hopeless.includes(error.code)) return undefined;
  if (error.code === 'VOICE_RATE_LIMITED')
    return rateLimitCoolMs / 2 + (rateLimitCoolMs / 2) * chance.fraction();
  if (/^(VOICE|RELAY)_/.test(error.code)) return 500 + backoffMs(chance, dear, attempt);
  return backoffMs(chance, waitsForBroadcast ? patient : cheap, attempt);
}

/**
 * A pause that Discord requires isn't shortened, nor one on a stage that doesn't let the bot speak: there each try ends
 * with leaving, which is itself one of the changes that would shorten the next pause.
 */
export function mayBeCutShort(cause: GuildmeshError | undefined): boolean {
  return !cause?.code.startsWith('VOICE_') && cause?.code !== 'RELAY_STAGE_SUPPRESSED';
}
