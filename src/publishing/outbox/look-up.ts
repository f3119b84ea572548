import type { Fate, Publisher } from '#contracts/publisher.ts';
import type { ClaimedStep } from './delivery.ts';
import { outboxErrors } from './errors.ts';
import type { Handling, RunnerInit, StepEnd, Work } from './handling.ts';
import { isHarmlessToResend, patienceOf, settlesAtMs } from './resending.ts';
import type { OutboxStore } from './store.ts';
import { asText } from './verdicts.ts';

/** Asks the target whether an attempt of unknown fate landed, before anything is sent again. */
export class LookUp {
  readonly #handling: Handling;
  readonly #store: OutboxStore;
  readonly #unknownForPersonMs: number;

  constructor(handling: Handling, store: OutboxStore, init: Pick<RunnerInit, 'unknownForPersonMs'>) {
    this.#handling = handling;
    this.#store = store;
    this.#unknownForPersonMs = init.unknownForPersonMs;
  }

  /** `absent`: it may be sent (again). */
  async ask(work: Work, step: ClaimedStep): Promise<StepEnd | 'absent'> {
    const { publisher, delivery, leash, receipts } = work;
    const settledAtMs = settlesAtMs(publisher, step);
    if (this.#handling.nowMs < settledAtMs) {
      const { giveUpAtMs } = delivery;
      await this.#handling.release(delivery, {
        state: 'unknown',
        dueAtMs: settledAtMs,
        ...(giveUpAtMs ? { giveUpAtMs } : {}),
      });
      return 'released';
    }
    const attemptId = await this.#handling.begin(delivery, step, 'find');
    if (attemptId === undefined) return 'released';
    const end = { stepId: step.step.id, attemptId };
    let found: Awaited<ReturnType<Publisher['find']>>;
    try {
      const context = await this.#handling.context(work, step);
      found = await leash.during(() => publisher.find(context, step.step, receipts));
    } catch (error) {
      return this.#lookUpFailed(work, step, attemptId, this.#handling.fateOf(work, error));
    }
    if (found.state === 'found')
      return this.#handling.stepDone(work, step, attemptId, 'found', found.receipt);
    if (step.state === 'said-there' && found.state === 'absent')
      return this.#lookAgain(work, step, attemptId);
    const detail = found.state === 'cannot-tell' ? found.why : '';
    if (
      !(await this.#store.endAttempt(delivery, {
        ...end,
        outcome: found.state,
        detail,
        nowMs: this.#handling.nowMs,
      }))
    )
      return 'released';
    const others = delivery.steps.filter((other) => other !== step);
    const missed = this.#handling.missed(delivery, others);
    if (missed && found.state === 'absent') {
      await this.#handling.fail(delivery, missed);
      return 'released';
    }
    if (found.state === 'absent' || (!missed && isHarmlessToResend(publisher, step, this.#handling.nowMs)))
      return 'absent';
    return this.#handling.askPerson(delivery, found.why);
  }

  /** Not visible yet, though the target refuses it as a repetition: sending it again would give the same answer. */
  async #lookAgain({ delivery, publisher }: Work, step: ClaimedStep, attemptId: string): Promise<StepEnd> {
    const nowMs = this.#handling.nowMs;
    const giveUpAtMs = delivery.giveUpAtMs ?? nowMs + patienceOf(publisher);
    const ended = { stepId: step.step.id, attemptId, outcome: 'absent', detail: 'not shown yet', nowMs };
    if (nowMs >= giveUpAtMs) {
      const target = await this.#handling.verdicts.targetName(delivery);
      const error = asText(outboxErrors.OUTBOX_SEEMS_THERE({ target }));
      await this.#store.endAttempt(delivery, { ...ended, release: { state: 'unknown', error } });
      return 'released';
    }
    const dueAtMs = Math.min(nowMs + this.#handling.verdicts.delayMs(delivery, undefined), giveUpAtMs);
    const release = { state: 'unknown', dueAtMs, countAttempt: true, giveUpAtMs } as const;
    await this.#store.endAttempt(delivery, { ...ended, release });
    return 'released';
  }

  async #lookUpFailed(work: Work, step: ClaimedStep, attemptId: string, fate: Fate): Promise<StepEnd> {
    const { delivery } = work;
    await this.#handling.pauseFor(delivery, fate);
    const nowMs = this.#handling.nowMs;
    const giveUpAtMs = delivery.giveUpAtMs ?? nowMs + this.#unknownForPersonMs;
    const ended = { stepId: step.step.id, attemptId, outcome: fate.state, detail: fate.reason, nowMs };
    if (nowMs >= giveUpAtMs) {
      await this.#store.endAttempt(delivery, ended);
      return this.#handling.askPerson(delivery, `the look-up failed (${fate.reason})`);
    }
    const dueAtMs = nowMs + this.#handling.verdicts.delayMs(delivery, fate);
    const release = { state: 'unknown', dueAtMs, countAttempt: true, giveUpAtMs } as const;
    await this.#store.endAttempt(delivery, { ...ended, release });
    return 'released';
  }
}
