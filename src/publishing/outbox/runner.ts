import type { Confirmation, Fate, Publisher, Receipt } from '#contracts/publisher.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { Claimed, ClaimedStep } from './delivery.ts';
import { outboxErrors } from './errors.ts';
import { Handling, type RunnerComponents, type RunnerInit, type StepEnd, type Work } from './handling.ts';
import { stepsHashOf } from './keys.ts';
import { Leash } from './leash.ts';
import { LookUp } from './look-up.ts';
import { renewed, requireCurrent } from './renewing.ts';

/**
 * Takes one claimed delivery as far as it goes. The order is the whole point: `sending` is durable before a request
 * leaves, and an attempt of unknown fate is looked up before anything is sent again.
 */
export class DeliveryRunner {
  readonly #components: RunnerComponents;
  readonly #init: RunnerInit;
  readonly #handling: Handling;
  readonly #lookUp: LookUp;

  constructor(components: RunnerComponents, init: RunnerInit) {
    this.#components = components;
    this.#init = init;
    this.#handling = new Handling(components, init);
    this.#lookUp = new LookUp(this.#handling, components.store, init);
  }

  get leaseMs(): number {
    return this.#init.leaseMs;
  }

  /** Rejects only when the database does: the delivery is then still held, as after a crash. */
  async run(delivery: Claimed, stopping: AbortSignal): Promise<void> {
    const { host, gate } = this.#components;
    const altered = await this.#altered(delivery);
    if (isGuildmeshError(altered, 'PUBLISH_VAULT_SEALED')) return this.#waitForVault(delivery, altered);
    if (altered) return this.#handling.fail(delivery, altered);
    let publisher: Publisher | undefined;
    try {
      publisher = await host.publisher(delivery.publisher, delivery.guildId);
    } catch (error) {
      if (!isGuildmeshError(error, 'PUBLISH_NOT_LOADED')) throw error;
      return this.#handling.release(delivery, this.#handling.verdicts.held(delivery));
    }
    if (!publisher)
      return this.#handling.fail(
        delivery,
        outboxErrors.OUTBOX_NO_PUBLISHER({ publisher: delivery.publisher }),
      );
    const refusal = await this.#refusal(delivery);
    if (refusal) return this.#handling.fail(delivery, refusal);
    if (!(await gate.affords(delivery)))
      return this.#handling.release(delivery, { state: 'pending', dueAtMs: this.#handling.nowMs });

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
      return outboxErrors.OUTBOX_CHANGED({ target: await this.#handling.verdicts.targetName(delivery) });
    const missed = this.#handling.missed(delivery, delivery.steps);
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
    await this.#handling.pauseFor(delivery, { state: 'authorisation-lost', reason: `${message} ${next}` });
    await this.#handling.release(delivery, this.#handling.verdicts.held(delivery, this.#handling.nowMs));
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
    else await this.#handling.release(delivery, { state: 'done', receipt });
  }

  async #step(work: Work, step: ClaimedStep): Promise<StepEnd> {
    if (step.state === 'done') {
      if (step.receipt) work.receipts[step.step.id] = step.receipt;
      return 'done';
    }
    if (step.state !== 'waiting' && this.#init.lookUpBeforeRetry) {
      const looked = await this.#lookUp.ask(work, step);
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

  async #execute(work: Work, step: ClaimedStep): Promise<StepEnd> {
    const { publisher, delivery, leash, receipts } = work;
    const context = await this.#handling.context(work, step);
    const attemptId = await this.#handling.begin(delivery, step, 'execute');
    if (attemptId === undefined) return 'released';
    let receipt: Receipt;
    try {
      requireCurrent(publisher, delivery, receipts);
      receipt = await leash.during(() => publisher.execute(context, step.step, receipts));
    } catch (error) {
      await this.#attemptFailed(work, step, attemptId, this.#handling.fateOf(work, error));
      return 'released';
    }
    return this.#handling.stepDone(work, step, attemptId, 'done', receipt);
  }

  async #attemptFailed(work: Work, step: ClaimedStep, attemptId: string, given: Fate): Promise<void> {
    const { delivery, publisher } = work;
    const fate =
      given.state === 'outdated'
        ? await renewed(this.#components, work, { step, attemptId, reason: given.reason }, (error) =>
            this.#handling.fateOf(work, error),
          )
        : given;
    if (!fate) return;
    await this.#handling.pauseFor(delivery, fate);
    const release = await this.#handling.verdicts.afterAttempt(delivery, fate, publisher);
    const doubt = fate.state === 'unknown' && (fate.saysThere ? 'said-there' : 'unknown');
    await this.#components.store.endAttempt(delivery, {
      stepId: step.step.id,
      attemptId,
      outcome: fate.state,
      detail: fate.reason,
      step: { state: doubt || 'waiting' },
      release,
      nowMs: this.#handling.nowMs,
    });
  }

  async #confirm(work: Work, step: ClaimedStep, receipt: Receipt): Promise<void> {
    const { publisher, delivery, leash } = work;
    const attemptId = await this.#handling.begin(delivery, step, 'confirm');
    if (attemptId === undefined) return;
    const end = { stepId: step.step.id, attemptId, nowMs: this.#handling.nowMs };
    let said: Confirmation;
    let fate: Fate | undefined;
    try {
      const context = await this.#handling.context(work, step);
      said = (await leash.during(async () => publisher.confirm?.(context, step.step, receipt))) ?? {
        state: 'pending',
      };
    } catch (error) {
      fate = this.#handling.fateOf(work, error);
      await this.#handling.pauseFor(delivery, fate);
      said = { state: 'pending' };
    }
    const release = await this.#handling.verdicts.afterConfirmation(delivery, said, fate, receipt);
    const detail = said.state === 'failed' ? said.reason : (fate?.reason ?? '');
    await this.#components.store.endAttempt(delivery, {
      ...end,
      outcome: said.state,
      detail,
      release,
      nowMs: this.#handling.nowMs,
    });
  }

  async #giveUp(delivery: Claimed, attempts: number, reason: string): Promise<void> {
    return this.#handling.fail(delivery, await this.#handling.verdicts.gaveUp(delivery, attempts, reason));
  }
}
