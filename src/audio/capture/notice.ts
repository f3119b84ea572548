import type { CaptureRule } from '#contracts/consent-store.ts';

/** What people in the channel read before the first word of theirs goes anywhere. */
export function startNotice(rule: CaptureRule): string {
  const who =
    rule === 'notice'
      ? 'Everyone who speaks here is heard there. `/consent withdraw` leaves your voice out.'
      : 'Only who has given consent is heard there: `/consent give`. Everybody else is left out.';
  return `🔴 **This channel is being broadcast to other communities.** ${who}`;
}

export function endNotice(): string {
  return '⚪ This channel is no longer being broadcast.';
}
