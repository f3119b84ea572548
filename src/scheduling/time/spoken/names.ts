const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const lettersMin = 3;

/** "dec", "sept" and "december" are 12; undefined for what is no month. */
export function monthOf(word: string | undefined): number | undefined {
  return placeOf(word, months);
}

/** "tue", "tues" and "tuesday" are 2, Sunday is 7. */
export function weekdayOf(word: string | undefined): number | undefined {
  return placeOf(word === 'weds' ? 'wed' : word, weekdays);
}

function placeOf(word: string | undefined, names: readonly string[]): number | undefined {
  if (word === undefined || word.length < lettersMin) return undefined;
  const index = names.findIndex((name) => name.startsWith(word));
  return index < 0 ? undefined : index + 1;
}
