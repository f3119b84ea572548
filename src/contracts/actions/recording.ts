import { z } from 'zod';
import { valueWithoutHostFacts } from '#core/text/host-facts.ts';
import { defineAction } from '../action.ts';

export const recordingView = z.object({
  id: z.string(),
  broadcast: z.string(),
  title: z.string(),
  /**
   * `waiting`: the broadcast is away for now. `keeping`: it has ended, and its last part is being stored as an
   * artifact.
   */
  state: z.enum(['recording', 'waiting', 'keeping']),
  startedAtMs: z.number(),
  /** Number of the part that is being written. */
  partNumber: z.number().int(),
  /** Length of all parts together. */
  durationMs: z.number(),
  sizeBytes: z.number().int(),
  /** Names of this part's chapters so far. */
  chapters: z.array(z.string()),
  /** Parts that are artifacts already. */
  kept: z.array(z.object({ cid: z.string(), label: z.string(), sizeBytes: z.number().int() })),
  /** What went wrong, if so. */
  problem: z.string().optional(),
});
export type RecordingView = z.output<typeof recordingView>;

export const recordingStart = defineAction({
  name: 'recording.start',
  summary: 'Record one of our broadcasts; what is recorded becomes an artifact.',
  input: z.strictObject({
    guildId: z.string(),
    broadcast: z.string().trim().min(1).max(64),
    /** A part that grows to this size becomes an artifact, and the next one begins. */
    partMiB: z.number().int().min(1).max(1_024).optional(),
  }),
  output: recordingView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
  belowManager: valueWithoutHostFacts,
});

export const recordingStop = defineAction({
  name: 'recording.stop',
  summary: 'End a recording and keep it as an artifact.',
  input: z.strictObject({
    guildId: z.string(),
    /** Title or id of the recording, or of the recorded broadcast. */
    recording: z.string().trim().min(1).max(64),
  }),
  output: recordingView,
  scope: 'guild',
  access: 'publisher',
  effect: 'write',
  belowManager: valueWithoutHostFacts,
});

export const recordingList = defineAction({
  name: 'recording.list',
  summary: 'List what is being recorded.',
  input: z.strictObject({ guildId: z.string() }),
  output: z.object({ recordings: z.array(recordingView) }),
  scope: 'guild',
  access: 'member',
  effect: 'read',
  belowManager: valueWithoutHostFacts,
});
