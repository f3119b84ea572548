import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Chance, Clock } from '#core/clock.ts';
import { meshLimits } from './limits.ts';

/** What a person was shown and confirms. */
export interface TrustCard {
  /** `actorKey` of the person it was shown to. */
  asker: string;
  ownPeerId: string;
  peerId: string;
  /** The community's name here. */
  name: string;
}

/**
 * Confirmations that only the person who was shown a card can give, for exactly what it showed, for a limited time.
 * Every process makes a new key: a card from before a restart is shown again.
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
