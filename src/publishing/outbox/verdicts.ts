import type { Confirmation, Fate, Publisher, Receipt } from '#contracts/publisher.ts';
import type { BackoffInit } from '#core/backoff.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import { askedDelayMs, retryDelayMs } from './backoff.ts';
import { type Claimed, isDoubtful, type Release } from './delivery.ts';
import type { DeliveryHost } from './delivery-host.ts';
import { outboxErrors } from './errors.ts';
import { patienceOf } from './resending.ts';

export interface VerdictsInit {
  backoff: BackoffInit;
  /** Attempts that may pass without an effect before it becomes a dead letter. */
  attemptsMax: number;
  /** How long a target may take to confirm what it has accepted, before a person is asked. */
  confirmForMs: number;
}

export interface VerdictsComponents {
  host: Pick<DeliveryHost, 'targetName'>;
  clock: Clock;
  chance: Chance;
}

/** What a delivery becomes after a target's answer, and when it is handled next. Writes nothing. */
export class Verdicts {
  readonly #components: VerdictsComponents;
  readonly #init: VerdictsInit;

  constructor(components: VerdictsComponents, init: VerdictsInit) {
    this.#components = components;
    this.#init = init;
  }

  /** Nothing could be done for it here: it continues unchanged, doubts included. */
  held(delivery: Claimed, dueAtMs = this.#nowMs + this.delayMs(delivery, undefined)): Release {
    const { giveUpAtMs } = delivery;
    const state = delivery.steps.some(isDoubtful) ? 'unknown' : 'pending';
    return { state, dueAtMs, ...(giveUpAtMs ? { giveUpAtMs } : {}) };
  }

  async afterAttempt(delivery: Claimed, fate: Fate, publisher: Publisher): Promise<Release> {
    const nowMs = this.#nowMs;
    const dueAtMs = nowMs + this.delayMs(delivery, fate);
    switch (fate.state) {
      // Where nothing can be rendered again.
      case 'outdated':
      case 'rejected':
        return { state: 'failed', error: asText(await this.rejected(delivery, fate.reason)) };
      case 'authorisation-lost':
      case 'out-of-budget':
        return { state: 'pending', dueAtMs: nowMs };
      case 'unknown':
        return {
          state: 'unknown',
          dueAtMs: Math.max(nowMs + publisher.describe.settleDelayMs, dueAtMs),
          countAttempt: true,
          ...(fate.saysThere ? { giveUpAtMs: nowMs + patienceOf(publisher) } : {}),
        };
      case 'rate-limited':
      case 'not-sent': {
        const attempts = delivery.attemptCount + 1;
        if (attempts < this.#init.attemptsMax) return { state: 'pending', dueAtMs, countAttempt: true };
        return { state: 'failed', error: asText(await this.gaveUp(delivery, attempts, fate.reason)) };
      }
    }
  }

  async afterConfirmation(
    delivery: Claimed,
    said: Confirmation,
    fate: Fate | undefined,
    receipt: Receipt,
  ): Promise<Release> {
    if (said.state === 'confirmed') return { state: 'done', receipt: said.receipt };
    if (said.state === 'failed')
      return { state: 'failed', receipt, error: asText(await this.rejected(delivery, said.reason)) };
    const nowMs = this.#nowMs;
    const giveUpAtMs = delivery.giveUpAtMs ?? nowMs + this.#init.confirmForMs;
    if (nowMs >= giveUpAtMs) {
      const target = await this.targetName(delivery);
      const minutes = Math.round(this.#init.confirmForMs / 60_000);
      return {
        state: 'unknown',
        receipt,
        error: asText(outboxErrors.OUTBOX_UNCONFIRMED({ target, minutes })),
      };
    }
    const dueAtMs = Math.min(nowMs + this.delayMs(delivery, fate), giveUpAtMs);
    return { state: 'confirming', receipt, dueAtMs, countAttempt: true, giveUpAtMs };
  }

  async gaveUp(delivery: Claimed, attempts: number, reason: string): Promise<GuildmeshError> {
    return outboxErrors.OUTBOX_GAVE_UP({ target: await this.targetName(delivery), attempts, reason });
  }

  async rejected(delivery: Claimed, reason: string): Promise<GuildmeshError> {
    return outboxErrors.OUTBOX_REJECTED({ target: await this.targetName(delivery), reason });
  }

  delayMs(delivery: Claimed, fate: Fate | undefined): number {
    const askedMs = fate?.state === 'rate-limited' ? askedDelayMs(this.#nowMs, fate) : 0;
    return retryDelayMs(this.#components.chance, this.#init.backoff, delivery.attemptCount, askedMs);
  }

  targetName(delivery: Claimed): Promise<string> {
    return this.#components.host.targetName(delivery.targetId);
  }

  get #nowMs(): number {
    return this.#components.clock.nowMs();
  }
}

export function asText(error: GuildmeshError): { code: string; text: string } {
  return { code: error.code, text: `${error.message} ${error.next}` };
}
