/** Of what somebody else said, to stand within a sentence of ours: without the full stop at its end. */
export function asClause(text: string): string {
  const trimmed = text.trim();
  return /(?<!\.)\.$/.test(trimmed) ? trimmed.slice(0, -1) : trimmed;
}

/** With one mark at its end. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** A sentence made of parts that had ends of their own: one mark at each, whatever they brought. Three dots stay. */
export function onceStopped(text: string): string {
  return text.replace(/(?<![.])([.!?…])\.(?![.])(?=\s|$)/g, '$1');
}
