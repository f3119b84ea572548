import type { TargetLamp } from '#contracts/actions/targets.ts';
import { inert } from '#core/text/inert.ts';
import { ago } from './layout.ts';

const marks: Readonly<Record<TargetLamp['state'], string>> = {
  ready: '🟢',
  needs: '🟡',
  'not-checked': '🟠',
  refused: '🔴',
  held: '⏸',
};

const wordMax = 80;

/** "🟡 Needs a token": the mark never stands alone. */
export function lampWords({ state, word }: TargetLamp): string {
  return `${marks[state]} ${inert(word, wordMax)}`;
}

/** The same with the age of what its platform said. */
export function lampWithAge(lamp: TargetLamp): string {
  return [lampWords(lamp), lamp.checkedAtMs !== undefined && `checked ${ago(lamp.checkedAtMs)}`]
    .filter(Boolean)
    .join(' · ');
}
