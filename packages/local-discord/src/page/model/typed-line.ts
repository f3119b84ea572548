/**
 * The composer's text as words with their places. As the playground reads it: a quote opens at the start of a
 * word or of a value, keeps spaces, and a backslash keeps a quote.
 */
export interface Word {
  start: number;
  end: number;
  /** Without quotes and backslashes. */
  text: string;
  /** Where the first colon outside of quotes stands in the line; −1 without one. */
  colonAt: number;
  /** Length of the text before that colon; −1 without one. */
  nameLength: number;
}

export interface OptionWord {
  name: string;
  value: string;
  start: number;
  end: number;
  /** Where the value begins, with its quote. */
  valueStart: number;
}

export function wordsOf(line: string): Word[] {
  const words: Word[] = [];
  for (let at = 0; at < line.length; ) {
    if (/\s/.test(line.charAt(at))) {
      at += 1;
      continue;
    }
    const word = wordAt(line, at);
    words.push(word);
    at = word.end;
  }
  return words;
}

/** `name:value`, or undefined for a word that has no colon yet. */
export function optionWordOf({ text, colonAt, nameLength, start, end }: Word): OptionWord | undefined {
  if (nameLength < 1) return undefined;
  const name = text.slice(0, nameLength);
  return { name, value: text.slice(nameLength + 1), start, end, valueStart: colonAt + 1 };
}

/** A value as it must be typed. */
export function quotedIfNeeded(value: string): string {
  if (value !== '' && !/[\s"'\\]/.test(value)) return value;
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

function wordAt(line: string, start: number): Word {
  let text = '';
  let colonAt = -1;
  let nameLength = -1;
  let quote: string | undefined;
  let at = start;
  for (; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === '\\' && /["'\\]/.test(line.charAt(at + 1))) {
      at += 1;
      text += line.charAt(at);
    } else if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else text += character;
    } else if (/["']/.test(character) && (text === '' || nameLength === text.length - 1)) {
      quote = character;
    } else if (/\s/.test(character)) {
      break;
    } else {
      if (character === ':' && colonAt === -1) {
        colonAt = at;
        nameLength = text.length;
      }
      text += character;
    }
  }
  return { start, end: at, text, colonAt, nameLength };
}
