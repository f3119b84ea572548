import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Chance, Clock } from '#core/clock.ts';
import { meshLimits } from './limits.ts';

/** What somebody was shown, and says yes to. */
export interface TrustCard {
  /** `actorKey` of whoever was shown it. */
  asker: string;
  ownPeerId: string;
  peerId: string;
  /** What the community would be called here. */
  name: string;
}

/**
 * Confirmations that only whoever was shown a card can give, for just what it showed, for a while. The key is made
 * anew with every process: a card of before a restart is shown again.
 */
export class TrustCards {
  readonly #clock: Clock;
  readonly #key: Uint8Array;

  constructor({ clock, chance }: { clock: Clock; chance: Pick<Chance, 'bytes'> }) {
    this.#clock = clock;
    this.#key = chance.bytes(32);
  }

  confirmationOf(card: TrustCard): string {
    const untilSeconds = Math.ceil((this.#clock.nowMs() + meshLimits.trustCardLifetimeMs) / 1_000);
    return `${untilSeconds.toString(36)}.${this.#mac(card, untilSeconds)}`;
  }

  confirms(confirmation: string, card: TrustCard): boolean {
    const [until = '', mac = ''] = confirmation.split('.');
    const untilSeconds = Number.parseInt(until, 36);
    const expected = Buffer.from(this.#mac(card, untilSeconds));
    const given = Buffer.from(mac);
    const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
    return isOurs && this.#clock.nowMs() < untilSeconds * 1_000;
  }

  #mac({ asker, ownPeerId, peerId, name }: TrustCard, untilSeconds: number): string {
    return createHmac('sha256', this.#key)
      .update(JSON.stringify([asker, ownPeerId, peerId, name, untilSeconds]))
      .digest('base64url');
  }
}
