import { createRequire } from 'node:module';
import type TwitterText from 'twitter-text';

const require = createRequire(import.meta.url);

/** Weighted: an address counts 23, an emoji or a CJK character 2. */
export const postLengthMax = 280;

export function postLength(text: string): number {
  return text === '' ? 0 : twitterText().parseTweet(text).weightedLength;
}

/** Also false for text with characters that X refuses. */
export function fitsPost(text: string): boolean {
  return text === '' || twitterText().parseTweet(text).valid;
}

/** Everything that X will turn into a link, even without a scheme: links make the post more expensive. */
export function linksIn(text: string): { url: string; start: number; end: number }[] {
  return twitterText()
    .extractUrlsWithIndices(text)
    .map(({ url, indices: [start, end] }) => ({ url, start, end }));
}

export function cashtagsIn(text: string): string[] {
  return twitterText().extractCashtags(text);
}

/** Loaded when first used: with its polyfills it takes 7 MiB, which hubs that never post to X don't need. */
function twitterText(): typeof TwitterText {
  return require('twitter-text');
}
