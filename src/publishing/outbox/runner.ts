import type { AttemptContext, Confirmation, Fate, Publisher, Receipt } from '#contracts/publisher.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { errorText, type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { RowSeals } from '../seals/row-seals.ts';
import type { DeliveryChanges } from './changes.ts';
import { type Claimed, type ClaimedStep, nothingLanded, type Release } from './delivery.ts';
import type { DeliveryHost } from './delivery-host.ts';
import { outboxErrors } from './errors.ts';
import { stepsHashOf } from './keys.ts';
import { Leash } from './leash.ts';
import { renewed, requireCurrent } from './renewing.ts';
import { isHarmlessToResend, patienceOf, settlesAtMs } from './resending.ts';
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

interface Work {
  publisher: Publisher;
  delivery: Claimed;
  leash: Leash;
  receipts: Record<string, Receipt>;
}

type StepEnd = 'done' | 'released';

/**
 * Takes one claimed delivery as far as it goes. The order is the whole point: `sending` is durable before a request
 * leaves, and an attempt of unknown fate is looked up before anything is sent again.
 */
export class DeliveryRunner {
  readonly #components: RunnerComponents;
  readonly #init: RunnerInit;
  readonly #verdicts: Verdicts;

  constructor(components: RunnerComponents, init: RunnerInit) {
    this.#components = components;
    this.#init = init;
    this.#verdicts = new Verdicts(components, init);
  }

  get leaseMs(): number {
    return this.#init.leaseMs;
  }

  /** Rejects only when the database does: the delivery is then still held, as after a crash. */
  async run(delivery: Claimed, stopping: AbortSignal): Promise<void> {
    const { host, gate } = this.#components;
    const altered = await this.#altered(delivery);
    if (isGuildmeshError(altered, 'PUBLISH_VAULT_SEALED')) return this.#waitForVault(delivery, altered);
    if (altered) return this.#fail(delivery, altered);
    let publisher: Publisher | undefined;
    try {
      publisher = await host.publisher(delivery.publisher, delivery.guildId);
    } catch (error) {
      if (!isGuildmeshError(error, 'PUBLISH_NOT_LOADED')) throw error;
      return this.#release(delivery, this.#verdicts.held(delivery));
    }
    if (!publisher)
      return this.#fail(delivery, outboxErrors.OUTBOX_NO_PUBLISHER({ publisher: delivery.publisher }));
    const refusal = await this.#refusal(delivery);
    if (refusal) return this.#fail(delivery, refusal);
    if (!(await gate.affords(delivery)))
      return this.#release(delivery, { state: 'pending', dueAtMs: this.#nowMs });

    const { attemptTimeoutMs } = publisher.describe;
    const init = { delivery, leaseMs: this.#init.leaseMs, attemptTimeoutMs, stopping };
    const leash = new Leash(this.#components, init);
    try {
      await this.#walk({ publisher, delivery, leash, receipts: {} });
    } finally {
      leash.end();
    }
  }

  async #refusal(delivery: Claimed): Promise<GuildmeshError | undefined> {
    if (delivery.crashCount >= this.#init.crashesMax)
      return outboxErrors.OUTBOX_POISON({ crashes: delivery.crashCount });
    if (stepsHashOf(delivery.steps.map(({ step }) => step)) !== delivery.stepsHash)
      return outboxErrors.OUTBOX_CHANGED({ target: await this.#verdicts.targetName(delivery) });
    const missed = this.#missed(delivery, delivery.steps);
    if (missed) return missed;
    // Before a draft is made that could never be filled.
    const names = (await this.#components.host.missingFiles?.(delivery)) ?? [];
    return names.length > 0 ? outboxErrors.OUTBOX_FILE_GONE({ names }) : undefined;
  }

  /** Before any of it is trusted. While the vault is sealed this can't be checked. */
  async #altered(delivery: Claimed): Promise<GuildmeshError | undefined> {
    try {
      const holds = !delivery.damaged && (await this.#components.seals.holdsNow('delivery', delivery.sealed));
      return holds ? undefined : outboxErrors.OUTBOX_ALTERED({ deliveryId: delivery.id });
    } catch (error) {
      if (isGuildmeshError(error, 'PUBLISH_VAULT_SEALED')) return error;
      throw error;
    }
  }

  /** Its target is held, as without credentials; the next start with the right key resumes it. */
  async #waitForVault(delivery: Claimed, { message, next }: GuildmeshError): Promise<void> {
    await this.#pauseFor(delivery, { state: 'authorisation-lost', reason: `${message} ${next}` });
    await this.#release(delivery, this.#verdicts.held(delivery, this.#nowMs));
  }

  /** A delivery that has left in part continues, however late. */
  #missed({ notAfterMs }: Claimed, steps: readonly ClaimedStep[]): GuildmeshError | undefined {
    const lateMs = this.#nowMs - (notAfterMs ?? Number.POSITIVE_INFINITY);
    if (lateMs <= 0 || !nothingLanded(steps)) return undefined;
    return outboxErrors.OUTBOX_MISSED({ lateMinutes: Math.ceil(lateMs / 60_000) });
  }

  async #walk(work: Work): Promise<void> {
    const { publisher, delivery, receipts } = work;
    for (const step of delivery.steps) {
      const ended = await this.#step(work, step);
      if (ended === 'released') return;
    }
    const last = delivery.steps.at(-1);
    const receipt = last && receipts[last.step.id];
    if (!last || !receipt) throw new Error(`delivery ${delivery.id} has no receipt`);
    if (publisher.confirm) await this.#confirm(work, last, receipt);
    else await this.#release(delivery, { state: 'done', receipt });
  }

  async #step(work: Work, step: ClaimedStep): Promise<StepEnd> {
    if (step.state === 'done') {
      if (step.receipt) work.receipts[step.step.id] = step.receipt;
      return 'done';
    }
    if (step.state !== 'waiting' && this.#init.lookUpBeforeRetry) {
      const looked = await this.#lookUp(work, step);
      if (looked !== 'absent') return looked;
    }
    const { attemptCount, targetId } = work.delivery;
    if (attemptCount >= this.#init.attemptsMax) {
      await this.#giveUp(
        work.delivery,
        attemptCount,
        `nothing was found at ${targetId} after the last of them`,
      );
      return 'released';
    }
    return this.#execute(work, step);
  }

  /** `absent`: it may be sent (again). */
  async #lookUp(work: Work, step: ClaimedStep): Promise<StepEnd | 'absent'> {
    const { store } = this.#components;
    const { publisher, delivery, leash, receipts } = work;
    const settledAtMs = settlesAtMs(publisher, step);
    if (this.#nowMs < settledAtMs) {
      const { giveUpAtMs } = delivery;
      await this.#release(delivery, {
        state: 'unknown',
        dueAtMs: settledAtMs,
        ...(giveUpAtMs ? { giveUpAtMs } : {}),
      });
      return 'released';
    }
    const attemptId = await this.#begin(delivery, step, 'find');
    if (attemptId === undefined) return 'released';
    const end = { stepId: step.step.id, attemptId };
    let found: Awaited<ReturnType<Publisher['find']>>;
    try {
      const context = await this.#context(work, step);
      found = await leash.during(() => publisher.find(context, step.step, receipts));
    } catch (error) {
      return this.#lookUpFailed(work, step, attemptId, this.#fateOf(work, error));
    }
    if (found.state === 'found') return this.#stepDone(work, step, attemptId, 'found', found.receipt);
    if (step.state === 'said-there' && found.state === 'absent')
      return this.#lookAgain(work, step, attemptId);
    const detail = found.state === 'cannot-tell' ? found.why : '';
    if (!(await store.endAttempt(delivery, { ...end, outcome: found.state, detail, nowMs: this.#nowMs })))
      return 'released';
    const others = delivery.steps.filter((other) => other !== step);
    const missed = this.#missed(delivery, others);
    if (missed && found.state === 'absent') {
      await this.#fail(delivery, missed);
      return 'released';
    }
    if (found.state === 'absent' || (!missed && isHarmlessToResend(publisher, step, this.#nowMs)))
      return 'absent';
    return this.#askPerson(delivery, found.why);
  }

  /** Not visible yet, though the target refuses it as a repetition: sending it again would give the same answer. */
  async #lookAgain({ delivery, publisher }: Work, step: ClaimedStep, attemptId: string): Promise<StepEnd> {
    const nowMs = this.#nowMs;
    const giveUpAtMs = delivery.giveUpAtMs ?? nowMs + patienceOf(publisher);
    const ended = { stepId: step.step.id, attemptId, outcome: 'absent', detail: 'not shown yet', nowMs };
    if (nowMs >= giveUpAtMs) {
      const target = await this.#verdicts.targetName(delivery);
      const error = asText(outboxErrors.OUTBOX_SEEMS_THERE({ target }));
      await this.#components.store.endAttempt(delivery, { ...ended, release: { state: 'unknown', error } });
      return 'released';
    }
    const dueAtMs = Math.min(nowMs + this.#verdicts.delayMs(delivery, undefined), giveUpAtMs);
    const release = { state: 'unknown', dueAtMs, countAttempt: true, giveUpAtMs } as const;
    await this.#components.store.endAttempt(delivery, { ...ended, release });
    return 'released';
  }

  async #lookUpFailed(work: Work, step: ClaimedStep, attemptId: string, fate: Fate): Promise<StepEnd> {
    const { delivery } = work;
    await this.#pauseFor(delivery, fate);
    const nowMs = this.#nowMs;
    const giveUpAtMs = delivery.giveUpAtMs ?? nowMs + this.#init.unknownForPersonMs;
    const ended = { stepId: step.step.id, attemptId, outcome: fate.state, detail: fate.reason, nowMs };
    if (nowMs >= giveUpAtMs) {
      await this.#components.store.endAttempt(delivery, ended);
      return this.#askPerson(delivery, `the look-up failed (${fate.reason})`);
    }
    const dueAtMs = nowMs + this.#verdicts.delayMs(delivery, fate);
    const release = { state: 'unknown', dueAtMs, countAttempt: true, giveUpAtMs } as const;
    await this.#components.store.endAttempt(delivery, { ...ended, release });
    return 'released';
  }

  async #execute(work: Work, step: ClaimedStep): Promise<StepEnd> {
    const { publisher, delivery, leash, receipts } = work;
    const context = await this.#context(work, step);
    const attemptId = await this.#begin(delivery, step, 'execute');
    if (attemptId === undefined) return 'released';
    let receipt: Receipt;
    try {
      requireCurrent(publisher, delivery, receipts);
      receipt = await leash.during(() => publisher.execute(context, step.step, receipts));
    } catch (error) {
      await this.#attemptFailed(work, step, attemptId, this.#fateOf(work, error));
      return 'released';
    }
    return this.#stepDone(work, step, attemptId, 'done', receipt);
  }

  /** The last step of a delivery that needs no confirmation settles it in the same write. */
  async #stepDone(
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
      nowMs: this.#nowMs,
    });
    receipts[step.step.id] = receipt;
    return kept && !settles ? 'done' : 'released';
  }

  async #attemptFailed(work: Work, step: ClaimedStep, attemptId: string, given: Fate): Promise<void> {
    const { delivery, publisher } = work;
    const fate =
      given.state === 'outdated'
        ? await renewed(this.#components, work, { step, attemptId, reason: given.reason }, (error) =>
            this.#fateOf(work, error),
          )
        : given;
    if (!fate) return;
    await this.#pauseFor(delivery, fate);
    const release = await this.#verdicts.afterAttempt(delivery, fate, publisher);
    const doubt = fate.state === 'unknown' && (fate.saysThere ? 'said-there' : 'unknown');
    await this.#components.store.endAttempt(delivery, {
      stepId: step.step.id,
      attemptId,
      outcome: fate.state,
      detail: fate.reason,
      step: { state: doubt || 'waiting' },
      release,
      nowMs: this.#nowMs,
    });
  }

  async #confirm(work: Work, step: ClaimedStep, receipt: Receipt): Promise<void> {
    const { publisher, delivery, leash } = work;
    const attemptId = await this.#begin(delivery, step, 'confirm');
    if (attemptId === undefined) return;
    const end = { stepId: step.step.id, attemptId, nowMs: this.#nowMs };
    let said: Confirmation;
    let fate: Fate | undefined;
    try {
      const context = await this.#context(work, step);
      said = (await leash.during(async () => publisher.confirm?.(context, step.step, receipt))) ?? {
        state: 'pending',
      };
    } catch (error) {
      fate = this.#fateOf(work, error);
      await this.#pauseFor(delivery, fate);
      said = { state: 'pending' };
    }
    const release = await this.#verdicts.afterConfirmation(delivery, said, fate, receipt);
    const detail = said.state === 'failed' ? said.reason : (fate?.reason ?? '');
    await this.#components.store.endAttempt(delivery, {
      ...end,
      outcome: said.state,
      detail,
      release,
      nowMs: this.#nowMs,
    });
  }

  /** A failure of the target as a whole holds its other deliveries too. */
  async #pauseFor(delivery: Claimed, fate: Fate): Promise<void> {
    const { gate } = this.#components;
    if (fate.state === 'authorisation-lost' || fate.state === 'out-of-budget')
      await gate.pause(delivery.targetId, fate.state, fate.reason);
    if (fate.state === 'rate-limited')
      await gate.pause(
        delivery.targetId,
        fate.state,
        fate.reason,
        this.#nowMs + this.#verdicts.delayMs(delivery, fate),
      );
  }

  async #askPerson(delivery: Claimed, why: string): Promise<StepEnd> {
    const target = await this.#verdicts.targetName(delivery);
    const error = asText(outboxErrors.OUTBOX_FATE_UNKNOWN({ target, why }));
    await this.#release(delivery, { state: 'unknown', error });
    return 'released';
  }

  async #giveUp(delivery: Claimed, attempts: number, reason: string): Promise<void> {
    return this.#fail(delivery, await this.#verdicts.gaveUp(delivery, attempts, reason));
  }

  #fail(delivery: Claimed, error: GuildmeshError): Promise<void> {
    return this.#release(delivery, { state: 'failed', error: asText(error) });
  }

  async #release(delivery: Claimed, release: Release): Promise<void> {
    await this.#components.store.release(delivery, release, this.#nowMs);
  }

  #begin(
    delivery: Claimed,
    step: ClaimedStep,
    kind: 'execute' | 'find' | 'confirm',
  ): Promise<string | undefined> {
    const { worker } = this.#init;
    return this.#components.store.beginAttempt(delivery, {
      stepId: step.step.id,
      kind,
      worker,
      nowMs: this.#nowMs,
    });
  }

  #context({ delivery, leash }: Work, step: ClaimedStep): Promise<AttemptContext> {
    return this.#components.host.context(delivery, step, {
      signal: leash.signal,
      progress: leash.progress,
      firstAttemptAtMs: step.firstAttemptAtMs ?? this.#nowMs,
      // An attempt that a crash interrupted, or that came before a person's Retry, isn't counted, and may have landed.
      attempt: Math.max(delivery.attemptCount + delivery.crashCount + 1, step.firstAttemptAtMs ? 2 : 1),
    });
  }

  /** A request that we aborted ourselves may have landed, whatever its library makes of the abort. */
  #fateOf({ publisher, leash }: Work, error: unknown): Fate {
    if (leash.signal.aborted) return { state: 'unknown', reason: errorText(leash.signal.reason) };
    try {
      return publisher.classify(error);
    } catch {
      return { state: 'unknown', reason: 'the publisher can’t say what happened' };
    }
  }

  get #nowMs(): number {
    return this.#components.clock.nowMs();
  }
}
