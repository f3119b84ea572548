/**
 * Answers that no strict HTTP parser accepts and every player plays: `ICY 200 OK`, lines that end in a bare line feed,
 * folded lines and lines without a colon, lengths that are given twice or beside a transfer encoding. Lenient about
 * their form, strict about the amount that is read. Each connection carries one answer, so a length that is understood
 * differently than its sender meant moves no border between two of them.
 */
import { headerBytesMax } from './asking.ts';
import { whatSpeaks } from './other-protocols.ts';

/** The answer can't be read; `reason` is for people. */
export class LaxAnswerRefused extends Error {
  override readonly name = 'LaxAnswerRefused';
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

export interface LaxHead {
  status: number;
  /** The phrase after the status, such as `Server Full`. */
  phrase: string;
  headers: ReadonlyMap<string, string>;
}

const statusLine = /^(?:HTTP|ICY)(?:\/\d+(?:\.\d+)?)?[ \t]+(\d{3})(?!\d)[ \t]*([^\r\n]*)/i;
const endOfLine = /\r*\n/;
const endOfHead = /\r*\n\r*\n/;
/** `100 Continue` and similar answers before the final one. */
const interimAnswersMax = 4;
/** A size in hexadecimal digits, and an extension that nobody uses. */
const chunkLine = /^[ \t]*([0-9a-f]{1,8})[ \t]*(?:;[^\n]*)?\r*\n/i;
const chunkLineBegun = /^[ \t]*[0-9a-f]{0,8}[ \t]*(?:;[^\n]*|\r*)?$/i;
const chunkLineBytesMax = 256;

/** Reads the head of an answer; the body follows from the reader. Throws LaxAnswerRefused. */
export async function readHead(reader: ByteReader): Promise<LaxHead> {
  for (let interim = 0; interim <= interimAnswersMax; interim++) {
    const head = parseHead(await headText(reader));
    if (head.status >= 200) return head;
  }
  throw new LaxAnswerRefused('it never comes to its answer');
}

async function headText(reader: ByteReader): Promise<string> {
  for (;;) {
    // Latin-1: an index into the text is an index into the bytes. Blank lines before the first are skipped.
    const text = reader.held.toString('latin1', 0, headerBytesMax);
    const blank = /^[\r\n]*/.exec(text)?.[0].length ?? 0;
    const end = endOfHead.exec(text.slice(blank));
    if (end) {
      reader.drop(blank + end.index + end[0].length);
      return text.slice(blank, blank + end.index);
    }
    const other = whatSpeaks(reader.held, false);
    if (other !== undefined) throw new LaxAnswerRefused(other);
    if (reader.held.length >= headerBytesMax)
      throw new LaxAnswerRefused('the head of its answer is too long');
    if (!(await reader.more()))
      throw new LaxAnswerRefused(whatSpeaks(reader.held, true) ?? 'it closed the connection');
  }
}

function parseHead(text: string): LaxHead {
  const [first = '', ...lines] = text.split(endOfLine);
  const [, status, phrase = ''] = statusLine.exec(first) ?? [];
  if (status === undefined) throw new LaxAnswerRefused('it speaks neither HTTP nor SHOUTcast');
  const { headers, lengths } = fieldsOf(lines);
  const [length = ''] = lengths;
  // A radio's length is made up, two that differ say nothing, and neither does one that isn't a number: the body ends
  // with its connection.
  const isRadio = /^icy/i.test(first) || [...headers.keys()].some((name) => name.startsWith('icy-'));
  if (!isRadio && lengths.size === 1 && /^\d{1,15}$/.test(length)) headers.set('content-length', length);
  else headers.delete('content-length');
  return { status: Number(status), phrase: phrase.trim(), headers };
}

/** The first of each name counts, but every length that is said; a line that begins with a space goes on with the last. */
function fieldsOf(lines: readonly string[]): { headers: Map<string, string>; lengths: Set<string> } {
  const headers = new Map<string, string>();
  const lengths = new Set<string>();
  let last = '';
  for (const line of lines) {
    if (/^[ \t]/.test(line) && headers.has(last)) {
      headers.set(last, `${headers.get(last)} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    last = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (last === 'content-length') for (const each of value.split(',')) lengths.add(each.trim());
    if (!headers.has(last)) headers.set(last, value);
  }
  return { headers, lengths };
}

/** The bytes after the head. Throws when they end before their length, or inside a chunk. */
export async function* readBody(
  { headers }: LaxHead,
  reader: ByteReader,
): AsyncGenerator<Uint8Array, void, void> {
  const length = headers.get('content-length');
  if (/\bchunked\s*$/i.test(headers.get('transfer-encoding') ?? '')) yield* chunkedBody(reader);
  else if (length !== undefined) yield* exactly(Number(length), reader);
  else yield* untilClosed(reader);
}

async function* chunkedBody(reader: ByteReader): AsyncGenerator<Uint8Array, void, void> {
  for (let isFirst = true; ; isFirst = false) {
    const size = await chunkSize(reader);
    // Announced as chunked, but sent without chunks: proxies remove the chunks and leave the header.
    if (size === undefined && isFirst) return yield* untilClosed(reader);
    if (size === undefined) throw new Error('a chunk begins with no size');
    if (size === 0) return;
    yield* exactly(size, reader);
    await reader.skip(/^\r*\n/, 4);
  }
}

async function chunkSize(reader: ByteReader): Promise<number | undefined> {
  for (;;) {
    const text = reader.held.subarray(0, chunkLineBytesMax).toString('latin1');
    const line = chunkLine.exec(text);
    if (line) {
      reader.drop(line[0].length);
      return Number.parseInt(line[1] ?? '', 16);
    }
    if (text.length >= chunkLineBytesMax || !chunkLineBegun.test(text)) return undefined;
    if (!(await reader.more())) return undefined;
  }
}

async function* exactly(bytes: number, reader: ByteReader): AsyncGenerator<Uint8Array, void, void> {
  for (let left = bytes; left > 0; ) {
    if (reader.held.length === 0 && !(await reader.more())) throw new Error('it ended before its length');
    const part = reader.take(left);
    left -= part.length;
    yield part;
  }
}

async function* untilClosed(reader: ByteReader): AsyncGenerator<Uint8Array, void, void> {
  while (reader.held.length > 0 || (await reader.more())) yield reader.take(Number.POSITIVE_INFINITY);
}

/** Bytes of a connection; bytes that were read too far can be put back. */
export class ByteReader {
  held: Buffer = Buffer.alloc(0);
  readonly #iterator: AsyncIterator<Uint8Array>;

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#iterator = bytes[Symbol.asyncIterator]();
  }

  /** False: nothing more comes. */
  async more(): Promise<boolean> {
    const { done, value } = await this.#iterator.next();
    if (done) return false;
    const came = Buffer.from(value.buffer, value.byteOffset, value.length);
    this.held = this.held.length === 0 ? came : Buffer.concat([this.held, came]);
    return true;
  }

  take(bytesMax: number): Buffer {
    const part = this.held.subarray(0, bytesMax);
    this.drop(part.length);
    return part;
  }

  drop(bytes: number): void {
    this.held = this.held.subarray(bytes);
  }

  /** Skips what matches at this place, if it does. */
  async skip(pattern: RegExp, bytesMax: number): Promise<void> {
    while (this.held.length < bytesMax && !pattern.test(this.held.toString('latin1', 0, bytesMax)))
      if (!(await this.more())) return;
    this.drop(pattern.exec(this.held.toString('latin1', 0, bytesMax))?.[0].length ?? 0);
  }
}
