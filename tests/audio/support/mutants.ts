import { seeded } from '../../support/seeded.ts';

/** Byte mutations in the manner of zzuf, from a seed: the same mutants every time. */
export function* mutantsOf(original: Buffer, count: number, seed: number): Generator<Buffer> {
  const next = seeded(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  for (let index = 0; index < count; index++) {
    let mutant: Buffer = Buffer.from(original);
    const changes = 1 + below(12);
    for (let change = 0; change < changes; change++) mutant = mutated(mutant, below);
    yield mutant;
  }
}

/** Most damage worth having is in the first kilobyte: lengths, counts, sizes. */
const headBytes = 1_024;

function mutated(bytes: Buffer, below: (limit: number) => number): Buffer {
  const at = below(2) === 0 ? below(Math.min(headBytes, bytes.length)) : below(bytes.length);
  switch (below(6)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
      return bytes;
    case 1:
      bytes[at] = [0, 0xff, 0x7f, 0x80, 1][below(5)] as number;
      return bytes;
    case 2:
      return bytes.fill(0xff, at, Math.min(bytes.length, at + 1 + below(8)));
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(64))]);
    case 4:
      return Buffer.concat([
        bytes.subarray(0, at),
        bytes.subarray(at, at + 1 + below(256)),
        bytes.subarray(at),
      ]);
    default:
      return bytes.subarray(0, Math.max(64, at));
  }
}
