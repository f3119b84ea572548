import { cutGraphemes } from './inert.ts';

/** Text of others as one line: no control, direction, private or unassigned characters; runs of spaces joined. */
export function cleanLine(text: string, lengthMax: number): string {
  const visible = text.normalize('NFC').replace(/\s+/gu, ' ').replace(/\p{C}/gu, '');
  return cutGraphemes(visible.trim(), lengthMax);
}
