/** Somebody else's sentence as part of one of ours: without the full stop at its end. */
export function asClause(text: string): string {
  const trimmed = text.trim();
  return /(?<!\.)\.$/.test(trimmed) ? trimmed.slice(0, -1) : trimmed;
}

/** Ends with exactly one mark. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
