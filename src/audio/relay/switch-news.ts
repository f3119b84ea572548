import type { Clock } from '#core/clock.ts';
import { cutGraphemes, inert } from '#core/text/inert.ts';
import type { SourceSwitch, SwitchReason } from '../source/contract.ts';

/** A source that comes and goes all day would fill the channel's chat. */
export const switchesToldMax = 6;
export const switchesForgottenMs = 600_000;
const nameLengthMax = 100;

const why: Record<Exclude<SwitchReason, 'back' | 'asked'>, string> = {
  stalled: 'gives no sound',
  lost: 'broke off',
  ended: 'has ended',
};

/** What people in the channel read when another source takes over; nothing once that was too often. */
export class SwitchNews {
  readonly #clock: Clock;
  #toldAtMs: number[] = [];

  constructor(components: { clock: Clock }) {
    this.#clock = components.clock;
  }

  text({ from, to, why }: SourceSwitch): string | undefined {
    const nowMs = this.#clock.monotonicMs();
    this.#toldAtMs = this.#toldAtMs.filter((atMs) => nowMs - atMs < switchesForgottenMs);
    if (this.#toldAtMs.length >= switchesToldMax) return undefined;
    this.#toldAtMs.push(nowMs);
    const last = this.#toldAtMs.length === switchesToldMax;
    return `${sentence(named(from), named(to), why)}${last ? ' From here on for a while only /relay status says so.' : ''}`;
  }
}

function sentence(from: string, to: string, reason: SwitchReason): string {
  if (reason === 'back') return `“${to}” is back and plays again, in place of “${from}”.`;
  if (reason === 'asked') return `Somebody asked for the next source: “${to}” plays in place of “${from}”.`;
  return `“${from}” ${why[reason]}: “${to}” plays in its place. It is tried again by itself.`;
}

function named(source: string): string {
  return inert(cutGraphemes(source, nameLengthMax));
}
