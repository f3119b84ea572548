import { z } from 'zod';
import type {
  AttemptContext,
  Fate,
  LookUp,
  Publisher,
  Receipt,
  Receipts,
  Step,
} from '#contracts/publisher.ts';
import type { CredentialField, PublisherDescription } from '#contracts/publisher-declaration.ts';
import type { MortalContext } from './outbox-bench.ts';

/** What happens to one attempt: the effect may land although the answer is lost. */
export type Accident =
  | 'none'
  | 'lost-before-effect'
  | 'lost-after-effect'
  | 'refused'
  | 'rate-limited'
  | 'not-sent'
  | 'authorisation-lost'
  | 'out-of-budget'
  | 'crash-before-effect'
  | 'crash-after-effect'
  | 'silent'
  | 'slow-upload'
  | 'repetition';

export type FakeField = CredentialField & { required?: boolean };
/** Credentials say themselves whether a target needs them. */
export type FakeDescription = Omit<PublisherDescription<unknown>, 'credentials'> & {
  credentials: readonly FakeField[];
};

class Outcome extends Error {
  readonly fate: Fate;
  constructor(fate: Fate) {
    super(fate.state);
    this.fate = fate;
  }
}

/** A target with a memory, and a publisher for it whose attempts meet the accidents a test lines up. */
export class FakeTarget {
  readonly effects: { key: string; stepId: string; body: string }[] = [];
  readonly accidents: Accident[] = [];
  /** What `execute` was told to be, in order. */
  readonly attempts: number[] = [];
  readable = true;
  /** What has landed is in no list yet. */
  lags = false;
  retryAfterMs = 0;
  lookUpCount = 0;
  findsFail = 0;
  /** How an upload goes on until it is done. */
  uploading: (context: AttemptContext, receipt: Receipt) => Promise<Receipt> = async (_, receipt) => receipt;

  publisher(changes: Partial<FakeDescription> = {}, more: Partial<Publisher> = {}): Publisher {
    return {
      id: 'fake',
      describe: {
        title: 'Fake',
        summary: 'A target for tests.',
        options: z.object({}),
        credentials: [],
        dedupe: 'look-up',
        settleDelayMs: 1_000,
        attemptTimeoutMs: 5_000,
        lateGraceMs: 60_000,
        costly: false,
        ...changes,
      },
      needs: () => (changes.credentials ?? []).map(({ name, required = false }) => ({ name, required })),
      verify: async () => ({ problems: [] }),
      render: () => ({ steps: [], warnings: [], problems: [], costMicros: 0, preview: [] }),
      execute: (context, step) => this.#execute(context, step),
      find: (context, step, earlier) => this.#find(context, step, earlier),
      classify: (error) =>
        error instanceof Outcome ? error.fate : { state: 'unknown', reason: 'something else went wrong' },
      ...more,
    };
  }

  async #execute(context: AttemptContext, step: Step): Promise<Receipt> {
    this.attempts.push(context.attempt);
    const accident = this.accidents.shift() ?? 'none';
    switch (accident) {
      case 'repetition':
        throw new Outcome({ state: 'unknown', reason: 'a duplicate', saysThere: true });
      case 'refused':
        throw new Outcome({ state: 'rejected', reason: 'the text is too long' });
      case 'rate-limited':
        throw new Outcome({ state: 'rate-limited', reason: 'slow down', retryAfterMs: this.retryAfterMs });
      case 'not-sent':
        throw new Outcome({ state: 'not-sent', reason: 'connection refused' });
      case 'authorisation-lost':
      case 'out-of-budget':
        throw new Outcome({ state: accident, reason: accident });
      case 'lost-before-effect':
        throw new Outcome({ state: 'unknown', reason: 'connection reset' });
      case 'crash-before-effect':
        (context as MortalContext).die();
        return new Promise(() => undefined);
      case 'silent':
        return new Promise(() => undefined);
    }
    const body = String(step.payload.text);
    this.effects.push({ key: context.key, stepId: step.id, body });
    if (accident === 'lost-after-effect') throw new Outcome({ state: 'unknown', reason: 'connection reset' });
    if (accident === 'crash-after-effect') {
      (context as MortalContext).die();
      return new Promise(() => undefined);
    }
    if (accident === 'slow-upload') return this.uploading(context, this.#receipt(context.key, step.id));
    return this.#receipt(context.key, step.id);
  }

  async #find(context: AttemptContext, step: Step, _: Receipts): Promise<LookUp> {
    this.lookUpCount++;
    if (this.findsFail-- > 0) throw new Outcome({ state: 'not-sent', reason: 'no route' });
    if (!this.readable) return { state: 'cannot-tell', why: 'it has no list' };
    const landed = this.effects.some(({ key, stepId }) => key === context.key && stepId === step.id);
    const there = landed && !this.lags;
    return there ? { state: 'found', receipt: this.#receipt(context.key, step.id) } : { state: 'absent' };
  }

  #receipt(key: string, stepId: string): Receipt {
    return { remoteId: `${key}/${stepId}`, url: `https://target.example/${key}/${stepId}` };
  }
}
