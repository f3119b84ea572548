import { Octokit } from '@octokit/rest';
import { z } from 'zod';
import type {
  AttemptContext,
  Fate,
  LookUp,
  Publisher,
  PublisherDescription,
  Receipt,
  Step,
} from '#contracts/publisher.ts';
import { lateEffectMaxMs } from './world.ts';

/** What the fault runs deliver through: the shape of every publisher, with times cut to fit hundreds of kills a minute. */
export function faultPublishers(): Publisher[] {
  return [gist(), commit(), channel(), webhook()];
}

const attemptTimeoutMs = 400;
/** Longer than an effect can be late. */
const settleDelayMs = lateEffectMaxMs * 2;

class Answer extends Error {
  readonly status: number;
  readonly retryAfterMs: number;
  constructor(response: Response) {
    super(`HTTP ${response.status}`);
    this.status = response.status;
    this.retryAfterMs = Number(response.headers.get('retry-after') ?? 0) * 1_000;
  }
}

function publisher(
  id: string,
  dedupe: PublisherDescription<unknown>['dedupe'],
  parts: Pick<Publisher, 'execute' | 'find'>,
): Publisher {
  return {
    id,
    describe: {
      title: id,
      summary: `Delivers to ${id}.`,
      options: z.object({}),
      credentials: [],
      dedupe,
      settleDelayMs,
      attemptTimeoutMs,
      lateGraceMs: 60_000,
      costly: false,
    },
    verify: async () => ({ problems: [] }),
    render: () => ({ steps: [], warnings: [], problems: [], costMicros: 0, preview: [] }),
    classify,
    ...parts,
  };
}

function classify(error: unknown): Fate {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 0;
  const reason = String(error);
  if (status === 429) return { state: 'rate-limited', reason, retryAfterMs: 0 };
  // 422: the branch moved under us; whether by us is for the look-up to say.
  if (status >= 400 && status < 500 && status !== 422) return { state: 'rejected', reason };
  return { state: 'unknown', reason };
}

function gist(): Publisher {
  return publisher('gist', 'look-up', {
    async execute(context, step) {
      const { data } = await octokitOf(context).gists.create({
        description: `${textOf(step)} [pub:${context.stepKey}]`,
        files: { 'result.md': { content: textOf(step) } },
        public: false,
      });
      return { remoteId: String(data.id), url: String(data.html_url) };
    },
    async find(context): Promise<LookUp> {
      const octokit = octokitOf(context);
      const since = new Date(context.firstAttemptAtMs - 1_000).toISOString();
      for await (const { data } of octokit.paginate.iterator(octokit.gists.list, { since, per_page: 100 })) {
        const found = data.find(({ description }) => description?.includes(`[pub:${context.stepKey}]`));
        if (found) return { state: 'found', receipt: { remoteId: found.id, url: found.html_url } };
      }
      return { state: 'absent' };
    },
  });
}

function commit(): Publisher {
  const place = { owner: 'o', repo: 'r' };
  return publisher('commit', 'compare-and-set', {
    async execute(context, step) {
      const { git } = octokitOf(context);
      const { data: ref } = await git.getRef({ ...place, ref: 'heads/main' });
      const { data: blob } = await git.createBlob({ ...place, content: textOf(step) });
      const { data: tree } = await git.createTree({
        ...place,
        base_tree: ref.object.sha,
        tree: [{ path: `${context.key}.md`, mode: '100644', type: 'blob', sha: blob.sha }],
      });
      const { data: made } = await git.createCommit({
        ...place,
        message: `${textOf(step)}\n\nPublication-Id: ${context.stepKey}`,
        tree: tree.sha,
        parents: [ref.object.sha],
      });
      await git.updateRef({ ...place, ref: 'heads/main', sha: made.sha, force: false });
      return { remoteId: made.sha };
    },
    async find(context): Promise<LookUp> {
      const { repos } = octokitOf(context);
      for (let page = 1; ; page++) {
        const { data } = await repos.listCommits({ ...place, sha: 'main', per_page: 100, page });
        const found = data.find(({ commit }) =>
          commit.message.endsWith(`Publication-Id: ${context.stepKey}`),
        );
        if (found) return { state: 'found', receipt: { remoteId: found.sha } };
        if (data.length < 100) return { state: 'absent' };
      }
    },
  });
}

/** The server de-duplicates for a while, then only the list of messages can tell. */
function channel(): Publisher {
  return publisher('channel', 'server-key', {
    async execute(context, step) {
      return send(context, `/channels/${step.payload.place}/messages`, {
        content: textOf(step),
        nonce: context.stepKey,
        enforce_nonce: true,
      });
    },
    async find(context, step): Promise<LookUp> {
      const after = context.firstAttemptAtMs - 1_000;
      const url = `${context.address('world')}/channels/${step.payload.place}/messages?after=${after}`;
      const response = await context.http.fetch(url, { signal: context.signal });
      if (!response.ok) throw new Answer(response);
      const messages = (await response.json()) as { id: string; nonce: string }[];
      const found = messages.find(({ nonce }) => nonce === context.stepKey);
      return found ? { state: 'found', receipt: { remoteId: found.id } } : { state: 'absent' };
    },
  });
}

function webhook(): Publisher {
  return publisher('webhook', 'none', {
    execute: (context, step) =>
      send(context, `/hook/${step.payload.place}`, { key: context.stepKey, text: textOf(step) }),
    find: async () => ({ state: 'cannot-tell', why: 'a webhook can’t be read' }),
  });
}

async function send(context: AttemptContext, path: string, body: object): Promise<Receipt> {
  const response = await context.http.fetch(context.address('world') + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: context.signal,
  });
  if (!response.ok) throw new Answer(response);
  const { id } = (await response.json()) as { id?: string };
  return { remoteId: id ?? context.stepKey };
}

function octokitOf({ http, signal, address }: AttemptContext): Octokit {
  const quiet = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  return new Octokit({ baseUrl: address('world'), log: quiet, request: { fetch: http.fetch, signal } });
}

function textOf(step: Step): string {
  return String(step.payload.text);
}
