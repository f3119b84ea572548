/** The composer's text as words: split at spaces that are outside of double quotes. */
export interface Word {
  text: string;
  start: number;
  end: number;
}

export interface OptionWord {
  name: string;
  /** Without quotes. */
  value: string;
  valueStart: number;
  start: number;
  end: number;
}

export function wordsOf(line: string): Word[] {
  return Array.from(line.matchAll(/(?:[^\s"]|"[^"]*"?)+/g), ({ 0: text, index }) => ({
    text,
    start: index,
    end: index + text.length,
  }));
}

/** `name:value`, or undefined for a word that has no colon yet. */
export function optionWordOf(word: Word): OptionWord | undefined {
  const colon = word.text.indexOf(':');
  if (colon < 1) return undefined;
  return {
    name: word.text.slice(0, colon),
    value: unquoted(word.text.slice(colon + 1)),
    valueStart: word.start + colon + 1,
    start: word.start,
    end: word.end,
  };
}

/** A value as it must be typed: quoted when it has spaces or is empty. */
export function quotedIfNeeded(value: string): string {
  return /\s/.test(value) || value === '' ? `"${value.replaceAll('"', '')}"` : value;
}

function unquoted(text: string): string {
  return text.replace(/^"/, '').replace(/"$/, '');
}
