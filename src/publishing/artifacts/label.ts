import { cutGraphemes } from '#core/text/inert.ts';
import { invisiblePattern, windowsDevice } from '#core/text/invisible.ts';
import { artifactErrors } from './errors.ts';

export const labelCharsMax = 200;

/**
 * A label as it is stored: NFKC, trimmed, and without anything that some system downstream could read as a path or that
 * would look like something else. Throws ARTIFACT_LABEL_INVALID.
 */
export function checkedLabel(text: string): string {
  // First: full-width solidus, one-dot leaders and ellipses become what they look like.
  const label = text.normalize('NFKC').trim();
  const problem = problemOf(label);
  if (problem) throw artifactErrors.ARTIFACT_LABEL_INVALID({ problem });
  return label;
}

/** A label made of any text, such as a title: characters that `checkedLabel` refuses are replaced. */
export function labelFrom(text: string, otherwise: string): string {
  const plain = text
    .normalize('NFKC')
    .replace(new RegExp(invisiblePattern, 'gu'), ' ')
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
  if (invisiblePattern.test(label)) return 'holds characters that can’t be seen';
  // NFKC turns ½ into U+2044; U+2215 and U+29F8 look like a solidus and stay.
  if (/[/\\\u2044\u2215\u29f8\u29f5\u2216]/.test(label)) return 'holds a slash';
  if (/^[.\s]+$|^\.\./.test(label)) return 'begins like the folder above';
  if (/^[a-z]:/i.test(label)) return 'begins like a drive';
  if (windowsDevice.test(label)) return 'is the name of a device in Windows';
  return undefined;
}
