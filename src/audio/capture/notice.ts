import { type Audience, audienceWords } from '#contracts/audio.ts';
import type { CaptureRule } from '#contracts/consent-store.ts';

/**
 * What people in the channel read before the first word of theirs is sent anywhere. `isFirst`: nobody could have given
 * consent for this audience yet.
 */
export function startNotice(rule: CaptureRule, audience: Audience, isFirst: boolean): string {
  return `🔴 **This channel is being broadcast. It is heard by ${audienceWords[audience]}.** ${whoIsHeard(rule, audience, isFirst)}`;
}

export function endNotice(): string {
  return '⚪ This channel is no longer being broadcast.';
}

function whoIsHeard(rule: CaptureRule, audience: Audience, isFirst: boolean): string {
  if (rule === 'notice')
    return 'Everyone who speaks here is heard there. `/consent withdraw` leaves your voice out.';
  if (audience === 'server')
    return 'Only who has given consent is heard there: `/consent give`. Everybody else is left out.';
  return isFirst
    ? 'Only who gives consent from now on is heard there: `/consent give`, also if you gave it before. Everybody else is left out.'
    : 'Only who has given consent since this channel was first broadcast to them is heard there: `/consent give`. Everybody else is left out.';
}
