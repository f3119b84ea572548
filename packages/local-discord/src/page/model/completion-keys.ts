import { type Completion, filledOptions, missingOptions, type Suggestion } from './completion.ts';

/**
 * The suggestion that Enter would take when the list appears; −1 when Enter should rather send:
 * all that is required has been typed.
 */
export function startingActive(
  completion: Completion,
  suggestions: readonly Suggestion[],
  text: string,
): number {
  if (suggestions.length === 0) return -1;
  if (completion.kind === 'option') {
    const typing = completion.end > completion.start;
    return typing || missingOptions(text, completion.command).length > 0 ? 0 : -1;
  }
  // Enter sends a text; it doesn't turn its last word into an option.
  return suggestions[0]?.start === undefined ? 0 : -1;
}

/** Enter on a value that is already typed in full sends, it does not type it once more. */
export function acceptsOnEnter(suggestion: Suggestion, completion: Completion, text: string): boolean {
  if (completion.kind === 'command')
    return suggestion.insert !== `${text.trimEnd()} ` || !isOnlyCandidate(completion, text);
  if (completion.kind !== 'value') return true;
  const typed = filledOptions(text, completion.command).get(completion.option.name);
  return typed === undefined || `${text.slice(typed.start, typed.end)} ` !== suggestion.insert;
}

/** The new index for an arrow key; undefined for other keys. From −1 both arrows enter the list. */
export function moveActive(key: string, active: number, count: number): number | undefined {
  if (count === 0) return undefined;
  if (key === 'ArrowDown') return (active + 1) % count;
  if (key === 'ArrowUp') return active <= 0 ? count - 1 : active - 1;
  return undefined;
}

function isOnlyCandidate(completion: Extract<Completion, { kind: 'command' }>, text: string): boolean {
  return completion.suggestions.some(({ label }) => label === text.trimEnd());
}
