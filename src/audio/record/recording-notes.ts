import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { audiences } from '#contracts/audio.ts';
import { openPlainFile } from '#storage/files/plain-file.ts';

export interface Chapter {
  /** Counted from the start of the part. */
  atMs: number;
  name: string;
}

const notesSchema = z.object({
  id: z.string(),
  broadcastId: z.string(),
  title: z.string(),
  community: z.string(),
  guildId: z.string().optional(),
  /** The narrowest audience its broadcast had. Notes of older versions have none: all were for neighbours. */
  audience: z.enum(audiences).optional(),
  /** Channels whose people are heard in it. */
  liveChannelIds: z.array(z.string()).optional(),
  wantedBy: z.string(),
  startedAtMs: z.number(),
  partBytesMax: z.number(),
  /** It was ended, or its broadcast was: only its parts are still to be kept. */
  ended: z.boolean(),
  parts: z.array(
    z.object({
      number: z.number().int(),
      startedAtMs: z.number(),
      chapters: z.array(z.object({ atMs: z.number(), name: z.string() })),
    }),
  ),
});

/** What is known of a recording beside its audio: a restart needs it to finish the recording. */
export type RecordingNotes = z.output<typeof notesSchema>;
export type PartNotes = RecordingNotes['parts'][number];

const fileName = 'recording.json';

/** Replaces the notes; readers see the old or the new ones, never half of them. */
export async function writeNotes(folder: string, notes: RecordingNotes): Promise<void> {
  const path = join(folder, fileName);
  const text = JSON.stringify(notes, undefined, 2);
  // A leftover of an interrupted write, or a link that must not be followed.
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
