/**
 * One way to compare and order the names that people type and read, such as names of files, folders, communities,
 * labels. One name has several spellings: a Mac takes letters apart (NFD), Windows puts them together (NFC), and people
 * leave out capitals.
 */

/** Made when names are first ordered: it brings 2.5 MiB of language tables into memory. */
let order: Intl.Collator | undefined;

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
