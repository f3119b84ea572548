/** Replaces what not everybody may read. */
const gone = '…';

/**
 * Facts that reveal where a hub stands and what it runs on: multiaddrs, IP addresses with their ports, database
 * addresses and absolute paths. Names of our protocols look like paths and are exempt.
 */
const facts = [
  /\/(?:ip4|ip6|dns|dns4|dns6|dnsaddr)\/[^\s,;)”"]*[^\s,;)”".]/gi,
  /\b(?:postgres(?:ql)?|file):\/\/[^\s,;)”"]*[^\s,;)”".]/gi,
  /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5}|(?: port |\/tcp\/)\d{1,5})?/g,
  /\[?(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{0,4})\b\]?(?::\d{1,5})?/gi,
  /\[?(?<![\w:])(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5})?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5})?\]?(?::\d{1,5}| port \d{1,5})?(?!\w)/gi,
  /(?<![\w/:.@])\/(?!guildmesh\/)(?:[\w.@+-]+\/)+(?:[\w.@+-]*[\w@+-])?/g,
  /\b[a-z]:\\[^\s,;)”"]*[^\s,;)”".]/gi,
];

/**
 * The sentence without such facts, except those that the asker has typed: `known`. Several in a row become one mark.
 */
export function withoutHostFacts(text: string, known = ''): string {
  const bare = facts.reduce(
    (rest, fact) => rest.replace(fact, (found) => (known.includes(found) ? found : gone)),
    text,
  );
  return bare.replace(/…(?:,? (?:and )?…)+/g, gone);
}

/** The same for every string of a value; a list that holds nothing else becomes empty. */
export function valueWithoutHostFacts<T>(value: T, known = ''): T {
  return walk(value, known) as T;
}

function walk(value: unknown, known: string): unknown {
  if (typeof value === 'string') return withoutHostFacts(value, known);
  if (Array.isArray(value)) return value.map((entry) => walk(entry, known)).filter((entry) => entry !== gone);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, walk(entry, known)]));
}
