import { backoffMs } from '#core/backoff.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { atMost } from '#core/deadline.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { audioErrors, shown } from '../../errors.ts';
import { type AnyPlace, SkipTooLong } from '../order/any-place.ts';
import { whyNotAnswered } from '../why-silent.ts';
import { isWhole } from './asking.ts';
import type { FetchedAnswer, FetchedBody, SourceFetcher } from './fetcher.ts';
import { contradicts, type Version, versionOf } from './version.ts';

/** After this many requests in a row without a single new byte, a file is given up. */
export const fruitlessMax = 3;
/** After this many refusals or failed connections in a row, waiting on is left to the caller. */
const failuresMax = 5;
/** How much of its beginning is kept, to recognise it where the server gives only the whole. */
const beginningBytesMax = 65_536;
/** A host that neither sends nor hangs up for this long has forgotten us. */
const silenceMsMax = 5_000;
/**
 * An answer cut after less than this delays the next attempt: answers of a few bytes each would make a flood of
 * requests.
 */
const healthyBytes = 65_536;
const retryBackoff = { baseMs: 250, ceilingMs: 4_000 };

export interface ContinuedFileComponents {
  clock: Clock;
  chance: Chance;
  fetcher: SourceFetcher;
}

export interface ContinuedFileInit {
  /** As a person typed it. */
  source: string;
  /** Requested again each time: its redirect may be valid for one answer only. */
  url: URL;
  /** The answer that showed that it is a file; from its first byte, not read yet. */
  first: FetchedBody;
}

/**
 * A file by HTTP as one body, however often its connection breaks: the rest is requested, if the file is still the same
 * (Range and If-Range, RFC 9110 §13, §14); where its server sends the whole instead, what was read is skipped.
 */
export class ContinuedFile implements AnyPlace {
  readonly #components: ContinuedFileComponents;
  readonly #init: ContinuedFileInit;
  readonly #signal: AbortSignal;
  readonly #version: Version;
  #first: FetchedBody | undefined;
  #open: FetchedBody | undefined;
  #beginning: Buffer = Buffer.alloc(0);
  /** Its server supports ranges, as far as is known. */
  #givesParts: boolean;

  constructor(components: ContinuedFileComponents, init: ContinuedFileInit, signal: AbortSignal) {
    this.#components = components;
    this.#init = init;
    this.#signal = signal;
    this.#first = init.first;
    this.#version = versionOf(init.first.headers);
    this.#givesParts = !/none/i.test(init.first.headers.get('accept-ranges') ?? '');
  }

  /** Absent: it ends where its answer does. */
  get sizeBytes(): number | undefined {
    return this.#version.sizeBytes;
  }

  /** Its server says that it supports ranges. */
  get isCheap(): boolean {
    return this.#givesParts && /bytes/i.test(this.#init.first.headers.get('accept-ranges') ?? '');
  }

  /**
   * From a byte on to its end. One reader at a time. `skipBytesMax`: how much may be read to get there where the server
   * supports no ranges; more is SkipTooLong. Throws AUDIO_SOURCE_STUCK, AUDIO_SOURCE_CHANGED, the fetcher's errors, and
   * the signal's reason.
   */
  async *from(
    start: number,
    skipBytesMax = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<Uint8Array, void, void> {
    let at = start;
    let fruitless = 0;
    for (let attempt = 0; !this.#isEnd(at); attempt++) {
      const before = at;
      const endedWell = yield* this.#stretch(at, skipBytesMax, (bytes) => {
        at += bytes;
      });
      // Without a length, the end is where the server says so and sends nothing more on request.
      if (endedWell && this.#version.sizeBytes === undefined && (this.#version.saysItsEnd || at === before))
        return;
      fruitless = at > before ? 0 : fruitless + 1;
      if (fruitless >= fruitlessMax) throw this.#stuck();
      if (at - before >= healthyBytes) attempt = 0;
      if (attempt > 0) await this.#pause(attempt);
    }
  }

  close(): void {
    this.#first?.close();
    this.#open?.close();
  }

  #isEnd(at: number): boolean {
    return this.#version.sizeBytes !== undefined && at >= this.#version.sizeBytes;
  }

  /** One answer, as far as it goes. True: it ended where it should. */
  async *#stretch(
    at: number,
    skipBytesMax: number,
    onBytes: (bytes: number) => void,
  ): AsyncGenerator<Uint8Array, boolean, void> {
    const body = await this.#bodyFrom(at, skipBytesMax);
    if (!body) return true;
    this.#open = body;
    let read = at;
    try {
      for await (const chunk of this.#unlessSilent(body.bytes)) {
        if (read < beginningBytesMax && read === this.#beginning.length)
          this.#beginning = Buffer.concat([this.#beginning, chunk]).subarray(0, beginningBytesMax);
        read += chunk.length;
        onBytes(chunk.length);
        yield chunk;
      }
      return true;
    } catch (error) {
      this.#signal.throwIfAborted();
      if (isFinal(error)) throw error;
      return false;
    } finally {
      body.close();
    }
  }

  /** Undefined: it ends there. */
  async #bodyFrom(at: number, skipBytesMax: number): Promise<FetchedBody | undefined> {
    const first = this.#first;
    this.#first = undefined;
    if (first && at === 0) return first;
    first?.close();
    for (let failures = 1; ; failures++) {
      try {
        return await this.#ask(at, skipBytesMax);
      } catch (error) {
        this.#signal.throwIfAborted();
        if (isFinal(error) || error instanceof SkipTooLong || failures >= failuresMax) throw error;
      }
      await this.#pause(failures);
    }
  }

  async #ask(at: number, skipBytesMax: number): Promise<FetchedBody | undefined> {
    const { fetcher } = this.#components;
    const asksPart = at > 0 && this.#givesParts;
    const wanted = asksPart ? { range: [at] as const, ifRange: this.#version.validator } : {};
    const answer = await fetcher.ask(this.#init.url, wanted, this.#signal);
    try {
      if (asksPart && answer.status === 206) return await this.#part(answer, at, skipBytesMax);
      if (asksPart && answer.status === 416) return await this.#pastItsEnd(answer, at, skipBytesMax);
      if (!(asksPart ? answer.status === 200 : isWhole(answer))) throw whyNotAnswered(answer);
      this.#requireSame(versionOf(answer.headers));
      if (at > skipBytesMax) throw new SkipTooLong(`${at} bytes would have to be left out`);
      return at === 0 ? answer : { ...answer, bytes: this.#without(answer.bytes, at) };
    } catch (error) {
      answer.close();
      throw error;
    }
  }

  async #part(answer: FetchedAnswer, at: number, skipBytesMax: number): Promise<FetchedBody | undefined> {
    const range = /^bytes\s+(\d+)-(\d+)\/(\d+|\*)$/i.exec(answer.headers.get('content-range')?.trim() ?? '');
    const isWhatWasAsked = range && Number(range[1]) === at && Number(range[2]) >= at;
    if (!isWhatWasAsked) return this.#withoutParts(answer, at, skipBytesMax);
    const sizeBytes = range[3] === '*' ? undefined : Number(range[3]);
    this.#requireSame({ ...versionOf(answer.headers), sizeBytes });
    this.#version.sizeBytes ??= sizeBytes;
    return answer;
  }

  /** 416: it is shorter by now, it was read to its end, or its server can't count. */
  #pastItsEnd(answer: FetchedAnswer, at: number, skipBytesMax: number): Promise<FetchedBody | undefined> {
    const size = /^bytes\s+\*\/(\d+)$/i.exec(answer.headers.get('content-range')?.trim() ?? '')?.[1];
    if (size !== undefined) this.#requireSame({ sizeBytes: Number(size) });
    if (this.#version.sizeBytes !== undefined) return this.#withoutParts(answer, at, skipBytesMax);
    answer.close();
    return Promise.resolve(undefined);
  }

  /** What the server calls a part is another part: use the whole then. */
  #withoutParts(answer: FetchedAnswer, at: number, skipBytesMax: number): Promise<FetchedBody | undefined> {
    answer.close();
    this.#givesParts = false;
    return this.#ask(at, skipBytesMax);
  }

  #requireSame(now: Partial<Version>): void {
    const reason = contradicts(this.#version, now);
    if (reason) throw this.#changed(reason);
  }

  /** The whole without its beginning, which must equal what was read. */
  async *#without(bytes: AsyncIterable<Uint8Array>, length: number): AsyncGenerator<Uint8Array, void, void> {
    let at = 0;
    for await (const chunk of bytes) {
      const known = this.#beginning.subarray(at, at + chunk.length);
      if (!known.equals(chunk.subarray(0, known.length))) throw this.#isAnother();
      if (at + chunk.length > length) yield chunk.subarray(Math.max(0, length - at));
      at += chunk.length;
    }
  }

  /** A station may give a length that means nothing: its sound differs at each start, and it goes on. */
  #isAnother(): Error {
    return this.#version.isKept
      ? this.#changed('it begins in another way')
      : new NoFile('it begins in another way each time');
  }

  async *#unlessSilent(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    const iterator = bytes[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await atMost(this.#components.clock, silenceMsMax, iterator.next());
        if (!next) throw new Error(`nothing came for ${silenceMsMax} ms`);
        if (next.done) return;
        yield next.value;
      }
    } finally {
      // An answer that never comes is cut by its opener; it is not waited for.
      void iterator.return?.()?.catch(() => {});
    }
  }

  #pause(attempt: number): Promise<void> {
    const { chance, clock } = this.#components;
    return clock.sleep(backoffMs(chance, retryBackoff, attempt), this.#signal);
  }

  #stuck(): Error {
    return audioErrors.AUDIO_SOURCE_STUCK({ source: shown(this.#init.source), times: fruitlessMax });
  }

  #changed(reason: string): Error {
    return audioErrors.AUDIO_SOURCE_CHANGED({ source: shown(this.#init.source), reason });
  }
}

/** It gave a length, and is a station: its caller starts over. */
class NoFile extends Error {
  override readonly name = 'NoFile';
}

function isFinal(error: unknown): boolean {
  if (error instanceof NoFile) return true;
  return isGuildmeshError(error, 'AUDIO_SOURCE_CHANGED') || isGuildmeshError(error, 'AUDIO_SOURCE_STUCK');
}
