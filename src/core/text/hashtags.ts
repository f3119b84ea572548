/** "live audio", "go-live", "2026" → "#liveAudio #goLive": what networks read as tags; tags of digits alone are none. */
export function hashtags(tags: readonly string[]): string {
  const words = tags.map(hashtag).filter((tag) => tag !== '');
  return [...new Set(words)].map((word) => `#${word}`).join(' ');
}

function hashtag(tag: string): string {
  const words = tag.normalize('NFC').split(/[^\p{L}\p{N}\p{M}_]+/u);
  const joined = words
    .filter((word) => word !== '')
    .map((word, index) => (index === 0 ? word : capitalised(word)))
    .join('');
  return /\p{L}/u.test(joined) ? joined : '';
}

function capitalised(word: string): string {
  const [first = ''] = word;
  return first.toUpperCase() + word.slice(first.length);
}
