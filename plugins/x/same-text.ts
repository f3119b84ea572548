import type { TimelinePost } from './client.ts';
import { linksIn } from './length.ts';

/**
 * Whether a post of the timeline has the text that was sent. X replaces addresses by t.co ones, adds one for media,
 * encodes three characters and trims; these differences don't count.
 */
export function isSameText(sent: string, post: TimelinePost): boolean {
  return canonical(sent) === canonical(restored(post));
}

function restored(post: TimelinePost): string {
  let text = post.text;
  for (const { url, expanded_url, unwound_url, media_key } of post.entities?.urls ?? []) {
    const full = expanded_url ?? unwound_url ?? url;
    const isMedia =
      media_key !== undefined ||
      /^https:\/\/(?:x|twitter)\.com\/[^/]+\/status\/\d+\/(?:photo|video)\//.test(full);
    text = text.replaceAll(url, () => (isMedia ? '' : full));
  }
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

function canonical(text: string): string {
  const composed = text.normalize('NFC');
  let result = '';
  let copied = 0;
  for (const { url, start, end } of linksIn(composed)) {
    result += composed.slice(copied, start) + canonicalUrl(url);
    copied = end;
  }
  return (result + composed.slice(copied)).replace(/\s+/g, ' ').trim();
}

function canonicalUrl(url: string): string {
  const parsed = URL.parse(/^https?:/i.test(url) ? url : `http://${url}`);
  return parsed ? `${parsed.host}${parsed.pathname.replace(/\/$/, '')}${parsed.search}${parsed.hash}` : url;
}
