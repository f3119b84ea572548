import type { GuildmeshError } from '#core/errors.ts';

/** RFC 8216 names no limit; hours of segments fit. */
export const playlistBytesMax = 1_048_576;

export type RemotePlaylist =
  | { kind: 'hls'; text: string }
  /** A list with the address of a station, as radios hand them out. */
  | { kind: 'list'; address: string };

/** Reads an HLS playlist, or the first address of an M3U or PLS list. Throws what `refused` makes. */
export async function readRemotePlaylist(
  bytes: AsyncIterable<Uint8Array>,
  refused: (reason: string) => GuildmeshError,
): Promise<RemotePlaylist> {
  const text = await readText(bytes, refused);
  if (/^#EXT-X-/m.test(text)) return { kind: 'hls', text };
  const address = /^(?:File\d+\s*=\s*)?(https?:\/\/\S+)/im.exec(text)?.[1];
  if (!address) throw refused('it names no http or https address');
  return { kind: 'list', address };
}

export async function readText(
  bytes: AsyncIterable<Uint8Array>,
  refused: (reason: string) => GuildmeshError,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > playlistBytesMax) throw refused('it is longer than 1 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\ufeff/, '');
}
