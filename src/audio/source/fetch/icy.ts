/** ICY metadata: after every `icy-metaint` bytes of audio, one length byte × 16 and a text padded with NUL. */

const titlePattern = /StreamTitle='([\s\S]*?)';/;

/** Takes the metadata out of the bytes; chunk borders may fall anywhere. */
export class IcySplitter {
  readonly #intervalBytes: number;
  readonly #onTitle: (title: string) => void;
  #audioLeft: number;
  #metadata: Buffer | undefined;
  #metadataFilled = 0;

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
        this.#metadata = Buffer.alloc((chunk[at] as number) * 16);
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
    const title = withoutReferences(titlePattern.exec(decodeIcyText(metadata))?.[1] ?? '').trim();
    if (title) this.#onTitle(title);
  }
}

/** Stations send UTF-8 or Latin-1 and don't say which. */
export function decodeIcyText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = end < 0 ? bytes : bytes.subarray(0, end);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch {
    return new TextDecoder('latin1').decode(text);
  }
}

const namedReferences: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** Icecast writes what Latin-1 doesn't hold as XML would: `&#8211;` for a dash. */
function withoutReferences(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return namedReferences[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 31 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
