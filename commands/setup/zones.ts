/** Zones that a select offers, the likeliest first. Discord: 25. */
const offeredMax = 25;

/** By the language that Discord shows the server in. */
const byLanguage: Readonly<Record<string, readonly string[]>> = {
  bg: ['Europe/Sofia'],
  cs: ['Europe/Prague'],
  da: ['Europe/Copenhagen'],
  de: ['Europe/Berlin', 'Europe/Vienna', 'Europe/Zurich'],
  el: ['Europe/Athens'],
  'en-GB': ['Europe/London', 'Europe/Dublin'],
  'en-US': ['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles'],
  es: ['Europe/Madrid'],
  fi: ['Europe/Helsinki'],
  fr: ['Europe/Paris', 'Europe/Brussels', 'America/Toronto'],
  hi: ['Asia/Kolkata'],
  hr: ['Europe/Zagreb'],
  hu: ['Europe/Budapest'],
  id: ['Asia/Jakarta'],
  it: ['Europe/Rome'],
  ja: ['Asia/Tokyo'],
  ko: ['Asia/Seoul'],
  lt: ['Europe/Vilnius'],
  nl: ['Europe/Amsterdam', 'Europe/Brussels'],
  no: ['Europe/Oslo'],
  pl: ['Europe/Warsaw'],
  pt: ['America/Sao_Paulo', 'Europe/Lisbon'],
  ro: ['Europe/Bucharest'],
  ru: ['Europe/Moscow', 'Asia/Yekaterinburg', 'Asia/Novosibirsk'],
  sv: ['Europe/Stockholm'],
  th: ['Asia/Bangkok'],
  tr: ['Europe/Istanbul'],
  uk: ['Europe/Kyiv'],
  vi: ['Asia/Ho_Chi_Minh'],
  'zh-CN': ['Asia/Shanghai'],
  'zh-TW': ['Asia/Taipei'],
};

const usual = [
  ...['UTC', 'Europe/London', 'Europe/Berlin', 'Europe/Paris', 'Europe/Madrid', 'Europe/Rome'],
  ...['Europe/Amsterdam', 'Europe/Warsaw', 'Europe/Athens', 'Europe/Kyiv', 'Europe/Istanbul'],
  ...['Europe/Moscow', 'America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles'],
  ...['America/Toronto', 'America/Sao_Paulo', 'America/Mexico_City', 'Asia/Kolkata', 'Asia/Shanghai'],
  ...['Asia/Tokyo', 'Asia/Seoul', 'Asia/Singapore', 'Australia/Sydney', 'Pacific/Auckland'],
];

/** The one that was chosen, those of the language, then the usual ones. */
export function likelyZones(locale: string | undefined, chosen: string | undefined): string[] {
  const language = locale?.split('-')[0] ?? '';
  const fitting = byLanguage[locale ?? ''] ?? byLanguage[language] ?? [];
  const all = [...(chosen === undefined ? [] : [chosen]), ...fitting, ...usual];
  return [...new Set(all)].slice(0, offeredMax);
}
