import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { Latest } from '#core/latest.ts';
import { safetyWordList } from './list.ts';

export const safetyWordCount = 6;
/** Six of 2,048 words are 66 bits: nine bytes, cut at the end. */
const bitsPerWord = Math.log2(safetyWordList.length);
const digestBytes = Math.ceil((safetyWordCount * bitsPerWord) / 8);
/** Separates these words from every other use of the same keys, and one version of them from the next. */
const domain = 'guildmesh safety words 1';
/** RFC 7914: each try takes 32 MiB and about a fifth of a second. */
const cost = { N: 2 ** 15, r: 8, p: 2, maxmem: 64 * 1024 * 1024 };

/**
 * Pairs whose words are remembered: a card and its confirmation follow one another, and each hash is slow on purpose.
 */
const pairsKnownMax = 64;
const known = new Latest<string, Promise<string[]>>({ countMax: pairsKnownMax });

const slowHash: (secret: string, salt: string, length: number, options: typeof cost) => Promise<Buffer> =
  promisify(scrypt);

/**
 * Six words that two hubs share, whichever of them computes them. People compare them by voice: a hub that stands
 * between the two, or merely uses the other's name, has other words. Both peer ids are in canonical text, which
 * contains the whole Ed25519 public key.
 *
 * 66 bits: to pass for one given hub takes 2^66 keys. An attacker in the middle may choose both keys it shows, and
 * finds a pair after about 2^33 on each side, which is why each try is made to cost time and memory: about a hundred
 * years of a core.
 */
export function safetyWordsOf(peerId: string, otherPeerId: string): Promise<string[]> {
  const pair = [peerId, otherPeerId].sort().join('\n');
  const words = known.get(pair) ?? computed(pair);
  // A failure, for lack of memory, must not be remembered.
  words.catch(() => known.delete(pair));
  known.set(pair, words);
  return words;
}

async function computed(pair: string): Promise<string[]> {
  const digest = await slowHash(pair, domain, digestBytes, cost);
  let bits = BigInt(`0x${digest.toString('hex')}`) >> BigInt(digestBytes * 8 - safetyWordCount * bitsPerWord);
  const words: string[] = [];
  for (let count = 0; count < safetyWordCount; count++) {
    words.unshift(safetyWordList[Number(bits % BigInt(safetyWordList.length))] ?? '');
    bits /= BigInt(safetyWordList.length);
  }
  return words;
}

/**
 * Compares as people type: letter case, commas, dashes, numbers and spaces between words don't count; their order does.
 */
export function sameWords(typed: string, words: readonly string[]): boolean {
  const read =
    typed
      .normalize('NFKC')
      .toLowerCase()
      .match(/[a-z]+/g) ?? [];
  return read.join(' ') === words.join(' ');
}
