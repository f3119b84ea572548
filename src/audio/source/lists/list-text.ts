/** The bytes of a list as lines. The program that wrote it is unknown, and so are its encoding and its line ends. */

/** Longer lines are no names; what isn't a name is skipped. */
export const lineLengthMax = 4_096;

/** UTF-8, UTF-16 with or without its mark; a line that is neither is Windows-1252, which includes Latin-1. */
export function listText(bytes: Uint8Array): string {
  const wide = wideEncoding(bytes);
  if (wide) return new TextDecoder(wide).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Each line on its own: lists are put together from others.
    const lines = Buffer.from(bytes)
      .toString('latin1')
      .split(/(?<=[\r\n])/);
    return lines.map((line) => lineText(Buffer.from(line, 'latin1'))).join('');
  }
}

/** `\r\n`, `\n`, and `\r` alone, as old Macs wrote. */
export function linesOf(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim());
}

/** Windows-1252 from 0x80 to 0x9f; five of these are undefined, and stay. */
const windowsLetters = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function lineText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Without TextDecoder: Node 24 reads Windows-1252 as Latin-1, which has control characters there.
    const text = Buffer.from(bytes).toString('latin1');
    return text.replace(/[\x80-\x9f]/g, (letter) => windowsLetters.charAt(letter.charCodeAt(0) - 0x80));
  }
}

function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [first = 1, second = 1, third = 1, fourth = 1] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // No list begins with a letter outside of ASCII: each second byte of UTF-16 is zero.
  if (second === 0 && fourth === 0 && first !== 0) return 'utf-16le';
  return first === 0 && third === 0 && second !== 0 ? 'utf-16be' : undefined;
}
