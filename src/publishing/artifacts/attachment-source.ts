import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { errnoOf } from '#storage/files/errno.ts';
import { artifactErrors } from './errors.ts';

/** https://docs.discord.com/developers/reference#signed-attachment-cdn-urls */
const discordHosts: readonly string[] = ['cdn.discordapp.com', 'media.discordapp.net'];
/** Until the answer's head has come; the store watches the bytes. */
const answerTimeoutMs = 15_000;

export interface AttachmentSourceInit {
  /** `discord.apiUrl`: attachments of a local stand-in for Discord come from its own origin. */
  apiUrl: string;
}

/** The bytes of an attachment of a Discord interaction. Requests go only to Discord's own hosts. */
export class AttachmentSource {
  readonly #clock: Clock;
  readonly #origins: ReadonlySet<string>;

  constructor(components: { clock: Clock }, init: AttachmentSourceInit) {
    this.#clock = components.clock;
    this.#origins = new Set([...discordHosts.map((host) => `https://${host}`), new URL(init.apiUrl).origin]);
  }

  /** Throws ARTIFACT_ATTACHMENT_REFUSED, ARTIFACT_ATTACHMENT_FAILED; returns exactly `sizeBytes`. */
  async *open(address: string, sizeBytes: number, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
    const url = new URL(address);
    if (!this.#origins.has(url.origin) || url.username !== '' || url.password !== '')
      throw artifactErrors.ARTIFACT_ATTACHMENT_REFUSED({ host: url.host.slice(0, 100) || 'there' });
    const answer = await this.#answer(url, signal);
    let readBytes = 0;
    for await (const chunk of bodyOf(answer)) {
      readBytes += chunk.byteLength;
      if (readBytes > sizeBytes) break;
      yield chunk;
    }
    if (readBytes !== sizeBytes) throw failed('its size is not the one that was announced');
  }

  async #answer(url: URL, signal: AbortSignal): Promise<Response> {
    const late = new AbortController();
    const timer = this.#clock.after(answerTimeoutMs, () => late.abort(failed('no answer came in time')));
    try {
      // A redirect could lead anywhere, so it is treated like any other wrong answer.
      const answer = await fetch(url, {
        redirect: 'manual',
        // A compressed body would have another size than the attachment.
        headers: { 'accept-encoding': 'identity' },
        signal: AbortSignal.any([signal, late.signal]),
      });
      if (answer.status === 200) return answer;
      await answer.body?.cancel();
      throw failed(`it answered ${answer.status}`);
    } catch (error) {
      throw translated(error, signal);
    } finally {
      timer.cancel();
    }
  }
}

async function* bodyOf(answer: Response): AsyncGenerator<Uint8Array, void> {
  try {
    yield* answer.body ?? [];
  } catch (error) {
    throw translated(error, undefined);
  }
}

function translated(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (isGuildmeshError(error)) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  return failed(`the connection failed (${errnoOf(cause) ?? 'no reason given'})`, error);
}

function failed(reason: string, cause?: unknown): Error {
  return artifactErrors.ARTIFACT_ATTACHMENT_FAILED({ reason }, { cause });
}
