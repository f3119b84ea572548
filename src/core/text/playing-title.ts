import { cutGraphemes } from './inert.ts';

const titleLengthMax = 100;

/** As one line: what a programme is called, and what plays in it; once, where both say the same. */
export function playingTitle({ name, title }: { name: string; title: string }): string {
  const isSame = lettersOf(name) === lettersOf(title);
  const text = title === '' ? name : isSame || name === '' ? title : `${name}: ${title}`;
  return cutGraphemes(text, titleLengthMax);
}

function lettersOf(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}
