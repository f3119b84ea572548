import type { AttemptContext, Fate, Publisher, Receipt, Step } from '#contracts/publisher.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import { publishingErrors } from '../errors.ts';
import { askedDelayMs, type BackoffInit, backoffMs } from './backoff.ts';
import type { Claimed, ClaimedStep, OutboxStore } from './store.ts';
import type { TargetGate } from './target-gate.ts';

export interface RunnerInit {
  worker: string;
  backoff: BackoffInit;
  /** Refusals that may pass, before it becomes a dead letter. */
  attemptsMax: number;
  /** Ends of the process while it was being sent, before it becomes a dead letter. */
  crashesMax: number;
  /** How long a look-up or a confirmation may go on saying nothing, before a person is asked. */
  unknownForPersonMs: number;
  /** False only in the control of the fault runs: blind retry, which duplicates. */
  lookUpBeforeRetry: boolean;
}

/** What the host gives for one delivery: its publisher, and a context whose requests end at the signal. */
export interface DeliveryHost {
  publisher(id: string): Publisher | undefined;
  context(delivery: Claimed, step: ClaimedStep, signal: AbortSignal): Promise<AttemptContext>;
  targetName(targetId: string): Promise<string>;
}

export interface RunnerComponents {
  store: OutboxStore;
  gate: TargetGate;
  host: DeliveryHost;
  clock: Clock;
  chance: Chance;
}

type StepEnd = 'done' | 'released';

/**
 * Brings one claimed delivery as far as it goes. The order is the whole point: `sending` is durable before a request
 * leaves, and an attempt of unknown fate is looked up before anything is sent again.
 */
export class DeliveryRunner {
  readonly #components: RunnerComponents;
  readonly #init: RunnerInit;

  constructor(components: RunnerComponents, init: RunnerInit) {
    this.#components = components;
    this.#init = init;
  }

  async run(delivery: Claimed, signal: AbortSignal): Promise<void> {
    const publisher = this.#components.host.publisher(delivery.publisher);
    const refusal = publisher ? this.#refusal(delivery) : noPublisher(delivery);
    if (refusal || !publisher) return this.#fail(delivery, refusal ?? noPublisher(delivery));
    if (!(await this.#affordable(delivery))) return;

    const receipts: Record<string, Receipt> = {};
    for (const step of delivery.steps) {
      const ended = await this.#step(publisher, delivery, step, receipts, signal);
      if (ended === 'released') return;
    }
    await this.#conclude(publisher, delivery, receipts, signal);
  }

  #refusal(delivery: Claimed): GuildmeshError | undefined {
    if (delivery.crashCount >= this.#init.crashesMax) {
      return publishingErrors.OUTBOX_POISON({ crashes: delivery.crashCount });
    }
    const untouched = delivery.steps.every((step) => step.firstAttemptAtMs === undefined);
    const lateMs = this.#components.clock.nowMs() - (delivery.notAfterMs ?? Number.POSITIVE_INFINITY);
    if (untouched && lateMs > 0)
      return publishingErrors.OUTBOX_MISSED({ lateMinutes: Math.ceil(lateMs / 60_000) });
    return undefined;
  }

  async #affordable(delivery: Claimed): Promise<boolean> {
    const { gate, store, clock } = this.#components;
    const untouched = delivery.steps.every((step) => step.firstAttemptAtMs === undefined);
    if (!untouched || delivery.costMicros === 0) return true;
    if (await gate.reserve(delivery, clock.nowMs())) return true;
    await gate.pause(delivery, 'out-of-budget', 'The monthly budget of this target is used up.');
    await store.release(delivery, { state: 'pending', dueAtMs: clock.nowMs() }, clock.nowMs());
    return false;
  }

  async #step(
    publisher: Publisher,
    delivery: Claimed,
    step: ClaimedStep,
    receipts: Record<string, Receipt>,
    signal: AbortSignal,
  ): Promise<StepEnd> {
    if (step.state === 'done') {
      if (step.receipt) receipts[step.step.id] = step.receipt;
      return 'done';
    }
    const context = await this.#components.host.context(delivery, step, signal);
    if (step.state !== 'waiting' && this.#init.lookUpBeforeRetry) {
      const looked = await this.#lookUp(publisher, delivery, step, receipts, context);
      if (looked !== 'absent') return looked;
    }
    return this.#execute(publisher, delivery, step, receipts, context);
  }

  /** `absent`: it may be sent (again). */
  async #lookUp(
    publisher: Publisher,
    delivery: Claimed,
    step: ClaimedStep,
    receipts: Record<string, Receipt>,
    context: AttemptContext,
  ): Promise<StepEnd | 'absent'> {
    const { store, clock } = this.#components;
    const settledAtMs = settlesAtMs(publisher, step);
    if (clock.nowMs() < settledAtMs) {
      await store.release(delivery, { state: 'unknown', dueAtMs: settledAtMs }, clock.nowMs());
      return 'released';
    }
    const attemptId = await store.beginAttempt(
      delivery,
      step.step.id,
      'find',
      this.#init.worker,
      clock.nowMs(),
    );
    if (attemptId === undefined) return 'released';
    try {
      const found = await publisher.find(context, step.step, receipts);
      const outcome = { attemptId, outcome: found.state, detail: '', step: undefined, nowMs: clock.nowMs() };
      if (found.state === 'found') {
        const end = { ...outcome, step: { state: 'done' as const, receipt: found.receipt } };
        if (!(await store.endAttempt(delivery, step.step.id, end))) return 'released';
        receipts[step.step.id] = found.receipt;
        return 'done';
      }
      await store.endAttempt(delivery, step.step.id, outcome);
      if (found.state === 'absent' || this.#harmless(publisher, step)) return 'absent';
      return await this.#askPerson(delivery, found.why);
    } catch (error) {
      return await this.#lookUpFailed(publisher, delivery, step, attemptId, error);
    }
  }

  /** Sending again is harmless while the server remembers our key. */
  #harmless(publisher: Publisher, step: ClaimedStep): boolean {
    const { dedupe, dedupeWindowMs } = publisher.describe;
    if (dedupe !== 'server-key') return false;
    const sinceMs = this.#components.clock.nowMs() - (step.firstAttemptAtMs ?? 0);
    return sinceMs < (dedupeWindowMs ?? 0);
  }

  async #lookUpFailed(
    publisher: Publisher,
    delivery: Claimed,
    step: ClaimedStep,
    attemptId: string,
    error: unknown,
  ): Promise<StepEnd> {
    const { store, clock, gate } = this.#components;
    const fate = publisher.classify(error);
    const nowMs = clock.nowMs();
    await store.endAttempt(delivery, step.step.id, {
      attemptId,
      outcome: fate.state,
      detail: fate.reason,
      step: undefined,
      nowMs,
    });
    if (fate.state === 'authorisation-lost') await gate.pause(delivery, 'authorisation-lost', fate.reason);
    if (nowMs - (step.firstAttemptAtMs ?? nowMs) > this.#init.unknownForPersonMs) {
      return this.#askPerson(delivery, `the look-up failed (${fate.reason})`);
    }
    const dueAtMs = nowMs + this.#delayMs(delivery, fate);
    await store.release(delivery, { state: 'unknown', dueAtMs, countAttempt: true }, nowMs);
    return 'released';
  }

  async #execute(
    publisher: Publisher,
    delivery: Claimed,
    step: ClaimedStep,
    receipts: Record<string, Receipt>,
    context: AttemptContext,
  ): Promise<StepEnd> {
    const { store, clock } = this.#components;
    const attemptId = await store.beginAttempt(
      delivery,
      step.step.id,
      'execute',
      this.#init.worker,
      clock.nowMs(),
    );
    if (attemptId === undefined) return 'released';
    try {
      const receipt = await publisher.execute(context, step.step, receipts);
      const end = {
        attemptId,
        outcome: 'done',
        detail: receipt.url ?? receipt.remoteId,
        nowMs: clock.nowMs(),
      };
      const kept = await store.endAttempt(delivery, step.step.id, {
        ...end,
        step: { state: 'done', receipt },
      });
      if (!kept) return 'released';
      receipts[step.step.id] = receipt;
      return 'done';
    } catch (error) {
      await this.#attemptFailed(delivery, step.step, attemptId, publisher.classify(error), publisher);
      return 'released';
    }
  }

  async #attemptFailed(
    delivery: Claimed,
    step: Step,
    attemptId: string,
    fate: Fate,
    publisher: Publisher,
  ): Promise<void> {
    const { store, clock, gate } = this.#components;
    const nowMs = clock.nowMs();
    const stepState = fate.state === 'unknown' ? 'unknown' : 'waiting';
    const end = {
      attemptId,
      outcome: fate.state,
      detail: fate.reason,
      step: { state: stepState },
      nowMs,
    } as const;
    if (!(await store.endAttempt(delivery, step.id, end))) return;

    switch (fate.state) {
      case 'rejected':
        return this.#fail(delivery, await this.#rejected(delivery, fate.reason));
      case 'authorisation-lost':
      case 'out-of-budget':
        await gate.pause(delivery, fate.state, fate.reason);
        await store.release(delivery, { state: 'pending', dueAtMs: nowMs }, nowMs);
        return;
      case 'rate-limited': {
        const untilMs = nowMs + this.#delayMs(delivery, fate);
        await gate.pause(delivery, 'rate-limited', fate.reason, untilMs);
        await store.release(delivery, { state: 'pending', dueAtMs: untilMs }, nowMs);
        return;
      }
      case 'unknown': {
        const dueAtMs = nowMs + Math.max(publisher.describe.settleDelayMs, this.#delayMs(delivery, fate));
        await store.release(delivery, { state: 'unknown', dueAtMs, countAttempt: true }, nowMs);
        return;
      }
      case 'not-sent':
        return this.#later(delivery, fate);
    }
  }

  async #later(delivery: Claimed, fate: Fate): Promise<void> {
    const { store, clock, host } = this.#components;
    const attempts = delivery.attemptCount + 1;
    if (attempts >= this.#init.attemptsMax) {
      const target = await host.targetName(delivery.targetId);
      return this.#fail(delivery, publishingErrors.OUTBOX_GAVE_UP({ target, attempts, reason: fate.reason }));
    }
    const dueAtMs = clock.nowMs() + this.#delayMs(delivery, fate);
    await store.release(delivery, { state: 'pending', dueAtMs, countAttempt: true }, clock.nowMs());
  }

  async #conclude(
    publisher: Publisher,
    delivery: Claimed,
    receipts: Record<string, Receipt>,
    signal: AbortSignal,
  ): Promise<void> {
    const { store, clock, host } = this.#components;
    const last = delivery.steps.at(-1);
    const receipt = last && receipts[last.step.id];
    if (!last || !receipt) throw new Error(`delivery ${delivery.id} has no receipt`);
    if (!publisher.confirm) {
      await store.release(delivery, { state: 'done', receipt }, clock.nowMs());
      return;
    }
    const context = await host.context(delivery, last, signal);
    const confirmation = await publisher
      .confirm(context, last.step, receipt)
      .catch(() => ({ state: 'pending' }) as const);
    const nowMs = clock.nowMs();
    if (confirmation.state === 'confirmed') {
      await store.release(delivery, { state: 'done', receipt: confirmation.receipt }, nowMs);
    } else if (confirmation.state === 'failed') {
      await this.#fail(delivery, await this.#rejected(delivery, confirmation.reason));
    } else {
      const dueAtMs = nowMs + this.#delayMs(delivery, undefined);
      await store.release(delivery, { state: 'confirming', dueAtMs, countAttempt: true, receipt }, nowMs);
    }
  }

  async #rejected(delivery: Claimed, reason: string): Promise<GuildmeshError> {
    return publishingErrors.OUTBOX_REJECTED({
      target: await this.#components.host.targetName(delivery.targetId),
      reason,
    });
  }

  async #askPerson(delivery: Claimed, why: string): Promise<StepEnd> {
    const { store, clock, host } = this.#components;
    const target = await host.targetName(delivery.targetId);
    const error = publishingErrors.OUTBOX_FATE_UNKNOWN({ target, why });
    await store.release(delivery, { state: 'unknown', error: asText(error) }, clock.nowMs());
    return 'released';
  }

  async #fail(delivery: Claimed, error: GuildmeshError): Promise<void> {
    const nowMs = this.#components.clock.nowMs();
    await this.#components.store.release(delivery, { state: 'failed', error: asText(error) }, nowMs);
  }

  #delayMs(delivery: Claimed, fate: Fate | undefined): number {
    const { chance, clock } = this.#components;
    const askedMs = fate?.state === 'rate-limited' ? askedDelayMs(clock.nowMs(), fate) : 0;
    return backoffMs(chance, this.#init.backoff, delivery.attemptCount, askedMs);
  }
}

/**
 * When a look-up's `absent` can be believed: an attempt that never ended may have been under way until its time-out.
 */
function settlesAtMs(publisher: Publisher, step: ClaimedStep): number {
  const { settleDelayMs, attemptTimeoutMs } = publisher.describe;
  const endedAtMs = (step.lastAttemptAtMs ?? 0) + (step.state === 'sending' ? attemptTimeoutMs : 0);
  return endedAtMs + settleDelayMs;
}

function noPublisher(delivery: Claimed): GuildmeshError {
  return publishingErrors.OUTBOX_NO_PUBLISHER({ publisher: delivery.publisher });
}

function asText(error: GuildmeshError): { code: string; text: string } {
  return { code: error.code, text: `${error.message} ${error.next}` };
}
