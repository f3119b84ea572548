/** Columns that hold JSON: what this service wrote itself. */
import type { PublicationOrder } from '#contracts/publications.ts';

/** Names of targets, or content ids. */
export function listOf(json: string): string[] {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list.map(String) : [];
}

/** Its shape is checked where it is ordered, so that what can't be read is refused there with a reason. */
export function contentOf(json: string): PublicationOrder['content'] {
  return JSON.parse(json) as PublicationOrder['content'];
}
