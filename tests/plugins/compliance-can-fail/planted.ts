import { randomUUID } from 'node:crypto';
import type { AttemptContext, Publisher, Receipt, Step } from '#contracts/publisher.ts';
import { Refused } from '#contracts/refused.ts';
import type { Effect } from '../compliance/fake-platform.ts';
import {
  fateOfAnswer,
  find,
  noteRequest,
  notes,
  type PinboardOptions,
  pin,
  pinboard,
  pinboardOptions,
  receiptOf,
} from './pinboard.ts';

export interface Planted {
  /** "It …" */
  does: string;
  publisher: Publisher<PinboardOptions>;
  /** The check that must fail; others may too. Absent: nothing may. */
  caughtBy?: string;
}

type Change = Partial<Publisher<PinboardOptions>>;

export const planted: readonly Planted[] = [
  { does: 'does everything right', publisher: pinboard },
  plant('renders at random', 'rendering is pure and deterministic', {
    render: (content, options, settings) => {
      const rendered = pinboard.render(content, options, settings);
      return { ...rendered, steps: rendered.steps.map((step) => ({ ...step, summary: randomUUID() })) };
    },
  }),
  plant('changes what it renders', 'rendering is pure and deterministic', {
    render: (content, options, settings) => {
      content.title = content.title.trim();
      return pinboard.render(content, options, settings);
    },
  }),
  plant('changes its options as it reads them', 'its options accept what they give out', {
    describe: {
      ...pinboard.describe,
      options: pinboardOptions.transform(({ board }) => ({ board: `${board}!` })),
    },
  }),
  plant('says nothing of what is too long', 'beyond a limit, the preview says so: a long note', {
    render: (content, options, settings) => ({
      ...pinboard.render(content, options, settings),
      problems: [],
    }),
  }),
  plant('writes past the host in a dry run', 'a dry run sends no write', {
    execute: async (context, step) => {
      const signal = AbortSignal.timeout(500);
      await fetch(context.address('boardUrl'), { ...noteRequest(context, step), signal });
      return pinboard.execute(context, step, {});
    },
  }),
  plant('calls a refused dry run a success', 'a dry run sends no write', {
    execute: (context, step) =>
      pinboard.execute(context, step, {}).catch((error: unknown) => {
        if (pinboard.classify(error).reason.includes('dry run')) return { remoteId: 'dry' };
        throw error;
      }),
  }),
  plant('pins a note to verify', 'verifying looks and writes nothing', {
    verify: async (context, options) => {
      const request = { method: 'POST', headers: { authorization: 'Bearer me' }, body: 'a try' };
      await fetch(context.address('boardUrl'), request);
      return pinboard.verify(context, options);
    },
  }),
  plant(
    'says nothing of a missing token',
    'without what it needs nothing leaves, and verify says what is missing',
    {
      verify: async () => ({ account: 'board', problems: [] }),
    },
  ),
  plant('blames the note for a lost right', 'lost rights hold the target: a token that was revoked', {
    classify: (error) => {
      const { state, reason } = pinboard.classify(error);
      return { state: state === 'authorisation-lost' ? 'rejected' : state, reason } as ReturnType<
        typeof pinboard.classify
      >;
    },
  }),
  plant('tries again by itself', 'an answer 503', { execute: retrying }),
  plant('has two effects', 'what it executes it finds; nothing is there before', {
    execute: async (context, step) => {
      await pinboard.execute(context, step, {});
      return pinboard.execute(context, step, {});
    },
  }),
  plant('never finds', 'every write meets drop-after: one effect in the end', {
    find: async (context) => {
      await notes(context);
      return { state: 'absent' };
    },
  }),
  plant('finds what is not there', 'what it executes it finds; nothing is there before', {
    find: async (context) => {
      await notes(context);
      return { state: 'found', receipt: { remoteId: 'made up' } };
    },
  }),
  plant('takes no answer for absence', 'a look-up that gets no answer never says absent', {
    find: (context) => find(context).catch(() => ({ state: 'absent' })),
  }),
  plant('takes a lost answer for a success', 'every write meets drop-before: one effect in the end', {
    execute: (context, step) =>
      pinboard.execute(context, step, {}).catch((error: unknown) => {
        if (pinboard.classify(error).state === 'unknown') return { remoteId: 'surely' };
        throw error;
      }),
  }),
  plant(
    'calls a 502 not sent',
    'a gateway that answers 502 doubles nothing and loses nothing: answer-after',
    {
      execute: async (context, step) => {
        const response = await pin(context, step);
        if (response.ok) return receiptOf((await response.json()) as Effect);
        const { reason } = fateOfAnswer(response);
        throw new Refused({ state: response.status >= 500 ? 'not-sent' : 'rejected', reason });
      },
    },
  ),
  plant('calls silence not sent', 'silence: unknown', {
    classify: (error) => {
      const { state, reason } = pinboard.classify(error);
      return { state: state === 'unknown' ? 'not-sent' : state, reason } as ReturnType<
        typeof pinboard.classify
      >;
    },
  }),
  plant('waits a second, whatever it is told', 'the longer wait counts: a header', {
    classify: (error) => {
      const fate = pinboard.classify(error);
      return fate.state === 'rate-limited' ? { ...fate, retryAfterMs: 1_000 } : fate;
    },
  }),
  plant('calls nobody there unknown', 'a name that does not resolve, or nobody listening: not sent', {
    classify: (error) => {
      const fate = pinboard.classify(error);
      return fate.state === 'not-sent' ? { state: 'unknown', reason: fate.reason } : fate;
    },
  }),
  plant('pays no heed to the signal', 'the signal ends the request', {
    execute: async (context, step) => {
      const request = noteRequest(context, step);
      const response = await fetch(context.address('boardUrl'), {
        ...request,
        signal: AbortSignal.timeout(2_000),
      });
      if (response.ok) return receiptOf((await response.json()) as Effect);
      throw new Refused(fateOfAnswer(response));
    },
  }),
  plant('leaks its token in an error', 'an answer 401', {
    execute: (context, step) =>
      pinboard.execute(context, step, {}).catch((error: unknown) => {
        throw new Refused({
          ...pinboard.classify(error),
          reason: `the board refused ${context.credential('token')}`,
        });
      }),
  }),
  plant('leaks its token in a receipt', 'what it executes it finds; nothing is there before', {
    execute: async (context, step) => ({
      ...(await pinboard.execute(context, step, {})),
      url: `https://board.example/${Buffer.from(context.credential('token') ?? '').toString('base64url')}`,
    }),
  }),
  plant('bears no marker', 'what it executes it finds; nothing is there before', {
    execute: (context, step) => pinboard.execute(context, { ...step, payload: { text: 'a note' } }, {}),
    find: async (context) => {
      const present = (await notes(context)).find(({ text }) => text === 'a note');
      return present ? { state: 'found', receipt: receiptOf(present) } : { state: 'absent' };
    },
  }),
  plant('sends what the platform refuses', 'what it executes it finds; nothing is there before', {
    execute: async (context, step) => {
      await context.http.fetch(context.address('boardUrl'));
      return pinboard.execute(context, step, {});
    },
  }),
];

function plant(does: string, caughtBy: string, change: Change): Planted {
  return { does, caughtBy, publisher: { ...pinboard, ...change } };
}

async function retrying(context: AttemptContext, step: Step): Promise<Receipt> {
  for (let tries = 0; ; tries++) {
    try {
      return await pinboard.execute(context, step, {});
    } catch (error) {
      if (tries === 2) throw error;
    }
  }
}
