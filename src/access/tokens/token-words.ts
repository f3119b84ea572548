import { createHash } from 'node:crypto';
import type { Chance } from '#core/clock.ts';

/** 256 bits: no need to stretch what can't be guessed. */
const secretBytes = 32;
const idBytes = 8;
/** A fixed start, so that scanners of public code can tell one that leaked. */
const wordsPattern = /^gmt_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

export interface TokenWords {
  id: string;
  secretHash: string;
}

export function makeTokenWords(chance: Chance): TokenWords & { words: string } {
  const id = Buffer.from(chance.bytes(idBytes)).toString('hex');
  const secret = Buffer.from(chance.bytes(secretBytes)).toString('base64url');
  return { words: `gmt_${id}_${secret}`, id, secretHash: hashOf(secret) };
}

/** Undefined for what can't be a token. */
export function readTokenWords(words: string): TokenWords | undefined {
  const [, id, secret] = wordsPattern.exec(words) ?? [];
  return id && secret ? { id, secretHash: hashOf(secret) } : undefined;
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
