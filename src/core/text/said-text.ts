import { errorText } from '../errors.ts';
import { asClause } from './sentences.ts';

/** One line of what the other side said, short enough for a panel, to stand within a sentence. */
export function saidText(text: unknown, lengthMax = 300): string {
  const line = asClause((typeof text === 'string' ? text : errorText(text)).replace(/\s+/g, ' '));
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1)}…`;
}
