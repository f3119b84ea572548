import { type Client, DiscordAPIError, DiscordjsError, DiscordjsErrorCodes, Events } from 'discord.js';
import { GatewayCloseCodes } from 'discord-api-types/v10';
import type { Clock } from '#core/clock.ts';
import { errorText, type GuildmeshError } from '#core/errors.ts';
import type { Secret } from '#core/secret.ts';
import { discordErrors } from '../errors.ts';

/** From the first request until all guilds are known. */
const loginTimeoutMs = 30_000;

/**
 * Logs in and waits until the guilds are known. Throws DISCORD_TOKEN_INVALID, DISCORD_INTENTS_DISALLOWED,
 * DISCORD_SESSIONS_EXHAUSTED, DISCORD_UNREACHABLE, DISCORD_GATEWAY_CLOSED, or the signal's reason.
 */
export async function login(
  components: { client: Client; clock: Clock },
  init: { token: Secret; apiUrl: string },
  signal: AbortSignal,
): Promise<void> {
  const { client, clock } = components;
  signal.throwIfAborted();
  const waiting = new AbortController();
  const timer = clock.after(loginTimeoutMs, () => waiting.abort(new Error('no answer in time')));
  const ready = readyOrClosed(client, AbortSignal.any([signal, waiting.signal]));
  try {
    // The library's login neither resolves nor rejects against a gateway that is down.
    await Promise.race([client.login(init.token.reveal()).then(() => ready), ready]);
  } catch (error) {
    signal.throwIfAborted();
    throw loginError(error, init.apiUrl);
  } finally {
    timer.cancel();
    waiting.abort();
  }
}

/** The meaning of a final close code of the main gateway. */
export function closeError(closeCode: number): GuildmeshError {
  if (closeCode === GatewayCloseCodes.AuthenticationFailed) return discordErrors.DISCORD_TOKEN_INVALID();
  if (closeCode === GatewayCloseCodes.DisallowedIntents || closeCode === GatewayCloseCodes.InvalidIntents)
    return discordErrors.DISCORD_INTENTS_DISALLOWED({ closeCode });
  return discordErrors.DISCORD_GATEWAY_CLOSED({ closeCode });
}

function readyOrClosed(client: Client, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      client.off(Events.ClientReady, onReady);
      client.off(Events.ShardDisconnect, onClosed);
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    const onReady = () => settle(resolve);
    const onClosed = (event: { code: number }) => settle(() => reject(closeError(event.code)));
    const onAbort = () => settle(() => reject(signal.reason));
    client.once(Events.ClientReady, onReady);
    client.once(Events.ShardDisconnect, onClosed);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** Why we couldn't talk to Discord at all. */
export function loginError(error: unknown, apiUrl: string): unknown {
  if (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid)
    return discordErrors.DISCORD_TOKEN_INVALID(undefined, { cause: error });
  if (error instanceof DiscordAPIError && error.status === 401)
    return discordErrors.DISCORD_TOKEN_INVALID(undefined, { cause: error });
  if (errorText(error).includes('sessions remaining'))
    return discordErrors.DISCORD_SESSIONS_EXHAUSTED({ reason: errorText(error) }, { cause: error });
  if (error instanceof Error && error.name === 'GuildmeshError') return error;
  return discordErrors.DISCORD_UNREACHABLE({ apiUrl, reason: reasonOf(error) }, { cause: error });
}

/** ECONNREFUSED, ENOTFOUND, an HTTP status, or the text. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof Error && 'status' in error) return `HTTP ${error.status}`;
  return errorText(error);
}
