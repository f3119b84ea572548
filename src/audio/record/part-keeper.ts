import { lstat, readdir, rm } from 'node:fs/promises';
import { type ArtifactStore, recordingSource } from '#contracts/artifacts.ts';
import type { Clock } from '#core/clock.ts';
import { DeadlinePassed, withDeadline } from '#core/deadline.ts';
import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import { openPlainFile } from '#storage/files/plain-file.ts';
import { recordLimits } from './limits.ts';
import { mendPart } from './mend-part.ts';
import { tagsOf } from './recording.ts';
import { type PartNotes, partPath, type RecordingNotes, writeNotes } from './recording-notes.ts';

export interface PartKeeperComponents {
  artifacts: Pick<ArtifactStore, 'put'>;
  clock: Clock;
  logger: Logger;
}

export interface KeptPart {
  cid: string;
  label: string;
  sizeBytes: number;
}

const labelTitleLengthMax = 80;

/** Turns the finished parts of recordings into artifacts, and removes the files only afterwards. */
export class PartKeeper {
  readonly #components: PartKeeperComponents;

  constructor(components: PartKeeperComponents) {
    this.#components = components;
  }

  /** Undefined when the part is gone or holds no audio. Throws ARTIFACT_*: then the file stays. */
  async keep(
    folder: string,
    recording: RecordingNotes,
    part: PartNotes,
    whole: boolean,
    signal: AbortSignal,
  ): Promise<KeptPart | undefined> {
    const { artifacts, logger } = this.#components;
    const path = partPath(folder, part.number);
    const size = await lstat(path).catch(() => undefined);
    if (!size) return undefined;
    if (!whole && !(await mendPart(path, tagsOf(recording, part)))) {
      logger.info({ recording: recording.id, part: part.number }, 'a part without audio is left out');
      await rm(path);
      return undefined;
    }
    const { audience = 'neighbours', liveChannelIds = [] } = recording;
    const label = labelOf(recording, part);
    const kept = await artifacts.put(
      {
        label,
        mediaType: 'audio/ogg',
        source: recordingSource({ audience, live: liveChannelIds.length > 0 }),
        ...(recording.guildId === undefined ? {} : { guildId: recording.guildId }),
      },
      (await openPlainFile(path)).createReadStream(),
      signal,
    );
    await rm(path);
    return { cid: kept.cid, label, sizeBytes: kept.sizeBytes };
  }

  /** Bounded in time. A file that can't be kept now stays where it is, and is retried at the next start. */
  async tryToKeep(
    folder: string,
    notes: RecordingNotes,
    number: number,
    whole: boolean,
  ): Promise<KeptPart | undefined> {
    const { clock, logger } = this.#components;
    const part = notes.parts.find((candidate) => candidate.number === number);
    if (!part) return undefined;
    const late = () => new DeadlinePassed('keeping a recorded part took too long');
    try {
      const keep = (signal: AbortSignal) => this.keep(folder, notes, part, whole, signal);
      const kept = await withDeadline(clock, recordLimits.storeTimeoutMs, undefined, keep, { late });
      notes.parts = notes.parts.filter((candidate) => candidate !== part || notes.parts.at(-1) === part);
      return kept;
    } catch (error) {
      logger.error(
        { err: error, recording: notes.id, part: number, why: errorText(error) },
        'a recorded part could not be kept; its file stays',
      );
      return undefined;
    }
  }

  /** After the end of a recording, only parts that could not be kept remain. */
  async forgetIfKept(folder: string, notes: RecordingNotes): Promise<void> {
    const left = (await readdir(folder)).filter((name) => name.endsWith('.opus'));
    if (left.length === 0) await rm(folder, { recursive: true, force: true });
    else await writeNotes(folder, notes);
  }
}

/** "Night show 2026-11-21 19.30 part 2.opus" */
function labelOf(recording: RecordingNotes, part: PartNotes): string {
  const when = new Date(part.startedAtMs).toISOString().slice(0, 16).replace('T', ' ').replace(':', '.');
  const title = cutGraphemes(recording.title.replace(/[\\/:*?"<>|]/g, ' '), labelTitleLengthMax).trim();
  return `${title} ${when}${part.number > 1 ? ` part ${part.number}` : ''}.opus`;
}
