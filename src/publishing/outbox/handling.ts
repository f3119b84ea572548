import type { AttemptContext, Fate, Publisher, Receipt } from '#contracts/publisher.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { errorText, type GuildmeshError } from '#core/errors.ts';
import type { RowSeals } from '../seals/row-seals.ts';
import type { DeliveryChanges } from './changes.ts';
import { type Claimed, type ClaimedStep, nothingLanded, type Release } from './delivery.ts';
import type { DeliveryHost } from './delivery-host.ts';
import { outboxErrors } from './errors.ts';
import type { Leash } from './leash.ts';
import type { OutboxStore } from './store.ts';
import type { TargetGate } from './target-gate.ts';
import { asText, Verdicts, type VerdictsInit } from './verdicts.ts';

export interface RunnerInit extends VerdictsInit {
  worker: string;
  leaseMs: number;
  /** How often the process may end while it holds this delivery, before it becomes a dead letter. */
  crashesMax: number;
  /** How long look-ups may fail before a person is asked. */
  unknownForPersonMs: number;
  /** False only in the control of the fault runs: blind retry, which duplicates. */
  lookUpBeforeRetry: boolean;
}

export interface RunnerComponents {
  store: OutboxStore;
  gate: TargetGate;
  host: DeliveryHost;
  changes: DeliveryChanges;
  seals: Pick<RowSeals, 'holdsNow'>;
  clock: Clock;
  chance: Chance;
}

/** One delivery that is being worked on. */
export interface Work {
  publisher: Publisher;
  delivery: Claimed;
  leash: Leash;
  receipts: Record<string, Receipt>;
}

export type StepEnd = 'done' | 'released';

/** What happens to a delivery in hand, whichever way it goes: attempts, pauses of its target, and its release. */
export class Handling {
  readonly verdicts: Verdicts;
  readonly #components: RunnerComponents;
  readonly #worker: string;

  constructor(components: RunnerComponents, init: RunnerInit) {
    this.#components = components;
    this.#worker = init.worker;
    this.verdicts = new Verdicts(components, init);
  }

  get nowMs(): number {
    return this.#components.clock.nowMs();
  }

  begin(
    delivery: Claimed,
    step: ClaimedStep,
    kind: 'execute' | 'find' | 'confirm',
  ): Promise<string | undefined> {
    return this.#components.store.beginAttempt(delivery, {
      stepId: step.step.id,
      kind,
      worker: this.#worker,
      nowMs: this.nowMs,
    });
  }

  context({ delivery, leash }: Work, step: ClaimedStep): Promise<AttemptContext> {
    return this.#components.host.context(delivery, step, {
      signal: leash.signal,
      progress: leash.progress,
      firstAttemptAtMs: step.firstAttemptAtMs ?? this.nowMs,
      // An attempt that a crash interrupted, or that came before a person's Retry, isn't counted, and may have landed.
      attempt: Math.max(delivery.attemptCount + delivery.crashCount + 1, step.firstAttemptAtMs ? 2 : 1),
    });
  }

  /** A request that we aborted ourselves may have landed, whatever its library makes of the abort. */
  fateOf({ publisher, leash }: Work, error: unknown): Fate {
    if (leash.signal.aborted) return { state: 'unknown', reason: errorText(leash.signal.reason) };
    try {
      return publisher.classify(error);
    } catch {
      return { state: 'unknown', reason: 'the publisher can’t say what happened' };
    }
  }

  /** The last step of a delivery that needs no confirmation settles it in the same write. */
  async stepDone(
    { publisher, delivery, receipts }: Work,
    step: ClaimedStep,
    attemptId: string,
    outcome: 'done' | 'found',
    receipt: Receipt,
  ): Promise<StepEnd> {
    const settles = step === delivery.steps.at(-1) && !publisher.confirm;
    const kept = await this.#components.store.endAttempt(delivery, {
      stepId: step.step.id,
      attemptId,
      outcome,
      detail: receipt.url ?? receipt.remoteId,
      step: { state: 'done', receipt },
      ...(settles ? { release: { state: 'done', receipt } as const } : {}),
      nowMs: this.nowMs,
    });
    receipts[step.step.id] = receipt;
    return kept && !settles ? 'done' : 'released';
  }

  /** A delivery that has left in part continues, however late. */
  missed({ notAfterMs }: Claimed, steps: readonly ClaimedStep[]): GuildmeshError | undefined {
    const lateMs = this.nowMs - (notAfterMs ?? Number.POSITIVE_INFINITY);
    if (lateMs <= 0 || !nothingLanded(steps)) return undefined;
    return outboxErrors.OUTBOX_MISSED({ lateMinutes: Math.ceil(lateMs / 60_000) });
  }

  /** A failure of the target as a whole holds its other deliveries too. */
  async pauseFor(delivery: Claimed, fate: Fate): Promise<void> {
    const { gate } = this.#components;
    if (fate.state === 'authorisation-lost' || fate.state === 'out-of-budget')
      await gate.pause(delivery.targetId, fate.state, fate.reason);
    if (fate.state === 'rate-limited')
      await gate.pause(
        delivery.targetId,
        fate.state,
        fate.reason,
        this.nowMs + this.verdicts.delayMs(delivery, fate),
      );
  }

  async askPerson(delivery: Claimed, why: string): Promise<StepEnd> {
    const target = await this.verdicts.targetName(delivery);
    const error = asText(outboxErrors.OUTBOX_FATE_UNKNOWN({ target, why }));
    await this.release(delivery, { state: 'unknown', error });
    return 'released';
  }

  fail(delivery: Claimed, error: GuildmeshError): Promise<void> {
    return this.release(delivery, { state: 'failed', error: asText(error) });
  }

  async release(delivery: Claimed, release: Release): Promise<void> {
    await this.#components.store.release(delivery, release, this.nowMs);
  }
}
