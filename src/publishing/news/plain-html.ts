import { cutGraphemes } from '#core/text/inert.ts';
import { readXml } from '#core/text/xml-reader.ts';

const apart = new Set([
  'p',
  'div',
  'br',
  'li',
  'tr',
  'blockquote',
  'pre',
  'ul',
  'ol',
  'table',
  'hr',
  'figure',
]);
const unseen = new Set(['script', 'style', 'head', 'template', 'svg']);

/** The readable text of a piece of HTML, paragraph by paragraph. */
export function plainOfHtml(html: string, charsMax: number): string {
  let text = '';
  let hidden: string | undefined;
  const line = (name: string) => {
    if (apart.has(name) || /^h[1-6]$/.test(name)) text += '\n';
  };
  readXml(html, {
    open: (name, _, isEmpty) => {
      if (hidden === undefined && unseen.has(name) && !isEmpty) hidden = name;
      if (name === 'p') text += '\n';
      line(name);
      if (name === 'li') text += '- ';
    },
    close: (name) => {
      if (name === hidden) hidden = undefined;
      if (name !== 'li' && name !== 'br') line(name);
    },
    text: (piece) => {
      if (hidden === undefined) text += piece.replace(/\s+/g, ' ');
    },
  });
  const tidy = text
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    // Invisible and direction-changing characters of others.
    .replace(/(?!\n)\p{C}/gu, '');
  return cutGraphemes(tidy.trim(), charsMax);
}
