import { type OggPage, OggPageReader } from './page-reader.ts';

const headerBytes = 27;
/** Streams side by side in one link: sound, picture, texts. */
const streamsMax = 16;

interface Piece {
  bytes: Buffer;
  /** At the beginning of a link: the codecs of its streams. */
  codecs?: string;
}

/**
 * The pages of a chained Ogg in parts of one codec each, for a decoder that can't switch codecs (ffmpeg ends where
 * Vorbis follows Opus). Links of the same codec stay together. A part must be read to its end, or left, before the
 * next: its unread rest is skipped.
 */
export async function* codecParts(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<AsyncGenerator<Uint8Array>, void, void> {
  const pieces = piecesOf(bytes);
  const next = async () => (await pieces.next()).value ?? undefined;
  let waiting = await next();
  while (waiting) {
    const first: Piece = waiting;
    let codecs = first.codecs;
    let isOver = false;
    waiting = undefined;
    /** Undefined at the end of the part; the page that begins the next part is kept. */
    const following = async (): Promise<Piece | undefined> => {
      const piece = isOver ? undefined : await next();
      isOver ||= !piece || (piece.codecs !== undefined && codecs !== undefined && piece.codecs !== codecs);
      if (isOver) waiting ??= piece;
      else codecs ??= piece?.codecs;
      return isOver ? undefined : piece;
    };
    async function* part(): AsyncGenerator<Uint8Array> {
      for (let piece: Piece | undefined = first; piece; piece = await following()) yield piece.bytes;
    }
    yield part();
    while (await following());
  }
}

/** Pages; those that begin a link are kept together, because only then are all its streams known. */
async function* piecesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Piece, undefined, void> {
  const reader = new OggPageReader();
  const pieces: Piece[] = [];
  let beginnings: { bytes: Buffer; codec: string }[] = [];
  for await (const chunk of bytes) {
    reader.push(chunk, (page) => {
      const piece = rawOf(page);
      if (page.first && beginnings.length < streamsMax) {
        beginnings.push({ bytes: piece, codec: codecOf(page) });
        return;
      }
      if (beginnings.length > 0) {
        const codecs = beginnings.map(({ codec }) => codec).sort();
        pieces.push({ bytes: Buffer.concat(beginnings.map((each) => each.bytes)), codecs: codecs.join() });
        beginnings = [];
      }
      pieces.push({ bytes: piece });
    });
    yield* pieces.splice(0);
  }
  return undefined;
}

/** A copy: the page is a view into the reader's buffer, header before lacing before body. */
function rawOf({ body, lacing }: OggPage): Buffer {
  const start = lacing.byteOffset - headerBytes;
  return Buffer.from(Buffer.from(lacing.buffer, start, headerBytes + lacing.length + body.length));
}

/** Every mapping into Ogg begins with its name: "OpusHead", "\x01vorbis", "\x7fFLAC". */
function codecOf({ body }: OggPage): string {
  return Buffer.from(body.subarray(0, 5)).toString('latin1');
}
