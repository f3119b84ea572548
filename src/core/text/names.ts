/**
 * One way to compare and order the names that people type and read, such as names of files, folders, communities,
 * labels. One name has several spellings: a Mac takes letters apart (NFD), Windows puts them together (NFC), and people
 * leave out capitals.
 */

/** Made when names are first ordered: it brings 2.5 MiB of language tables into memory. */
let order: Intl.Collator | undefined;

const wordLetter = /[\p{L}\p{N}]/u;

/** The same for all spellings of one name: letters composed, case removed. For comparing, not for showing. */
export function foldName(name: string): string {
  // Lower case may take a letter apart again (İ), and Greek writes the last sigma of a word differently.
  return name.normalize('NFC').toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}

export function sameName(a: string, b: string): boolean {
  return a === b || foldName(a) === foldName(b);
}

/** Whether `typed` occurs in the name; the empty text occurs in every name. */
export function nameHas(name: string, typed: string): boolean {
  return foldName(name).includes(foldName(typed));
}

/** What was typed, as words to look for: folded, in any order; none for an empty text. */
export function typedWords(typed: string): string[] {
  return foldName(typed).split(/\s+/).filter(Boolean);
}

/**
 * How well a folded name fits folded words: 0 where it begins with the first, 1 where each begins a word, 2 where each
 * occurs; undefined where one is missing.
 */
export function wordsFit(folded: string, words: readonly string[]): 0 | 1 | 2 | undefined {
  let fit: 0 | 1 | 2 = words.length === 0 || folded.startsWith(words[0] ?? '') ? 0 : 1;
  for (const word of words) {
    const at = folded.indexOf(word);
    if (at < 0) return undefined;
    if (fit < 2 && !beginsWord(folded, word, at)) fit = 2;
  }
  return fit;
}

function beginsWord(folded: string, word: string, first: number): boolean {
  for (let at = first; at >= 0; at = folded.indexOf(word, at + 1))
    if (at === 0 || !wordLetter.test(folded[at - 1] ?? '')) return true;
  return false;
}

/**
 * Natural order over the whole text: only identical texts are equal. Orders numbers by value, 2 before 10; capitals and
 * accents decide only between names that are otherwise equal.
 */
export function compareNames(a: string, b: string): number {
  order ??= new Intl.Collator('en', { numeric: true });
  return order.compare(a, b) || Number(a > b) - Number(a < b);
}

/** The same for names with `/` between folders: contents of a folder stay together. */
export function comparePaths(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let index = 0; index < left.length && index < right.length; index++) {
    const compared = compareNames(left[index] as string, right[index] as string);
    if (compared !== 0) return compared;
  }
  return left.length - right.length;
}
