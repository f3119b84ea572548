/** Splits typed text into words; double or single quotes keep spaces, a backslash keeps a quote. */
export interface TypedWord {
  text: string;
  /** The part before the first unquoted colon, and what follows: `name:value`. */
  option?: { name: string; value: string };
}

export function splitWords(typed: string): TypedWord[] {
  const words: TypedWord[] = [];
  let text = '';
  let colonAt = -1;
  let quote: string | undefined;
  let inWord = false;

  function finish(): void {
    if (inWord) {
      words.push(
        colonAt > 0
          ? { text, option: { name: text.slice(0, colonAt), value: text.slice(colonAt + 1) } }
          : { text },
      );
    }
    text = '';
    colonAt = -1;
    inWord = false;
  }

  for (let at = 0; at < typed.length; at += 1) {
    const character = typed.charAt(at);
    if (character === '\\' && at + 1 < typed.length && /["'\\]/.test(typed.charAt(at + 1))) {
      at += 1;
      text += typed.charAt(at);
    } else if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else text += character;
    } else if ((character === '"' || character === "'") && opensQuote(text, colonAt)) {
      quote = character;
      inWord = true;
    } else if (/\s/.test(character)) {
      finish();
    } else {
      if (character === ':' && colonAt < 0) colonAt = text.length;
      text += character;
      inWord = true;
    }
  }
  finish();
  return words;
}

/** A quote opens at the start of a word or of a value, so that `it's` stays a word. */
function opensQuote(text: string, colonAt: number): boolean {
  return text === '' || colonAt === text.length - 1;
}
