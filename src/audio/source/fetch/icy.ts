/** ICY metadata: after every `icy-metaint` bytes of audio, one length byte × 16 and a text padded with NUL. */
import { readForeignBytes } from '#core/text/foreign-bytes.ts';
import { withoutReferences } from '#core/text/references.ts';

/** A title may hold quotes and semicolons: it ends before the next field, or with the text. */
const titlePattern = /StreamTitle='([\s\S]*?)'(?:;\s*(?=\w+=')|;?\s*$)/;
/** For one that was cut before its end. */
const cutTitlePattern = /StreamTitle='([\s\S]*)$/;

/**
 * Takes the metadata out of the bytes; chunk borders may fall anywhere. `onTitle`: called whenever the station's title
 * changes; empty when nothing is to be shown.
 */
export class IcySplitter {
  readonly #intervalBytes: number;
  readonly #onTitle: (title: string) => void;
  #audioLeft: number;
  #metadata: Buffer | undefined;
  #metadataFilled = 0;
  #title = '';

  constructor(intervalBytes: number, onTitle: (title: string) => void) {
    this.#intervalBytes = intervalBytes;
    this.#audioLeft = intervalBytes;
    this.#onTitle = onTitle;
  }

  /** The audio of this chunk, as views into it. */
  split(chunk: Uint8Array): Uint8Array[] {
    const audio: Uint8Array[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#audioLeft > 0) {
        const part = chunk.subarray(at, at + this.#audioLeft);
        audio.push(part);
        this.#audioLeft -= part.length;
        at += part.length;
      } else if (!this.#metadata) {
        this.#metadata = Buffer.alloc((chunk[at] ?? 0) * 16);
        this.#metadataFilled = 0;
        at++;
        this.#finishIfFull();
      } else {
        const part = chunk.subarray(at, at + this.#metadata.length - this.#metadataFilled);
        this.#metadata.set(part, this.#metadataFilled);
        this.#metadataFilled += part.length;
        at += part.length;
        this.#finishIfFull();
      }
    }
    return audio;
  }

  #finishIfFull(): void {
    const metadata = this.#metadata;
    if (!metadata || this.#metadataFilled < metadata.length) return;
    this.#metadata = undefined;
    this.#audioLeft = this.#intervalBytes;
    const title = titleIn(metadata);
    if (title === undefined || title === this.#title) return;
    this.#title = title;
    this.#onTitle(title);
  }
}

/**
 * Undefined where it doesn't mention a title. The title is decoded on its own: other fields may be encoded differently.
 */
function titleIn(metadata: Uint8Array): string | undefined {
  // Latin-1: each character of the text is one byte.
  const text = Buffer.from(upToNul(metadata)).toString('latin1');
  const found = (titlePattern.exec(text) ?? cutTitlePattern.exec(text))?.[1];
  if (found === undefined) return undefined;
  const title = withoutReferences(readForeignBytes(Buffer.from(found, 'latin1'))).trim();
  // “ - ” is what remains between artist and title when neither is known.
  return /[\p{L}\p{N}\p{S}]/u.test(title) ? title : '';
}

/** Stations don't name their encoding. */
export function decodeIcyText(bytes: Uint8Array): string {
  return readForeignBytes(upToNul(bytes));
}

function upToNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
