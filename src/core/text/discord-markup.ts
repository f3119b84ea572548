import { codeSpans, type Span } from './spans.ts';

/** What the markup of Discord's messages stands for; undefined: unknown, or not for everybody to know. */
export interface DiscordNames {
  channel(id: string): string | undefined;
  role(id: string): string | undefined;
  person(id: string): string | undefined;
  /** Channels of that name that the bot can see. */
  called?(name: string): readonly { id: string; type: number }[];
}

/** https://docs.discord.com/developers/reference#message-formatting */
const formPattern =
  /<(?:t:(?<time>-?\d{1,13})(?::(?<style>[tTdDfFRsS]))?|a?:(?<emoji>\w{2,32}):\d{1,20}|#(?<channel>\d{1,20})|@&(?<role>\d{1,20})|@!?(?<person>\d{1,20})|\/(?<command>[\p{L}\p{N}_-]{1,32}(?: [\p{L}\p{N}_-]{1,32}){0,2}):\d{1,20}|id:(?<page>customize|browse|guide|home|linked-roles)(?::\d{1,20})?)>/u;
const markupForms = new RegExp(formPattern, 'gu');

/** The form that stands at `index`, as it is written there. */
export function discordFormAt(text: string, index: number): string | undefined {
  if (text.charAt(index) !== '<') return undefined;
  const sticky = new RegExp(formPattern, 'uy');
  sticky.lastIndex = index;
  return sticky.exec(text)?.[0];
}

export interface DiscordMarkupOptions {
  names?: DiscordNames | undefined;
  /** Markdown in place of a spoiler. Absent: the hidden text is left out. */
  spoiler?: (hidden: string) => string;
}

const spoilerWord = '[spoiler]';

/**
 * The same Markdown with nothing that only Discord understands: times with their zone, `:emoji:`, `#channel`, `@name`,
 * `/command`; small print as text; what a spoiler hides stays hidden. Code stays as it is.
 */
export function withoutDiscordMarkup(markdown: string, options: DiscordMarkupOptions = {}): string {
  const { names, spoiler = () => '\\[spoiler\\]' } = options;
  const forms = (text: string) =>
    replaced(text, markupForms, (groups, whole) => escaped(worded(groups, whole, names)));
  const shown = spoilersReplaced(quotedToTheEnd(markdown), (hidden) => spoiler(forms(hidden)));
  return replaced(forms(shown), /^ {0,3}-# +(?=\S)/gm, () => '');
}

/** For text that isn't Markdown, such as a title or the words of a template. */
export function plainOfDiscord(text: string, names?: DiscordNames): string {
  const shown = text.replace(/\|\|(?=[^|])[\s\S]+?\|\|/g, spoilerWord);
  return shown.replace(markupForms, (whole, ...rest) => worded(rest.at(-1) as Groups, whole, names));
}

/** Whether the text hides something that other platforms have no way to hide. */
export function hasSpoiler(markdown: string): boolean {
  return spoilers(markdown).length > 0;
}

/** `>>> ` quotes everything that follows. */
export function quotedToTheEnd(markdown: string): string {
  const code = codeSpans(markdown);
  const start = [...markdown.matchAll(/^>>> /gm)].find(({ index }) => !isInside(code, index))?.index;
  if (start === undefined) return markdown;
  const rest = markdown.slice(start + 4).replaceAll('\n', '\n> ');
  return `${markdown.slice(0, start)}> ${rest}`;
}

type Groups = Readonly<Record<string, string | undefined>>;

function worded(groups: Groups, whole: string, names: DiscordNames | undefined): string {
  const { time, style = 'f', emoji, channel, role, person, command, page } = groups;
  if (time !== undefined) return timeText(Number(time) * 1_000, style) ?? whole;
  if (emoji !== undefined) return `:${emoji}:`;
  if (channel !== undefined) return prefixed('#', names?.channel(channel), 'a channel');
  if (role !== undefined) return prefixed('@', names?.role(role)?.replace(/^@/, ''), 'a role');
  if (person !== undefined) return prefixed('@', names?.person(person), 'someone');
  if (command !== undefined) return `/${command}`;
  return pages[page ?? ''] ?? whole;
}

const pages: Readonly<Record<string, string>> = {
  customize: 'Channels & Roles',
  browse: 'Browse Channels',
  guide: 'Server Guide',
  home: 'Server Guide',
  'linked-roles': 'Linked Roles',
};

function prefixed(mark: string, name: string | undefined, otherwise: string): string {
  const known = name?.replace(/\s+/g, ' ').trim() ?? '';
  return known === '' ? otherwise : mark + known;
}

const day = { day: 'numeric', month: 'long', year: 'numeric' } as const;
const minute = { hour: '2-digit', minute: '2-digit' } as const;
const styles: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  t: minute,
  T: { ...minute, second: '2-digit' },
  d: { day: 'numeric', month: 'short', year: 'numeric' },
  D: day,
  F: { weekday: 'long', ...day, ...minute },
};

/**
 * Discord shows times in the reader's own zone; elsewhere the zone must be named. Undefined beyond the years a date can
 * have.
 */
function timeText(atMs: number, style: string): string | undefined {
  if (Math.abs(atMs) > 8.64e15) return undefined;
  const format = new Intl.DateTimeFormat('en-GB', {
    ...(styles[style] ?? { ...day, ...minute }),
    timeZone: 'UTC',
  });
  const text = format.format(atMs).replace(' at ', ', ');
  return /[dD]/.test(style) ? `${text} (UTC)` : `${text} UTC`;
}

/** Names are plain text wherever they are put. */
function escaped(text: string): string {
  return text.replace(/[\\*_~`[\]<>|]/g, '\\$&');
}

function replaced(
  text: string,
  pattern: RegExp,
  replacement: (groups: Groups, whole: string) => string,
): string {
  const code = codeSpans(text);
  return text.replace(pattern, (whole, ...rest) => {
    const groups = typeof rest.at(-1) === 'object' ? (rest.at(-1) as Groups) : {};
    const index = rest.find((each) => typeof each === 'number') as number;
    return isInside(code, index) || isEscaped(text, index) ? whole : replacement(groups, whole);
  });
}

function spoilersReplaced(text: string, replacement: (hidden: string) => string): string {
  let result = '';
  let copied = 0;
  for (const { start, end } of spoilers(text)) {
    result += text.slice(copied, start) + replacement(text.slice(start + 2, end - 2).trim());
    copied = end;
  }
  return result + text.slice(copied);
}

/** From one `||` to the next, over lines and paragraphs, as Discord reads it. */
function spoilers(text: string): Span[] {
  const code = codeSpans(text);
  const marks = [...text.matchAll(/\|\|/g)]
    .map(({ index }) => index)
    .filter((index) => !isInside(code, index) && !isEscaped(text, index));
  const found: Span[] = [];
  for (let at = 0; at + 1 < marks.length; at += 1) {
    const [start = 0, end = 0] = marks.slice(at, at + 2);
    if (end === start + 2) continue;
    found.push({ start, end: end + 2 });
    at += 1;
  }
  return found;
}

function isInside(spans: readonly Span[], index: number): boolean {
  return spans.some(({ start, end }) => index >= start && index < end);
}

function isEscaped(text: string, index: number): boolean {
  let slashes = 0;
  while (text.charAt(index - 1 - slashes) === '\\') slashes += 1;
  return slashes % 2 === 1;
}
