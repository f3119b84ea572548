import { z } from 'zod';
import type {
  AttemptContext,
  Fate,
  LookUp,
  Publisher,
  PublisherContext,
  Receipt,
  Step,
} from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import { askedWait } from '#core/asked-wait.ts';
import { fateOfTransport } from '#plugins/shared/transport.ts';
import type { Effect } from '../compliance/fake-platform.ts';

export const pinboardOptions = z.strictObject({ board: z.string() });
export type PinboardOptions = z.infer<typeof pinboardOptions>;
const lengthMax = 500;
const noToken = 'the token is missing; connect the target';

/** A publisher with nothing wrong: each planted fault is this one with one thing changed. */
export const pinboard: Publisher<PinboardOptions> = {
  id: 'pinboard',
  describe: {
    title: 'Pinboard',
    summary: 'Pins a note.',
    options: pinboardOptions,
    credentials: [{ name: 'token', help: 'Token of the board' }],
    dedupe: 'look-up',
    settleDelayMs: 0,
    patienceMs: 0,
    attemptTimeoutMs: 10_000,
    lateGraceMs: 60_000,
    costly: false,
  },
  needs: () => [{ name: 'token', required: true }],
  verify: async (context) => {
    if (!context.credential('token')) return { problems: [noToken] };
    await notes(context);
    return { account: 'board', problems: [] };
  },
  render: ({ title, body }, { board }, { key }) => {
    const text = `${title}\n${body}\n[${key}]`;
    return {
      steps: [
        { id: 'note', kind: 'note', summary: `Pin a note on ${board}`, payload: { text }, artifacts: [] },
      ],
      warnings: [],
      problems:
        text.length > lengthMax ? [`The note is longer than ${lengthMax} characters: shorten it`] : [],
      costMicros: 0,
      preview: [{ label: 'Note', text }],
    };
  },
  execute: async (context, step) => {
    const response = await pin(context, step);
    if (response.ok) return receiptOf((await response.json()) as Effect);
    throw new Refused(fateOfAnswer(response));
  },
  find,
  classify: (error) =>
    (error instanceof Refused ? error.fate : fateOfTransport(error)) ?? {
      state: 'unknown',
      reason: 'no whole answer came',
    },
};

export async function find(context: AttemptContext): Promise<LookUp> {
  const present = (await notes(context)).find(({ text }) => text.includes(context.key));
  return present ? { state: 'found', receipt: receiptOf(present) } : { state: 'absent' };
}

export function pin(context: AttemptContext, step: Step): Promise<Response> {
  return context.http.fetch(context.address('boardUrl'), noteRequest(context, step));
}

export function noteRequest(context: AttemptContext, step: Step): RequestInit {
  return { method: 'POST', headers: head(context), body: String(step.payload.text), signal: context.signal };
}

export async function notes(context: PublisherContext): Promise<Effect[]> {
  const response = await context.http.fetch(context.address('boardUrl'), { headers: head(context) });
  return (await response.json()) as Effect[];
}

export function receiptOf({ id }: Effect): Receipt {
  return { remoteId: id };
}

export function fateOfAnswer({ status, headers }: Response): Fate {
  const reason = `the board answered ${status}`;
  if (status === 429) {
    const wait = askedWait({ status, header: (name) => headers.get(name) ?? undefined }, {});
    return { state: 'rate-limited', reason, ...wait };
  }
  if (status === 401 || status === 403) return { state: 'authorisation-lost', reason };
  return { state: status >= 500 ? 'unknown' : 'rejected', reason };
}

function head(context: PublisherContext): Record<string, string> {
  if (!context.credential('token')) throw new Refused({ state: 'authorisation-lost', reason: noToken });
  return { authorization: `Bearer ${context.credential('token')}` };
}
