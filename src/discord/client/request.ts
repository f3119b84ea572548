import type { RESTOptions } from 'discord.js';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { discordErrors } from '../errors.ts';

/** Discord bans an address at 10,000 refused requests within 10 minutes; we pause far below. */
export const invalidAnswersMax = 1_000;
export const invalidWindowMs = 10 * 60_000;
/** Repeats of a request that is safe to repeat. A POST is never repeated: it could act twice. */
export const requestRetriesMax = 2;
const retryDelaysMs = [250, 1_000];

export type MakeRequest = RESTOptions['makeRequest'];

export interface RequestComponents {
  clock: Clock;
  logger: Logger;
  send: MakeRequest;
}

/**
 * The only way to Discord's REST API: counts refused requests and pauses before Discord bans this address, and repeats
 * idempotent requests after server errors.
 */
export function guardRequests(components: RequestComponents, init = { invalidAnswersMax }): MakeRequest {
  const breaker = new InvalidAnswerBreaker(components.clock, init.invalidAnswersMax);
  return async (url, request) => {
    breaker.assertClosed();
    const answer = await sendPatiently(components, url, request);
    if (breaker.record(answer.status, answer.headers.get('x-ratelimit-scope')))
      components.logger.error(
        { invalidAnswersMax: init.invalidAnswersMax },
        'Discord refuses too much: sending paused',
      );
    return answer;
  };
}

class InvalidAnswerBreaker {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #max: number;
  #count = 0;
  #windowStartMs = 0;

  constructor(clock: Pick<Clock, 'monotonicMs'>, max: number) {
    this.#clock = clock;
    this.#max = max;
  }

  assertClosed(): void {
    if (this.#clock.monotonicMs() - this.#windowStartMs >= invalidWindowMs) this.#count = 0;
    if (this.#count < this.#max) return;
    throw discordErrors.DISCORD_BREAKER_OPEN({ invalidAnswers: this.#count, windowMs: invalidWindowMs });
  }

  /** True when this answer opened the breaker. */
  record(status: number, rateLimitScope: string | null): boolean {
    // Limits shared with other bots do not count towards the ban.
    const invalid = status === 401 || status === 403 || (status === 429 && rateLimitScope !== 'shared');
    if (!invalid) return false;
    if (this.#count === 0) this.#windowStartMs = this.#clock.monotonicMs();
    this.#count += 1;
    return this.#count === this.#max;
  }
}

async function sendPatiently(
  { clock, logger, send }: RequestComponents,
  url: string,
  request: Parameters<MakeRequest>[1],
): ReturnType<MakeRequest> {
  const method = (request.method ?? 'GET').toUpperCase();
  const retriesMax = method === 'POST' ? 0 : requestRetriesMax;
  for (let attempt = 0; ; attempt++) {
    try {
      const answer = await send(url, request);
      if (answer.status < 500 || attempt >= retriesMax) return answer;
      logger.warn(
        { method, status: answer.status, attempt },
        'Discord answered with a server error, trying again',
      );
    } catch (error) {
      if (request.signal?.aborted || attempt >= retriesMax) throw error;
      logger.warn({ method, err: error, attempt }, 'Discord could not be reached, trying again');
    }
    await clock.sleep(retryDelaysMs[attempt] ?? 0, (request.signal as AbortSignal | null) ?? undefined);
  }
}
