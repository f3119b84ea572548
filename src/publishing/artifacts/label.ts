import { cutGraphemes } from '#core/text/inert.ts';
import { artifactErrors } from './errors.ts';

export const labelCharsMax = 200;

/** C0, DEL and C1, zero-width and direction characters, line and paragraph separators, tags, lone surrogates. */
const INVISIBLE =
  /[\p{Cc}\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff\u{e0000}-\u{e0fff}\p{Cs}]/u;
/** https://learn.microsoft.com/windows/win32/fileio/naming-a-file: reserved with any extension, in any case. */
const WINDOWS_DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|:|$)/iu;

/**
 * A label as it is kept: NFKC, trimmed, and nothing that some system downstream could take for a path or that would
 * look like something else. Throws ARTIFACT_LABEL_INVALID.
 */
export function checkedLabel(text: string): string {
  // First: full-width solidus, one-dot leaders and ellipses become what they look like.
  const label = text.normalize('NFKC').trim();
  const problem = problemOf(label);
  if (problem) throw artifactErrors.ARTIFACT_LABEL_INVALID({ problem });
  return label;
}

/** A label made of any text, such as a title: what `checkedLabel` refuses is replaced. */
export function labelFrom(text: string, otherwise: string): string {
  const plain = text
    .normalize('NFKC')
    .replace(new RegExp(INVISIBLE, 'gu'), ' ')
    .replace(/[/\\:]/g, '-')
    .replace(/^[\s.]+/, '')
    .replace(/\s+/g, ' ');
  // The ellipsis of a cut text becomes three dots.
  const label = cutGraphemes(plain.trim(), labelCharsMax - 2).normalize('NFKC');
  return problemOf(label) ? otherwise : label;
}

function problemOf(label: string): string | undefined {
  if (label === '') return 'is empty';
  if (label.length > labelCharsMax) return `is longer than ${labelCharsMax} characters`;
  if (INVISIBLE.test(label)) return 'holds characters that can’t be seen';
  // U+2044 is what NFKC makes of ½; U+2215 and U+29F8 look like a solidus and stay.
  if (/[/\\\u2044\u2215\u29f8\u29f5\u2216]/.test(label)) return 'holds a slash';
  if (/^[.\s]+$|^\.\./.test(label)) return 'begins like the folder above';
  if (/^[a-z]:/i.test(label)) return 'begins like a drive';
  if (WINDOWS_DEVICE.test(label)) return 'is the name of a device in Windows';
  return undefined;
}
