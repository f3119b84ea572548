import { createHash } from 'node:crypto';
import type { NewsItem } from '#contracts/news.ts';

/** Items that have left a feed and may return: feeds flicker. */
export const goneKeysMax = 2_000;

/** Key of one item. 64 bits: two of 20,000 items collide once in 10¹¹ feeds. */
export function newsKey(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

export interface Sifted {
  /** New items, each once, the newest first. */
  fresh: readonly { key: string; item: NewsItem }[];
  /** Everything known after this read. */
  seen: readonly string[];
}

/**
 * The new items of a read. An id that several entries of one read share is useless: then the link is part of the key,
 * too. Without a date on each, the order of the place counts.
 */
export function sift(items: readonly NewsItem[], seen: readonly string[]): Sifted {
  const known = new Set(seen);
  const links = new Map<string, Set<string | undefined>>();
  for (const { id, url } of items) links.set(id, (links.get(id) ?? new Set()).add(url));
  const present: string[] = [];
  const fresh = new Map<string, NewsItem>();
  for (const item of items) {
    const byId = newsKey(item.id);
    const byLink = newsKey(`${item.id}\n${item.url ?? ''}`);
    present.push(byId, byLink);
    const isShared = (links.get(item.id)?.size ?? 0) > 1;
    const key = isShared ? byLink : byId;
    if (!known.has(key) && !fresh.has(key)) fresh.set(key, item);
  }
  const here = new Set(present);
  const gone = seen.filter((key) => !here.has(key)).slice(0, goneKeysMax);
  const found = [...fresh].map(([key, item]) => ({ key, item }));
  return { fresh: newestFirst(found), seen: [...here, ...gone] };
}

function newestFirst<Found extends { item: NewsItem }>(found: Found[]): Found[] {
  if (found.some(({ item }) => item.atMs === undefined)) return found;
  return found.sort((a, b) => (b.item.atMs ?? 0) - (a.item.atMs ?? 0));
}
