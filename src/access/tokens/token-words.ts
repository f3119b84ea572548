import { createHash } from 'node:crypto';
import type { Chance } from '#core/clock.ts';

/** 256 bits can't be guessed, so the hash needs no stretching. */
const secretBytes = 32;
const idBytes = 8;
/** A fixed prefix, so that scanners of public code recognise a leaked token. */
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

/** Undefined for text that can't be a token. */
export function readTokenWords(words: string): TokenWords | undefined {
  const [, id, secret] = wordsPattern.exec(words) ?? [];
  return id && secret ? { id, secretHash: hashOf(secret) } : undefined;
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
