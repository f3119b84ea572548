import type { ItemMetadata } from './payload.ts';
import type { ItemRecord } from './records.ts';

/**
 * The JSON Patch (RFC 6902) that updates an item's metadata. Each replaced value is tested first, so that somebody
 * else's change in between isn't overwritten. Empty: nothing differs.
 */
export function metadataPatch(record: ItemRecord, wanted: ItemMetadata): readonly object[] {
  return Object.entries(wanted).flatMap(([field, value]) => {
    const path = `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const there = record.metadata?.[field];
    if (there === undefined) return [{ op: 'add', path, value: flat(value) }];
    if (same(there, value)) return [];
    return [
      { op: 'test', path, value: there },
      { op: 'replace', path, value: flat(value) },
    ];
  });
}

/** archive.org stores a list of one as the value itself. */
function flat(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

function same(there: unknown, wanted: unknown): boolean {
  return JSON.stringify(flat(there)) === JSON.stringify(flat(wanted));
}
