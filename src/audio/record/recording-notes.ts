import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { audiences } from '#contracts/audio.ts';
import { openPlainFile } from '#storage/files/plain-file.ts';

export interface Chapter {
  /** From the start of the part. */
  atMs: number;
  name: string;
}

const notesSchema = z.object({
  id: z.string(),
  broadcastId: z.string(),
  title: z.string(),
  community: z.string(),
  guildId: z.string().optional(),
  /** The narrowest its broadcast had. Notes of older versions know none: all was for neighbours. */
  audience: z.enum(audiences).optional(),
  /** Channels whose people are heard in it. */
  liveChannelIds: z.array(z.string()).optional(),
  wantedBy: z.string(),
  startedAtMs: z.number(),
  partBytesMax: z.number(),
  /** It was told to end, or its broadcast did: what is left is to keep its parts. */
  ended: z.boolean(),
  parts: z.array(
    z.object({
      number: z.number().int(),
      startedAtMs: z.number(),
      chapters: z.array(z.object({ atMs: z.number(), name: z.string() })),
    }),
  ),
});

/** What is known of a recording beside its audio: what a restart needs to finish it. */
export type RecordingNotes = z.output<typeof notesSchema>;
export type PartNotes = RecordingNotes['parts'][number];

const fileName = 'recording.json';

/** Replaces what was noted; whoever reads sees the old or the new, never half of it. */
export async function writeNotes(folder: string, notes: RecordingNotes): Promise<void> {
  const path = join(folder, fileName);
  const text = JSON.stringify(notes, undefined, 2);
  // What lies there is a write that was broken off, or a link that is not to be followed.
  await rm(`${path}.new`, { force: true });
  await writeFile(`${path}.new`, text, { flush: true, mode: 0o600, flag: 'wx' });
  await rename(`${path}.new`, path);
}

/** Undefined when there are none, or none that make sense. */
export async function readNotes(folder: string): Promise<RecordingNotes | undefined> {
  try {
    await using file = await openPlainFile(join(folder, fileName));
    return notesSchema.parse(JSON.parse(await file.readFile('utf8')));
  } catch {
    return undefined;
  }
}

export function partPath(folder: string, number: number): string {
  return join(folder, `part-${String(number).padStart(3, '0')}.opus`);
}
