/** Words of actions, posts, receipts and rows: what a manager could type to be in somebody else's way. */
const words = [
  ...['release', 'password', 'guildId', 'content', 'targets', 'outcome', 'publish.create', 'guild-member'],
  ...['Post in square', 'fake-', 'square', 'https://', 'marker', 'summary', 'undefined', '[secret]'],
];
const signs = [...'{}[]":,\\\n\t 0aZ', '\ud800', '\udfff', 'ü', '😀', '%7B', '\u2028', '":{"', '"],"'];
const lengthMin = 6;
const lengthMax = 24;

/** Numbers in [0, 1). */
type Random = () => number;

/** One credential: a word, a piece of the very JSON that the other guild's request and rows are made of, or signs. */
export function credentialText(random: Random, json: string): string {
  for (;;) {
    const text = drawn(random, json);
    // Shorter ones, or such as the page would cut, are no credentials.
    if (text.trim().length >= lengthMin) return text;
  }
}

function drawn(random: Random, json: string): string {
  const length = lengthMin + below(random, lengthMax - lengthMin);
  switch (below(random, 4)) {
    case 0:
      return oneOf(random, words);
    case 1:
      return Array.from({ length }, () => oneOf(random, signs)).join('');
    case 2:
      return `${oneOf(random, words)}${oneOf(random, signs)}${oneOf(random, words)}`;
    default: {
      const start = below(random, json.length - lengthMin);
      return json.slice(start, start + length);
    }
  }
}

function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

function oneOf(random: Random, all: readonly string[]): string {
  return all[below(random, all.length)] ?? '';
}
