/**
 * "live audio", "go-live" → "#liveAudio #goLive": the tags that networks recognise. Tags that would come out as
 * something else are left out: digits alone, versions (v1.0.2), and names with a sign (c#, c++, .net, 100%).
 */
export function hashtags(tags: readonly string[]): string {
  const words = tags.map(hashtag).filter((tag) => tag !== '');
  return [...new Set(words)].map((word) => `#${word}`).join(' ');
}

/** Signs with a meaning, a leading dot, and anything between two digits: "1.0", "24/7". */
const unspeakablePattern = /[#+%@*=<>^~|\\\p{Sc}]|^\.|\p{N}[^\p{L}\p{N}\p{M}_\s]+\p{N}/u;

function hashtag(tag: string): string {
  const named = tag.normalize('NFC').trim().replace(/^#/u, '');
  if (unspeakablePattern.test(named)) return '';
  const joined = named
    .split(/[^\p{L}\p{N}\p{M}_]+/u)
    .filter((word) => word !== '')
    .map((word, index) => (index === 0 ? word : capitalised(word)))
    .join('');
  return /\p{L}/u.test(joined) ? joined : '';
}

function capitalised(word: string): string {
  const [first = ''] = word;
  return first.toUpperCase() + word.slice(first.length);
}
