import type { ItemMetadata } from './payload.ts';

/**
 * Metadata as the headers that a new item is made from: `x-archive-meta00-title`. A header's name can't hold an
 * underscore, which is written `--`; a value with anything but printable ASCII, or with white space, is written
 * `uri(…)`.
 */
export function metadataHeaders(metadata: ItemMetadata): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [field, given] of Object.entries(metadata)) {
    const values = typeof given === 'string' ? [given] : given;
    values.forEach((value, index) => {
      const number = String(index).padStart(2, '0');
      headers[`x-archive-meta${number}-${field.replaceAll('_', '--')}`] = headerValue(value);
    });
  }
  return headers;
}

/** Name, value, and what separates headers on the wire. */
export function headersBytes(headers: Readonly<Record<string, string>>): number {
  return Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
}

function headerValue(value: string): string {
  // A value that only looks encoded would be decoded by the other side.
  if (/^[\u0021-\u007e]+$/.test(value) && !/^uri\(/i.test(value)) return value;
  return `uri(${encodeURIComponent(value.toWellFormed())})`;
}
