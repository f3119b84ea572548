import { z } from 'zod';
import type { Publisher } from '#contracts/publisher.ts';
import type { Clock } from '#core/clock.ts';
import { withDeadline } from '#core/deadline.ts';
import { errorText } from '#core/errors.ts';
import type { Scrubber } from '#core/scrubber.ts';
import { createHostHttp } from '../http/host-http.ts';
import type { PlatformSettings } from '../platform-settings.ts';
import { authoriseErrors } from './errors.ts';

const askingMaxMs = 5_000;
const answerBytesMax = 64 * 1024;

const answered = z.object({ fields: z.record(z.string().max(64), z.string().min(1).max(16_384)) });

export interface TryOutTokensComponents {
  platforms: Pick<PlatformSettings, 'address'>;
  clock: Clock;
  scrubber: Scrubber;
}

/** Tokens of stand-ins on this machine, for publishers whose every base address is there. */
export class TryOutTokens {
  readonly #components: TryOutTokensComponents;
  readonly #baseUrl: string | undefined;

  /** Without an address none is offered: outside of the playground. */
  constructor(components: TryOutTokensComponents, baseUrl: string | undefined) {
    this.#components = components;
    this.#baseUrl = baseUrl;
  }

  isOffered({ id, addresses = {} }: Pick<Publisher, 'id' | 'addresses'>): boolean {
    const names = Object.keys(addresses);
    if (this.#baseUrl === undefined || names.length === 0) return false;
    const { origin } = new URL(this.#baseUrl);
    return names.every((name) => new URL(this.#components.platforms.address(id, name)).origin === origin);
  }

  /** By the credentials' names. Throws PUBLISH_TRY_OUT_FAILED. */
  async of({ id, describe }: Pick<Publisher, 'id' | 'describe'>): Promise<Record<string, string>> {
    const { clock } = this.#components;
    try {
      return await withDeadline(clock, askingMaxMs, undefined, async (signal) => {
        const { fetch } = createHostHttp(this.#components, { dryRun: false, signal });
        const headers = { accept: 'application/json' };
        const response = await fetch(`${this.#baseUrl}/${id}/tokens`, { method: 'POST', headers, signal });
        const text = await response.text();
        if (!response.ok || text.length > answerBytesMax)
          throw new Error(`it answered with ${response.status}`);
        return answered.parse(JSON.parse(text)).fields;
      });
    } catch (cause) {
      const reason = cause instanceof z.ZodError ? 'its answer holds none' : errorText(cause);
      throw authoriseErrors.PUBLISH_TRY_OUT_FAILED({ publisher: describe.title, reason }, { cause });
    }
  }
}
