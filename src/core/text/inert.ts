/** Text that came from outside (peer names, titles, file names) on its way into a Discord message. */

const controlAndBidi =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the purpose
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const markdownPattern = /[\\`*_~|>#[\]()<@:-]/g;
const disarmedChannelLink = /\\<\\#(\d{17,20})\\>/g;

/** One line, no control or direction characters, Markdown and mentions disarmed, cut at a grapheme. */
export function inert(text: string, lengthMax = 100): string {
  return cutGraphemes(text.normalize('NFC').replace(controlAndBidi, ''), lengthMax).replace(
    markdownPattern,
    '\\$&',
  );
}

/** A sentence of our own, which may quote foreign text: like `inert`, but links to channels still work. */
export function inertSentence(text: string, lengthMax = 100): string {
  return inert(text, lengthMax).replace(disarmedChannelLink, '<#$1>');
}

export function cutGraphemes(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  let kept = '';
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)) {
    if (kept.length + segment.length > lengthMax - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
