import { REST } from 'discord.js';
import { type APIApplication, Routes } from 'discord-api-types/v10';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import type { Secret } from '#core/secret.ts';
import { loginError } from './login.ts';
import { restOptions } from './rest-options.ts';

/** The application of this token. Throws DISCORD_TOKEN_INVALID, DISCORD_UNREACHABLE, or the signal's reason. */
export async function applicationIdOf(
  components: { clock: Clock; logger: Logger },
  init: { token: Secret; apiUrl: string },
  signal: AbortSignal,
): Promise<string> {
  const rest = new REST(restOptions(components, init.apiUrl)).setToken(init.token.reveal());
  try {
    const application = (await rest.get(Routes.currentApplication(), { signal })) as APIApplication;
    return application.id;
  } catch (error) {
    signal.throwIfAborted();
    throw loginError(error, init.apiUrl);
  }
}
