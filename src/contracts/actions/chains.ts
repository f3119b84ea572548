import { z } from 'zod';
import { defineAction } from '../action.ts';

const guildId = z.string();
const name = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 letters, digits and dashes');
const cid = z.string().regex(/^[0-9a-f]{64}$/, 'must be a content id: 64 digits and letters from a to f');
const text = { title: z.string().trim().min(1).max(300), body: z.string().max(10_000) };

/** A run that holds this many files is full; the next file begins another run. */
export const gatheredFilesMax = 20;
/** One version is gathered for at most this long. */
export const gatherHoursMax = 24;

/** Artifacts that belong together, of one version where the label's pattern has `{version}`, become one run. */
export const chainGather = z.strictObject({
  /** The run begins when no file has come for this long. Ignored where files are expected. */
  quietMinutes: z.int().min(1).max(1_440).default(5),
  /** Labels, with `*`, `?` and `{version}`: the run begins when the last of them has come. */
  expected: z.array(z.string().trim().min(1).max(200)).min(1).max(gatheredFilesMax).optional(),
});

/** What starts it. `*` and `?` stand for any characters and any one, `{version}` for a version. */
export const chainTrigger = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('artifact'),
    label: z.string().trim().min(1).max(200),
    /** Absent: each artifact is a run of its own. */
    gather: chainGather.optional(),
  }),
  /** Published on GitHub; `tag` is a pattern. Drafts never start it. */
  z.strictObject({
    kind: z.literal('release'),
    repository: z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/(?!\.{1,2}$)[\w.-]{1,100}$/, 'must look like owner/name'),
    tag: z.string().trim().min(1).max(200).default('*'),
    /**
     * `include`, as GitHub's own event `published` and its notifications do. `skip`: a pre-release starts nothing until it
     * becomes a release, as in GitHub's event `released`.
     */
    prereleases: z.enum(['include', 'skip']).default('include'),
  }),
  /** RSS or Atom; `title` of the entry is a pattern. */
  z.strictObject({
    kind: z.literal('feed'),
    url: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).max(1_000),
    title: z.string().trim().min(1).max(200).default('*'),
  }),
  z.strictObject({ kind: z.literal('milestone'), title: z.string().trim().min(1).max(200) }),
  z.strictObject({ kind: z.literal('manual') }),
]);

/** Targets that go at once; the next link waits for all of them. */
export const chainLink = z.strictObject({
  targets: z.array(name).min(1).max(10),
  /** Instead of the chain's own, for this link. */
  title: text.title.optional(),
  body: text.body.optional(),
  /** False: posts of this link name what started the chain by its address only, without files. */
  withArtifacts: z.boolean().default(true),
});

/**
 * Title, body and tags may contain `{label}` (of the artifact, or the title of the milestone, release or entry; of files
 * that were gathered their version), `{version}`, `{repository}` and `{url}` (where it started), `{date}` (2026-12-24, of
 * the event, UTC), `{counter}` (this chain's runs, from 1), and title and body `{description}`, for targets of earlier
 * links `{receipt:TARGET}`: where it landed, and `{receipts}`: all of these, a line each.
 */
const chainFields = {
  name,
  trigger: chainTrigger,
  title: text.title.default('{label}'),
  body: text.body.default('{description}\n\n{receipts}'),
  tags: z.array(z.string().trim().min(1).max(64)).max(20).default([]),
  links: z.array(chainLink).min(1).max(10),
};

export const chainRunView = z.object({
  id: z.string(),
  label: z.string(),
  /** `stopped`: a link needs a person; retrying its delivery lets the run go on. */
  state: z.enum(['gathering', 'running', 'stopped', 'done']),
  /** The link it is at, from 1; the number of links when it is done. */
  link: z.number().int(),
  /** Where and why it stopped, or what it waits for. */
  reason: z.string().optional(),
  links: z.array(
    z.object({
      publicationId: z.string().optional(),
      deliveries: z.array(
        z.object({
          target: z.string(),
          id: z.string(),
          state: z.string(),
          url: z.string().optional(),
        }),
      ),
    }),
  ),
  startedAtMs: z.number(),
  updatedAtMs: z.number(),
});
export type ChainRunView = z.output<typeof chainRunView>;

export const chainView = z.object({
  guildId: z.string(),
  id: z.string(),
  name: z.string(),
  trigger: chainTrigger,
  title: z.string(),
  body: z.string(),
  tags: z.array(z.string()),
  links: z.array(
    z.object({
      targets: z.array(z.string()),
      title: z.string().optional(),
      body: z.string().optional(),
      withArtifacts: z.boolean(),
    }),
  ),
  /** Stopped ones first, then the newest. */
  runs: z.array(chainRunView),
  /** Where the chain looks for news of others. */
  watch: z
    .object({
      /** Where it is read now. */
      place: z.string(),
      checkedAtMs: z.number().optional(),
      /** Absent: it is no longer read. */
      nextAtMs: z.number().optional(),
      /** Why it can't be read, if so. */
      problem: z.object({ code: z.string(), text: z.string(), sinceMs: z.number() }).optional(),
    })
    .optional(),
});
export type ChainView = z.output<typeof chainView>;

export const chainAdd = defineAction({
  name: 'chain.add',
  summary: 'Let one event publish in links, each with the addresses of the earlier ones.',
  input: z.strictObject({ guildId, ...chainFields }),
  output: chainView.extend({
    /** For the repository's settings: with this webhook GitHub reports releases at once. */
    hook: z.object({ url: z.string(), secret: z.string() }).optional(),
  }),
  scope: 'guild',
  access: 'manager',
  effect: 'write',
  shownOnce: true,
});

export const chainList = defineAction({
  name: 'chain.list',
  summary: 'List the chains of this guild with their latest runs.',
  input: z.strictObject({ guildId }),
  output: z.object({ chains: z.array(chainView) }),
  scope: 'guild',
  access: 'publisher',
  effect: 'read',
});

const oneChain = z.strictObject({ guildId, chain: name });

export const chainShow = defineAction({
  name: 'chain.show',
  summary: 'Show a chain and how far its runs have come.',
  input: oneChain,
  output: chainView,
  scope: 'guild',
  access: 'publisher',
  effect: 'read',
});

export const chainRemove = defineAction({
  name: 'chain.remove',
  summary: 'Remove a chain: its runs go no further, what they have enqueued stays.',
  input: oneChain,
  output: chainView,
  scope: 'guild',
  access: 'manager',
  effect: 'write',
});

export const chainRun = defineAction({
  name: 'chain.run',
  summary: 'Start a chain by hand, or let a stopped run go on where it stopped.',
  input: z.discriminatedUnion('kind', [
    oneChain.extend({
      kind: z.literal('start'),
      label: z.string().trim().min(1).max(200),
      description: z.string().max(10_000).default(''),
      artifacts: z.array(cid).max(20).default([]),
    }),
    oneChain.extend({ kind: z.literal('resume'), runId: z.string() }),
  ]),
  output: chainRunView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});
