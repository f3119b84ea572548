/** Opus at 48 kHz, two channels, 20 ms: only audio that is mixed, or made louder or quieter, is decoded. */

import { createRequire } from 'node:module';

/** Interleaved samples of one frame. */
export const frameSampleCount = 960 * 2;

export interface OpusDecoder {
  /** Throws when the packet isn't Opus. */
  decode(packet: Uint8Array): Int16Array;
}

export interface OpusEncoder {
  encode(samples: Int16Array): Uint8Array;
}

export interface OpusCodec {
  createDecoder(): OpusDecoder;
  createEncoder(bitrateKbps: number): OpusEncoder;
}

/** Loaded when something is to be decoded: a hub that only passes audio on needs no codec. */
export async function loadOpusCodec(): Promise<OpusCodec> {
  const { Decoder, Encoder } = await import('@evan/opus');
  return {
    createDecoder() {
      const decoder = new Decoder({ channels: 2, sample_rate: 48_000 });
      return { decode: (packet) => samplesOf(decoder.decode(packet)) };
    },
    createEncoder(bitrateKbps) {
      const encoder = new Encoder({ channels: 2, sample_rate: 48_000, application: 'audio' });
      encoder.bitrate = bitrateKbps * 1_000;
      return { encode: (samples) => Buffer.from(encoder.encode(samples)) };
    },
  };
}

/**
 * Call on the main thread, before a worker thread may load the codec. Its native part leaves a destructor with every
 * thread that used it, and Node unmaps a native part when the last thread that loaded it ends, just before that thread
 * runs its destructors: the whole process dies by SIGSEGV. What the main thread has loaded stays mapped. Costs 5 ms and
 * 3 MiB, once.
 */
export function keepOpusCodecLoaded(): void {
  createRequire(import.meta.url)('@evan/opus');
}

function samplesOf(bytes: Uint8Array): Int16Array {
  // The codec may return a view into its own memory, at any offset.
  const copy = new Uint8Array(bytes);
  return new Int16Array(copy.buffer, 0, copy.byteLength >> 1);
}
