/** One sound in the cache: `KEY.opus`, an Ogg Opus stream of 20 ms packets, and `KEY.json`, written last. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Encoding } from '../ffmpeg/arguments.ts';
import { cacheLimits } from './limits.ts';

/** Another number whenever the same file would be decoded to other packets. */
const formatVersion = 1;

const count = z.number().int().min(0);

export const entrySchema = z.object({
  version: z.literal(formatVersion),
  frameCount: count.max(cacheLimits.framesMax),
  sizeBytes: count,
  /** Page by page: where it begins, and the first frame in it. */
  pages: z.array(z.tuple([count, count])).min(1),
  /** From which frame on which title is heard. */
  titles: z.array(z.tuple([count, z.string()])).max(cacheLimits.titlesMax),
});
export type CacheEntry = z.output<typeof entrySchema>;

export function entryOf(parts: Omit<CacheEntry, 'version'>): CacheEntry {
  return { version: formatVersion, ...parts };
}

/** What makes a file another one: a file that changed is another entry. */
export interface FileIdentity {
  path: string;
  sizeBytes: number;
  modifiedNs: bigint;
}

export function keyOf({ path, sizeBytes, modifiedNs }: FileIdentity, encoding: Encoding): string {
  const facts = [path, sizeBytes, modifiedNs, encoding.bitrateKbps, encoding.loudnessLufs ?? 'as it is'];
  return createHash('sha256').update(facts.join('\0')).digest('hex');
}

const names = /^([0-9a-f]{64})\.(opus|json)$/;

/** Undefined for what isn't a file of the cache. */
export function nameParts(name: string): { key: string; kind: string } | undefined {
  const [, key, kind] = names.exec(name) ?? [];
  return key && kind ? { key, kind } : undefined;
}
