import { cutGraphemes } from './inert.ts';

const titleLengthMax = 100;
const between = ' – ';

/** Artist and title as one line. Empty where both are; the title alone where it begins with the artist. */
export function artistAndTitle({ artist = '', title = '' }: { artist?: string; title?: string }): string {
  const saysWho = title.length > artist.length && beginsWith(title, artist);
  return (saysWho ? [title] : [artist, title]).filter(Boolean).join(between);
}

/** A programme's name and what plays in it, as one line; the name only once where the title repeats it. */
export function playingTitle({ name, title }: { name: string; title: string }): string {
  const saysName = [title, ...title.split(/ [–-] /)].some((part) => lettersOf(part) === lettersOf(name));
  const text = title === '' ? name : saysName || name === '' ? title : `${name}: ${title}`;
  return cutGraphemes(text, titleLengthMax);
}

/** By whole words: “Abba Gold” begins with “ABBA”, “Abbath” doesn't. */
function beginsWith(text: string, start: string): boolean {
  const [words, first] = [wordsOf(text), wordsOf(start)];
  return first.length > 0 && first.every((word, index) => words[index] === word);
}

function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  );
}

function lettersOf(text: string): string {
  return wordsOf(text).join('');
}
