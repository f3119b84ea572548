import { z } from 'zod';
import { defineAction } from '../action.ts';
import { deliveryState } from './publish.ts';

const guildId = z.string();

export const artifactView = z.object({
  cid: z.string(),
  sizeBytes: z.number().int(),
  mediaType: z.string(),
  label: z.string(),
  source: z.string(),
  createdAtMs: z.number(),
});

export const artifactAdd = defineAction({
  name: 'artifact.add',
  summary: 'Keep a text or an uploaded file as an artifact.',
  input: z.strictObject({
    guildId,
    label: z.string().trim().min(1).max(200),
    mediaType: z.string().max(200).optional(),
    content: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('text'), text: z.string().min(1).max(1_000_000) }),
      /** An attachment of a Discord interaction, fetched from Discord's own addresses only. */
      z.strictObject({ kind: z.literal('attachment'), url: z.url(), sizeBytes: z.int().nonnegative() }),
    ]),
    source: z.enum(['command', 'message', 'thread']).default('command'),
  }),
  output: artifactView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});

export const artifactList = defineAction({
  name: 'artifact.list',
  summary: 'List the artifacts of this guild, newest first.',
  input: z.strictObject({
    guildId,
    search: z.string().max(200).default(''),
    limit: z.int().min(1).max(100).default(25),
  }),
  output: z.object({ artifacts: z.array(artifactView) }),
  scope: 'guild',
  access: 'publisher',
  effect: 'read',
});

export const artifactArchiveThread = defineAction({
  name: 'artifact.archive-thread',
  summary: 'Keep a thread as a page that needs nothing else, and as JSON.',
  /** Guild members can archive only the thread they ask in, because it is not known what else they may read. */
  input: z.strictObject({ guildId, channelId: z.string().regex(/^\d{1,20}$/, 'must be a channel') }),
  output: z.object({
    title: z.string(),
    url: z.string(),
    messageCount: z.number().int(),
    /** The thread is longer than an archive may be: the newest messages are missing. */
    isCut: z.boolean(),
    artifacts: z.array(artifactView),
  }),
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
});

/** For CI jobs, through the HTTP door: the bytes are the body of the request. */
export const artifactUpload = defineAction({
  name: 'artifact.upload',
  summary: 'Keep a file that a job sends as an artifact.',
  input: z.strictObject({
    guildId,
    /** Bytes of the body, as announced. */
    sizeBytes: z.int().nonnegative(),
    label: z.string().max(8_192),
    mediaType: z.string().max(8_192).optional(),
    /** sha-256 in hex that the bytes must have. */
    expectedCid: z.string().max(64).optional(),
  }),
  output: z.object({ isNew: z.boolean(), artifact: artifactView }),
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
  byToken: 'bare',
  /** A key belongs to a token, so the guild says nothing more; keys of earlier versions were made like this. */
  fingerprint: ({ sizeBytes, label, mediaType, expectedCid }) =>
    JSON.stringify({ sizeBytes, label, mediaType, expectedCid }),
});
export type ArtifactUploaded = z.output<typeof artifactUpload.output>;

/** CI jobs ask this after an upload. */
export const artifactShow = defineAction({
  name: 'artifact.show',
  summary: 'Show what became of an artifact: the chains it started, and the publications that hold it.',
  input: z.strictObject({
    guildId,
    cid: z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha-256 in lower-case hex'),
  }),
  output: z.object({
    artifact: artifactView,
    /** Newest first, as are publications. */
    chains: z.array(
      z.object({
        chain: z.string(),
        state: z.enum(['gathering', 'running', 'stopped', 'done']),
        startedAtMs: z.number(),
        reason: z.string().optional(),
      }),
    ),
    publications: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        createdAtMs: z.number(),
        deliveries: z.array(
          z.object({
            target: z.string(),
            publisher: z.string(),
            state: deliveryState,
            needsPerson: z.boolean(),
            updatedAtMs: z.number(),
            url: z.string().optional(),
            error: z.object({ code: z.string(), text: z.string() }).optional(),
          }),
        ),
      }),
    ),
  }),
  scope: 'guild',
  access: 'publisher',
  effect: 'read',
  byToken: 'bare',
});
