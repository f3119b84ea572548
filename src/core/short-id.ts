import type { Chance } from './clock.ts';

/** Letters and digits that nobody takes for one another. */
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';

/** An id that people can read out and type: five bits a character. */
export function shortId(chance: Pick<Chance, 'bytes'>, length: number): string {
  return [...chance.bytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}
