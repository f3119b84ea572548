import { adtsFrame } from '../../mpeg/adts-frame.ts';
import { mp3Frame } from '../../mpeg/mp3-frame.ts';
import { xingHeader, xingPlaceCount } from '../../mpeg/xing-header.ts';
import type { AnyPlace } from '../order/any-place.ts';
import { PlaceReader } from '../order/place-reader.ts';

/** What is read of a file elsewhere to know its rate: some seconds of sound. */
const sampledBytes = 131_072;
/** How far the next frame is looked for behind damage, and how much of a header is needed. */
const resyncBytes = 8_192;
const headerBytes = 10;
const framesToBelieve = 4;

interface AnyFrame {
  sizeBytes: number;
  samples: number;
  sampleRate: number;
}

type FrameAt = (bytes: Buffer, at: number) => AnyFrame | undefined;

/** Where to begin, and which time that is. */
export interface Place {
  atBytes: number;
  atMs: number;
}

/**
 * The place of a time in a file of frames that follow one another, as MP3 and AAC in ADTS have them. A file of this
 * machine is walked through by its frames' headers, which is exact; for another one its table is used, or its rate.
 */
export async function framePlace(file: AnyPlace, soundAt: number, ms: number): Promise<Place | undefined> {
  if (!file.isNear && !file.isCheap) return undefined;
  const reader = new PlaceReader(file.from(soundAt));
  try {
    const start = Buffer.from((await reader.peek(sampledBytes)).subarray(0, sampledBytes));
    const frameAt = kindOf(start);
    if (!frameAt) return undefined;
    return file.isNear
      ? await walked(reader, frameAt, soundAt, ms)
      : estimated(file, frameAt, start, soundAt, ms);
  } finally {
    await reader.leave();
  }
}

/** Undefined where there aren't some frames of a kind in succession at the beginning. */
function kindOf(start: Buffer): FrameAt | undefined {
  return [mp3Frame, adtsFrame].find((frameAt: FrameAt) => {
    let at = firstFrameAt(start, 0, frameAt);
    for (let count = 0; count < framesToBelieve; count++)
      at = at === undefined ? undefined : at + (frameAt(start, at)?.sizeBytes ?? Number.NaN);
    return at !== undefined && !Number.isNaN(at);
  });
}

function firstFrameAt(bytes: Buffer, from: number, frameAt: FrameAt): number | undefined {
  for (
    let at = bytes.indexOf(0xff, from);
    at >= 0 && at - from < resyncBytes;
    at = bytes.indexOf(0xff, at + 1)
  ) {
    const frame = frameAt(bytes, at);
    if (frame && frameAt(bytes, at + frame.sizeBytes)?.sampleRate === frame.sampleRate) return at;
  }
  return undefined;
}

/** Undefined where the file ends before, or where there are no frames for too long. */
async function walked(
  reader: PlaceReader,
  frameAt: FrameAt,
  soundAt: number,
  ms: number,
): Promise<Place | undefined> {
  const walk = new Walk(frameAt, soundAt, ms);
  for await (const chunk of reader.rest()) {
    walk.over(chunk);
    if (walk.found) return walk.found;
    if (walk.isLost) return undefined;
  }
  return undefined;
}

class Walk {
  found: Place | undefined;
  /** There are no frames for too long. */
  isLost = false;
  readonly #frameAt: FrameAt;
  readonly #ms: number;
  #atMs = 0;
  /** Where the held bytes lie in the file. */
  #heldAt: number;
  #held: Buffer = Buffer.alloc(0);
  /** Where the next frame begins in the held bytes, or behind them. */
  #at = 0;

  constructor(frameAt: FrameAt, soundAt: number, ms: number) {
    this.#frameAt = frameAt;
    this.#heldAt = soundAt;
    this.#ms = ms;
  }

  over(chunk: Uint8Array): void {
    this.#held = Buffer.concat([this.#held, chunk]);
    while (this.#at + headerBytes < this.#held.length && this.#step());
    const passed = Math.min(this.#at, this.#held.length);
    this.#held = this.#held.subarray(passed);
    this.#heldAt += passed;
    this.#at -= passed;
  }

  /** False: found, lost, or more bytes are needed. */
  #step(): boolean {
    const frame = this.#frameAt(this.#held, this.#at);
    if (!frame) return this.#overDamage();
    const lengthMs = (frame.samples * 1_000) / frame.sampleRate;
    if (this.#atMs + lengthMs > this.#ms) {
      this.found = { atBytes: this.#heldAt + this.#at, atMs: this.#atMs };
      return false;
    }
    this.#atMs += lengthMs;
    this.#at += frame.sizeBytes;
    return true;
  }

  #overDamage(): boolean {
    const next = firstFrameAt(this.#held, this.#at + 1, this.#frameAt);
    this.isLost = next === undefined && this.#held.length - this.#at > resyncBytes;
    this.#at = next ?? this.#at;
    return next !== undefined;
  }
}

function estimated(
  file: AnyPlace,
  frameAt: FrameAt,
  start: Buffer,
  soundAt: number,
  ms: number,
): Place | undefined {
  const first = firstFrameAt(start, 0, frameAt);
  if (first === undefined) return undefined;
  const table = tableOf(start, first);
  if (table) {
    const part = Math.min(1, ms / table.durationMs);
    return { atBytes: soundAt + first + Math.floor(byteAt(table, part * xingPlaceCount)), atMs: ms };
  }
  let [at, sampledMs] = [first, 0];
  for (let frame = frameAt(start, at); frame; frame = frameAt(start, at)) {
    at += frame.sizeBytes;
    sampledMs += (frame.samples * 1_000) / frame.sampleRate;
  }
  const atBytes = soundAt + first + Math.floor(((at - first) * ms) / sampledMs);
  return sampledMs > 0 && atBytes < (file.sizeBytes ?? 0) ? { atBytes, atMs: ms } : undefined;
}

interface Table {
  durationMs: number;
  sizeBytes: number;
  places: Buffer;
}

function tableOf(start: Buffer, first: number): Table | undefined {
  const frame = mp3Frame(start, first);
  const xing = frame && xingHeader(start, first, frame);
  if (!frame || !xing?.frameCount || !xing.sizeBytes || !xing.places) return undefined;
  const durationMs = (xing.frameCount * frame.samples * 1_000) / frame.sampleRate;
  return { durationMs, sizeBytes: xing.sizeBytes, places: xing.places };
}

function byteAt({ sizeBytes, places }: Table, place: number): number {
  const index = Math.min(xingPlaceCount - 1, Math.floor(place));
  const from = places[index] ?? 0;
  const to = places[index + 1] ?? 256;
  return ((from + (to - from) * (place - index)) * sizeBytes) / 256;
}
