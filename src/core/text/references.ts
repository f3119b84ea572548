const ofXml = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" } as const;
/** Tab and line ends; texts may hold no other control characters. */
const spaces = new Set([9, 10, 13]);

/** The names that people use. */
const ofHtml = {
  nbsp: '\u00a0',
  shy: '',
  ensp: ' ',
  emsp: ' ',
  mdash: '—',
  ndash: '–',
  hellip: '…',
  bull: '•',
  middot: '·',
  copy: '©',
  reg: '®',
  trade: '™',
  lsquo: '‘',
  rsquo: '’',
  sbquo: '‚',
  ldquo: '“',
  rdquo: '”',
  bdquo: '„',
  laquo: '«',
  raquo: '»',
  euro: '€',
  pound: '£',
  sect: '§',
  deg: '°',
  times: '×',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
};

const named: ReadonlyMap<string, string> = new Map(Object.entries({ ...ofXml, ...ofHtml }));

/**
 * Text with its character references resolved: the five names of XML in any case, numbers, and a few of HTML, and
 * nothing that a document defines. Unknown ones stay as written.
 */
export function withoutReferences(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return named.get(name) ?? ofXmlInAnyCase(name) ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    const isCharacter = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return isCharacter && (code > 31 || spaces.has(code)) ? String.fromCodePoint(code) : whole;
  });
}

function ofXmlInAnyCase(name: string): string | undefined {
  const lower = name.toLowerCase();
  return Object.hasOwn(ofXml, lower) ? named.get(lower) : undefined;
}
