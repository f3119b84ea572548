import { invisiblePattern, windowsDevice } from './invisible.ts';
import { latinLetters } from './latin-letters.ts';

/** The file names that one platform accepts. */
export interface FileNameRules {
  /** `ascii`: letters of other scripts are spelt in Latin ones; those without such a spelling are left out. */
  letters: 'ascii' | 'utf-8';
  /** Characters beside letters and digits that are kept, as in a RegExp's brackets. */
  marks: string;
  /** Replaces everything else. */
  gap: '.' | '_';
  /** In UTF-8. */
  bytesMax: number;
  /** Names that the platform writes itself. */
  isTaken?(name: string): boolean;
}

/** At the beginning of a file's name: Discord hides the file until the reader opens it. */
export const spoilerMark = 'SPOILER_';

/** For git repositories, and so for GitHub's commits and gists and for Hugging Face. */
export const gitFileNames: FileNameRules = { letters: 'utf-8', marks: '._+-', gap: '.', bytesMax: 200 };

/**
 * Labels as file names, in order: no folders, nothing invisible, no leading or trailing dot, no device name. The
 * extension is always kept, and the stem is shortened instead; names that differ only by case get a number before the
 * extension.
 */
export function fileNames(labels: readonly string[], rules: FileNameRules): string[] {
  const taken = new Set<string>();
  return labels.map((label) => {
    const { stem, extension } = partsOf(label, rules);
    for (let count = 1; ; count += 1) {
      const suffix = (count === 1 ? '' : `-${count}`) + extension;
      const name = cutBytes(stem, rules.bytesMax - Buffer.byteLength(suffix)) + suffix;
      if (taken.has(name.toLowerCase()) || rules.isTaken?.(name)) continue;
      taken.add(name.toLowerCase());
      return name;
    }
  });
}

/** ".png", ".tar.gz", ".tar.gz.sha256"; digits alone are a version's and no extension. */
const extensionPattern =
  /(?:\.tar)?\.(?=\d*\p{L})[\p{L}\p{N}\p{M}]{1,12}(?:\.(?:asc|sig|minisig|md5|sha\d{1,3}|sha\d{1,3}sum))?$/iu;

/**
 * The name people gave a file that Discord keeps: Discord reduces `filename` to ASCII, or to digits of its own, and
 * puts the full name without extension into `title` (https://github.com/discord/discord-api-docs/pull/6945).
 */
export function attachmentName({
  filename,
  title,
}: {
  filename: string;
  title?: string | null | undefined;
}): string {
  const extension = /\.[A-Za-z0-9]{1,12}$/.exec(filename)?.[0] ?? '';
  const given = title?.trim() ?? '';
  const name = given === '' ? filename : given.endsWith(extension) ? given : given + extension;
  // Only `filename` has the mark by which Discord hides a file.
  const hidden = filename.startsWith(spoilerMark) && !name.startsWith(spoilerMark) ? spoilerMark : '';
  return hidden + name.normalize('NFC');
}

function partsOf(label: string, rules: FileNameRules): { stem: string; extension: string } {
  const base = label.split(/[/\\]/).at(-1) ?? '';
  const plain = base
    .normalize('NFC')
    .replace(new RegExp(invisiblePattern, 'gu'), '')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  const ending = extensionPattern.exec(plain);
  // The whole name can't be its extension: "gz" of ".gz" is a name.
  const at = ending && ending.index > 0 ? ending.index : plain.length;
  const extension = spelt(plain.slice(at), rules).replace(/[._]+$/, '');
  const stem = spelt(plain.slice(0, at), rules).replace(/^[._-]+|[._]+$/g, '');
  const named = stem === '' ? 'file' : stem;
  return { stem: windowsDevice.test(named + extension) ? `file-${named}` : named, extension };
}

function spelt(text: string, { letters, marks, gap }: FileNameRules): string {
  const kept = letters === 'ascii' ? 'A-Za-z0-9' : '\\p{L}\\p{N}\\p{M}';
  const spelled = letters === 'ascii' ? latinLetters(text) : text;
  const repeated = new RegExp(`\\${gap}{2,}`, 'g');
  return spelled.replace(new RegExp(`[^${kept}${marks}]+`, 'gu'), gap).replace(repeated, gap);
}

function cutBytes(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  let kept = '';
  let size = 0;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    size += Buffer.byteLength(segment);
    if (size > bytesMax) break;
    kept += segment;
  }
  return kept.replace(/[\s._-]+$/, '');
}
