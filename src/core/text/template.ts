import { textErrors } from './errors.ts';

export interface TemplateFields {
  title: string;
  body: string;
  link: string;
  /** In the platform's form: "#audio #live". */
  tags: string;
}

const placeholderPattern = /\{([A-Za-z][\w-]*)\}/g;
const separatorPattern = /^[^\p{L}\p{N}]*$/u;
const hangingPattern = /[\s\-–—:|·•,;/]+$/u;
const brackets = ['()', '[]', '<>', '“”'];

/**
 * Puts the fields where the template names them, once: the text of a field is never read as a template. An empty field
 * takes its separator or brackets with it, and its whole line where nothing else is on it. Throws
 * TEXT_PLACEHOLDER_UNKNOWN.
 */
export function fillTemplate(template: string, fields: TemplateFields): string {
  const kept: string[] = [];
  let removed = false;
  for (const line of template.split('\n')) {
    const filled = filledLine(line, fields);
    if (filled === undefined) {
      removed = true;
      continue;
    }
    // One of the blank lines around a removed line stays.
    if (removed && filled === '' && (kept.at(-1) ?? '') === '') continue;
    removed = false;
    kept.push(filled);
  }
  return kept.join('\n').trim();
}

type Piece = { literal: string } | { value: string };

/** Absent: the line had placeholders and all were empty. */
function filledLine(line: string, fields: TemplateFields): string | undefined {
  const pieces = piecesOf(line, fields);
  const values = pieces.filter((piece) => 'value' in piece);
  if (values.length === 0) return line.trimEnd();
  if (values.every((piece) => piece.value === '')) return undefined;
  pieces.forEach((piece, index) => {
    if ('value' in piece && piece.value === '') closeGap(pieces, index);
  });
  return pieces.map(textOf).join('').trimEnd();
}

/** Literals and values alternate; a literal is first and last. */
function piecesOf(line: string, fields: TemplateFields): Piece[] {
  const pieces: Piece[] = [];
  let copied = 0;
  for (const match of line.matchAll(placeholderPattern)) {
    const placeholder = match[1] ?? '';
    if (!isField(placeholder, fields)) throw textErrors.TEXT_PLACEHOLDER_UNKNOWN({ placeholder });
    pieces.push({ literal: line.slice(copied, match.index) }, { value: fields[placeholder].trim() });
    copied = match.index + match[0].length;
  }
  return [...pieces, { literal: line.slice(copied) }];
}

function isField(name: string, fields: TemplateFields): name is keyof TemplateFields {
  return Object.hasOwn(fields, name);
}

/** Removes what made sense only around the empty value at `index`. */
function closeGap(pieces: Piece[], index: number): void {
  let before = textOf(pieces[index - 1]);
  let after = textOf(pieces[index + 1]);
  if (brackets.includes(before.slice(-1) + after.slice(0, 1))) {
    before = before.slice(0, -1);
    after = after.slice(1);
  }
  const isFirst = pieces.slice(0, index - 1).every((piece) => textOf(piece) === '');
  const isLast =
    pieces.slice(index + 2).every((piece) => textOf(piece) === '') && separatorPattern.test(after);
  if (isLast) before = before.replace(hangingPattern, '');
  else if (isFirst && separatorPattern.test(before))
    after = after.trimStart().replace(/^[-–—:|·•,;/]+\s*/u, '');
  else if (separatorPattern.test(before)) before = '';
  pieces[index - 1] = { literal: before };
  pieces[index + 1] = { literal: after };
}

function textOf(piece: Piece | undefined): string {
  if (!piece) return '';
  return 'value' in piece ? piece.value : piece.literal;
}
