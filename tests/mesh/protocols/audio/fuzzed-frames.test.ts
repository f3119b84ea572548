/**
 * Frames of a peer that means harm, from bytes to the listener's sink. 30,000 in the suite; all of them with
 * FUZZED_FRAMES=1000000 vitest run tests/mesh/protocols/audio/fuzzed-frames.test.ts
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { Frame } from '#contracts/audio.ts';
import { framePayloadBytesMax } from '#contracts/audio.ts';
import { ClientMachine } from '#mesh/protocols/audio/client-machine.ts';
import { audioCodec } from '#mesh/protocols/audio/codec.ts';
import { audioLimits } from '#mesh/protocols/audio/limits.ts';
import { isWellFormed } from '#mesh/protocols/audio/packet-form.ts';
import { lasts20Ms } from '#mesh/protocols/audio/toc.ts';
import { WireViolation } from '#mesh/protocols/wire/violation.ts';
import { seeded } from '../../../support/seeded.ts';

const framesCount = Number(process.env.FUZZED_FRAMES ?? 30_000);
/** What may be held on to between the first and the last frame. */
const growthMaxBytes = 2 * 1024 * 1024;
const frameNumber = 0x10;
const headerBytes = 16;

test('no fuzzed frame passes that isn’t one, nothing throws, and the heap stays flat', {
  timeout: 600_000,
}, () => {
  const next = seeded(0x5eed);
  const delivered = { good: 0, bad: 0 };
  const judge = ({ payload, captureTimeMs }: Frame) => {
    const good =
      payload.length >= 1 &&
      payload.length <= framePayloadBytesMax &&
      lasts20Ms(payload) &&
      isWellFormed(payload) &&
      Number.isFinite(captureTimeMs);
    delivered[good ? 'good' : 'bad'] += 1;
  };
  let peer = new Peer(judge);
  let cutCount = 0;
  let usedBytes = 0;
  for (let index = 0; index < framesCount; index += 1) {
    if (index === 5_000) usedBytes = heapBytes();
    peer.nowMs += 17;
    peer.hear(fuzzed(next), next);
    if (!peer.over) continue;
    cutCount += 1;
    peer = new Peer(judge);
  }
  const grownBytes = heapBytes() - usedBytes;
  expect(delivered.bad).toBe(0);
  // Both ways are taken often: a fuzzer that only meets the first check shows nothing.
  expect(delivered.good).toBeGreaterThan(framesCount / 50);
  expect(cutCount).toBeGreaterThan(framesCount / 50);
  expect(grownBytes).toBeLessThan(growthMaxBytes);
});

test.each([
  ['silence', Uint8Array.of(0xf8, 0xff, 0xfe)],
  ['DTX', Uint8Array.of(0xf8)],
  ['the largest', largest()],
])('a flood of frames that are fine one by one ends at 60 a second: %s', (_, payload) => {
  let taken = 0;
  const peer = new Peer(() => {
    taken += 1;
  });
  const seconds = 10;
  const perSecond = 500;
  for (let index = 0; index < seconds * perSecond && !peer.over; index += 1) {
    peer.nowMs += 1_000 / perSecond;
    peer.hear(frameRecord(payload, index), () => 0.99);
  }
  expect(peer.over).toBe(true);
  expect(taken).toBeGreaterThanOrEqual(audioLimits.framesBurstMax);
  expect(taken).toBeLessThanOrEqual(
    audioLimits.framesBurstMax + (audioLimits.framesPerSecondMax * peer.nowMs) / 1_000 + 1,
  );
});

test('empty frames are refused by their length', () => {
  const peer = new Peer(() => expect.unreachable());
  peer.hear(frameRecord(new Uint8Array(0), 0), () => 0.99);
  expect(peer.over).toBe(true);
});

/** One subscriber's end, and the stream that feeds it. */
class Peer {
  nowMs = 0;
  over = false;
  readonly #decoder = audioCodec.decoder();
  readonly #machine = new ClientMachine('subscribe', 0);
  readonly #deliver: (frame: Frame) => void;

  constructor(deliver: (frame: Frame) => void) {
    this.#deliver = deliver;
    const codec = { name: 'opus', sampleRateHz: 48_000, frameDurationMs: 20 } as const;
    this.#machine.received({ type: 'accepted', title: 'Radio', codec }, 0);
  }

  /** Bytes as a network cuts them. */
  hear(bytes: Uint8Array, next: () => number): void {
    const cut = next() < 0.2 ? Math.floor(next() * bytes.length) : bytes.length;
    this.#read(bytes.subarray(0, cut));
    if (cut < bytes.length) this.#read(bytes.subarray(cut));
  }

  #read(chunk: Uint8Array): void {
    if (this.over) return;
    try {
      for (const record of this.#decoder.read(chunk)) {
        for (const effect of this.#machine.received(record, this.nowMs)) {
          if (effect.do === 'deliver') this.#deliver(effect.frame);
          if (effect.do === 'abort') this.over = true;
        }
      }
    } catch (error) {
      if (!(error instanceof WireViolation)) throw error;
      this.over = true;
    }
    expect(this.#decoder.unfinishedBytes).toBeLessThanOrEqual(audioLimits.catalogueBytesMax + 3);
  }
}

/** Half of them are frames in every way; the others are broken in one. */
function fuzzed(next: () => number): Uint8Array {
  const sequence = Math.floor(next() * 2 ** 32);
  if (next() < 0.5) return frameRecord(payloadOf(next, 0xf8, 1 + Math.floor(next() * 400)), sequence);
  const kind = Math.floor(next() * 6);
  const size = Math.floor(next() * 1_500);
  // Any TOC byte, any size.
  const record = frameRecord(payloadOf(next, Math.floor(next() * 256), size), sequence);
  const view = new DataView(record.buffer);
  if (kind === 0) view.setUint16(0, Math.floor(next() * 65_536));
  if (kind === 1) view.setFloat64(11, next() < 0.5 ? Number.NaN : (next() - 0.5) * 1e300);
  if (kind === 2) record[2] = Math.floor(next() * 256);
  if (kind === 3) return record.subarray(0, Math.floor(next() * record.length));
  if (kind === 4 && record.length > 20) record[20] = Math.floor(next() * 256);
  return record;
}

function payloadOf(next: () => number, toc: number, size: number): Uint8Array {
  const payload = new Uint8Array(size);
  for (let index = 0; index < Math.min(size, 8); index += 1) payload[index] = Math.floor(next() * 256);
  if (size > 0) payload[0] = toc;
  return payload;
}

/** By hand: the project's own encoder refuses to write most of these. */
function frameRecord(payload: Uint8Array, sequence: number): Uint8Array {
  const record = new Uint8Array(3 + headerBytes + payload.length);
  const view = new DataView(record.buffer);
  view.setUint16(0, 1 + headerBytes + payload.length);
  view.setUint8(2, frameNumber);
  view.setUint32(3, 7);
  view.setUint32(7, sequence >>> 0);
  view.setFloat64(11, 1_700_000_000_000);
  record.set(payload, 3 + headerBytes);
  return record;
}

function largest(): Uint8Array {
  const payload = new Uint8Array(1_276);
  payload[0] = 0xf8;
  return payload;
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
