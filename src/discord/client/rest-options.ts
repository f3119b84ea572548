import { DefaultRestOptions, type RESTOptions } from 'discord.js';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { guardRequests } from './request.ts';

/** A request without an answer by then has failed. */
const requestTimeoutMs = 15_000;

/** Settings for Discord's REST API, with or without a gateway session. */
export function restOptions(
  components: { clock: Clock; logger: Logger },
  apiUrl: string,
): Partial<RESTOptions> {
  return {
    api: apiUrl,
    timeout: requestTimeoutMs,
    // The library would repeat a POST after a 5xx; `guardRequests` repeats only what is safe.
    retries: 0,
    makeRequest: guardRequests({ ...components, send: DefaultRestOptions.makeRequest }),
  };
}
