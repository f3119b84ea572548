import { isGuildmeshError } from '#core/errors.ts';
import { OggLinkTitles } from '../ogg/link-titles.ts';
import type { TimedTitles } from './timed-titles.ts';

/** Each link of a chained Ogg has a title of its own. */
export async function* withLinkTitles(
  bytes: AsyncGenerator<Uint8Array>,
  titles: TimedTitles,
): AsyncGenerator<Uint8Array> {
  const links = new OggLinkTitles((atMs, title) => titles.add(atMs, title));
  for await (const chunk of bytes) {
    links.push(chunk);
    yield chunk;
  }
}

/** One decoder after another; a part that it can't decode is left out, once something was heard. */
export async function* eachDecoded(
  parts: AsyncIterable<AsyncGenerator<Uint8Array>>,
  decoded: (part: AsyncGenerator<Uint8Array>) => AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let everGave = false;
  for await (const part of parts) {
    try {
      for await (const packet of decoded(part)) {
        everGave = true;
        yield packet;
      }
    } catch (error) {
      const isNothing =
        isGuildmeshError(error, 'AUDIO_NOT_AUDIO') || isGuildmeshError(error, 'AUDIO_CODEC_CLOSED');
      if (!everGave || !isNothing) throw error;
    }
  }
}
