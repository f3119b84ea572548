/** Finds what people should never have to read in a sentence: the words of schemas, paths, ids, slips of templates. */

/** Also where they are quoted. */
const ids: readonly { pattern: RegExp; what: string }[] = [
  { pattern: /(?<![#@&<:\d])\b\d{17,20}\b/, what: 'an id of Discord' },
  { pattern: /\b12D3Koo[1-9A-HJ-NP-Za-km-z]{5,}/, what: 'a peer id' },
  { pattern: /\b[0-9a-f]{40,}\b/i, what: 'a digest' },
  { pattern: /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/, what: 'a sortable id' },
];
const rules: readonly { pattern: RegExp; what: string }[] = [
  {
    pattern:
      /\b(?:expected|received|invalid|undefined|null|NaN|string|array|boolean|integer|discriminator|union|regex|literal|schema|unrecognized|unrecognised|parse)\b/i,
    what: 'a word of schemas',
  },
  { pattern: /\[object |\bfunction\b/, what: 'a value of the language' },
  { pattern: /(?<![.])[.!?][.!](?![.])|\?\?|;\s*[;.]|:\s*[.;:]|\s[.,;](?!\w)/, what: 'two marks' },
  {
    pattern: /\bA (?=[aeiou])|\ba (?=[aeio]\w)|\bAn? (?=X\b|\S+\.org)|\ban (?=[bcdgjkpqtvwyz])/,
    what: 'an article',
  },
  { pattern: /\s\s|\(\s*\)|“\s*”/, what: 'a gap' },
];
const dotted = /\b[a-z]\w*(?:\.[a-z]\w*)+\b/gi;
const hosts =
  /\.(?:org|com|net|example|social|app|co|md|opus|mkv|ts|yml|json|rss|xml|key|hub)$|^discord\.|^e\.g$/i;

/** What is odd about the sentence; `names`: dotted names that people can look up, such as options of the hub. */
export function oddities(sentence: string, names: readonly string[] = []): string[] {
  const own = sentence.replace(/“[^”]*”/g, '“x”').replace(/https?:\/\/\S+/g, 'x');
  const paths = (own.match(dotted) ?? []).filter((word) => !hosts.test(word) && !names.includes(word));
  return [
    ...ids.flatMap((rule) => foundBy(rule, sentence)),
    ...rules.flatMap((rule) => foundBy(rule, own)),
    ...paths.map((path) => `a path (${path})`),
  ];
}

function foundBy({ pattern, what }: { pattern: RegExp; what: string }, text: string): string[] {
  const [found] = pattern.exec(text) ?? [];
  return found === undefined ? [] : [`${what} (${found})`];
}
