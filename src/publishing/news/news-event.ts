import type { NewsItem } from '#contracts/news.ts';
import { cleanLine } from '#core/text/clean-line.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import { fitted, versionIn } from '#core/text/label-pattern.ts';
import { newsTextCharsMax } from './feed-reader.ts';
import type { ChainTrigger } from './news-reader.ts';

const labelCharsMax = 200;
const urlCharsMax = 2_000;

/** What is known of an item, for texts; others wrote it, so it is never a template. */
export interface NewsFacts {
  version?: string;
  /** "owner/name" */
  repository?: string;
  url?: string;
  /** When it happened there. */
  atMs?: number;
}

/** What the run that an item starts is made of. */
export interface NewsEvent {
  label: string;
  description: string;
  /** Content ids. */
  artifacts: string[];
  facts: NewsFacts;
}

/** The text of a run about it. Foreign text is never read as a template, and is cut to a post's length. */
export function newsEvent(
  { trigger }: { trigger: ChainTrigger },
  { title, text, url, atMs, tag }: NewsItem,
): NewsEvent {
  const label = cleanLine(noTemplate(title), labelCharsMax);
  const isRelease = trigger.kind === 'release';
  const version =
    isRelease && tag !== undefined
      ? (fitted(trigger.tag, tag)?.version ?? versionIn(tag) ?? tag)
      : versionIn(title);
  return {
    label: label || 'untitled',
    description: cutGraphemes(noTemplate(text).replace(/(?![\n\t])\p{Cc}/gu, ''), newsTextCharsMax),
    artifacts: [],
    facts: {
      ...(version !== undefined && { version: cleanLine(version, 60) }),
      ...(isRelease && { repository: trigger.repository }),
      ...(isWebAddress(url) && { url }),
      ...(isInstant(atMs) && { atMs }),
    },
  };
}

/** Placeholders are filled in once more, later: with the addresses of earlier links. */
function noTemplate(text: string): string {
  return text.replaceAll(/\{(?=receipts?[:}])/g, '{ ');
}

function isWebAddress(url: string | undefined): url is string {
  return url !== undefined && url.length <= urlCharsMax && /^https?:$/.test(URL.parse(url)?.protocol ?? '');
}

/** Some feeds say the year 275760. */
function isInstant(atMs: number | undefined): atMs is number {
  return atMs !== undefined && Math.abs(atMs) < Date.UTC(9999, 0);
}
