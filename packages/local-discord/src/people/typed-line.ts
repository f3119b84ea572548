/**
 * Typed text as words with their places, for the page that completes it and for the reader of commands: double or
 * single quotes open at the start of a word or of a value and keep spaces, a backslash keeps a quote.
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

/** A text goes on until the name of an option comes, as in Discord's own fields: `what:two words`. */
export function joined(words: readonly Word[], texts: readonly string[]): Word[] {
  const found: Word[] = [];
  for (const word of words) {
    const before = found.at(-1);
    const name = before && optionWordOf(before)?.name;
    if (before && name !== undefined && texts.includes(name) && word.colonAt === -1)
      found[found.length - 1] = { ...before, end: word.end, text: `${before.text} ${word.text}` };
    else found.push(word);
  }
  return found;
}

/** A value as it must be typed: one of several words needs quotes unless it is a text that goes on. */
export function quotedIfNeeded(value: string, goesOn = false): string {
  const isRead = goesOn ? /^[^\s"'\\]+(?: [^\s"'\\:]+)*$/ : /^[^\s"'\\]+$/;
  if (isRead.test(value)) return value;
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

function wordAt(line: string, start: number): Word {
  const word: Word = { start, end: start, text: '', colonAt: -1, nameLength: -1 };
  let quote = '';
  for (let at = start; at < line.length; at = word.end) {
    const character = line.charAt(at);
    if (quote === '' && /\s/.test(character)) break;
    word.end = at + 1;
    if (character === '\\' && /["'\\]/.test(line.charAt(at + 1))) {
      word.text += line.charAt(at + 1);
      word.end = at + 2;
    } else if (quote === '' && opensQuote(character, word)) quote = character;
    else if (character === quote) quote = '';
    else take(character, at, word, quote !== '');
  }
  return word;
}

/** The first colon outside of quotes ends the name. */
function take(character: string, at: number, word: Word, isQuoted: boolean): void {
  if (character === ':' && !isQuoted && word.colonAt === -1) {
    word.colonAt = at;
    word.nameLength = word.text.length;
  }
  word.text += character;
}

/** At the start of a word or of a value, so that `it's` stays a word. */
function opensQuote(character: string, { text, nameLength }: Word): boolean {
  return /["']/.test(character) && (text === '' || nameLength === text.length - 1);
}
