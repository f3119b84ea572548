import { join } from 'node:path';
import type { RecordingView } from '#contracts/actions/recording.ts';
import type { Frame, FrameSink, StreamEndReason } from '#contracts/audio.ts';
import { frameDurationMs } from '#contracts/audio.ts';
import { inBackground } from '#core/background.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import { errnoOf } from '#storage/files/errno.ts';
import { silencePayload } from '../opus/toc.ts';
import type { TagsInit } from './comments.ts';
import { recordLimits } from './limits.ts';
import { PartFile } from './part-file.ts';
import { type PartNotes, partPath, type RecordingNotes, writeNotes } from './recording-notes.ts';

export interface RecordingComponents {
  clock: Clock;
  chance: Chance;
  logger: Logger;
  /** The current name of the broadcast; undefined when there is none. */
  titleNow: () => string | undefined;
  /** A part is complete. */
  onPart: (number: number, whole: boolean) => void;
  /** The broadcast is over, or the recording can't go on. */
  onOver: (reason: StreamEndReason | 'limit' | 'disk') => void;
}

const framesPerTitleLook = 1_000 / frameDurationMs;

/** One broadcast being recorded: parts of a limited size, silence where frames are missing, chapters from titles. */
export class Recording implements FrameSink {
  readonly notes: RecordingNotes;
  readonly folder: string;
  readonly #components: RecordingComponents;
  #part: { file: PartFile; notes: PartNotes } | undefined;
  #noting: Promise<void> = Promise.resolve();
  #last: Frame | undefined;
  #finishedFrames = 0;
  #finishedBytes = 0;
  #turning: Promise<void> = Promise.resolve();
  /** Frames that came during the change from one part to the next. */
  #between: Uint8Array[] = [];
  #over = false;
  problem: string | undefined;

  constructor(components: RecordingComponents, init: { folder: string; notes: RecordingNotes }) {
    this.#components = components;
    this.folder = init.folder;
    this.notes = init.notes;
  }

  /** Nothing is written any more. */
  get isOver(): boolean {
    return this.#over;
  }

  /**
   * Begins the first part since the start. An end that comes meanwhile waits for it. Throws the file system's errors.
   */
  begin(): Promise<void> {
    const begun = this.#beginPart();
    this.#turning = begun.catch(() => undefined);
    return begun;
  }

  async #beginPart(): Promise<void> {
    const { chance, clock } = this.#components;
    const number = (this.notes.parts.at(-1)?.number ?? 0) + 1;
    const notes: PartNotes = { number, startedAtMs: clock.nowMs(), chapters: [] };
    this.notes.parts.push(notes);
    await writeNotes(this.folder, this.notes);
    const file = await PartFile.create(
      { clock, onFailure: (error) => this.#failed(error) },
      {
        path: partPath(this.folder, number),
        serial: Buffer.from(chance.bytes(4)).readUInt32LE(),
        tags: tagsOf(this.notes, notes),
      },
    );
    this.#part = { file, notes };
    this.#lookAtTitle();
  }

  frame(frame: Frame): void {
    if (this.#over) return;
    for (let missing = this.#missingBefore(frame); missing > 0; missing -= 1) this.#write(silencePayload);
    this.#last = frame;
    this.#write(frame.payload);
  }

  end(reason: StreamEndReason): void {
    this.#components.onOver(reason);
  }

  /** Ends the current part; nothing is written afterwards. Idempotent. */
  async finish(): Promise<void> {
    this.#over = true;
    await this.#turning;
    await this.#finishPart();
    await this.#noting;
  }

  view(state: RecordingView['state'], kept: RecordingView['kept']): RecordingView {
    const { id, broadcastId, title, startedAtMs } = this.notes;
    return {
      id,
      broadcast: broadcastId,
      title,
      state,
      startedAtMs,
      partNumber: this.notes.parts.at(-1)?.number ?? 0,
      durationMs: (this.#finishedFrames + (this.#part?.file.frameCount ?? 0)) * frameDurationMs,
      sizeBytes: this.#finishedBytes + (this.#part?.file.sizeBytes ?? 0),
      chapters: this.#part?.notes.chapters.map(({ name }) => name) ?? [],
      kept,
      ...(this.problem === undefined ? {} : { problem: this.problem }),
    };
  }

  #write(payload: Uint8Array): void {
    const part = this.#part;
    if (!part) {
      if (this.#between.length < recordLimits.gapFramesMax) this.#between.push(payload);
      return;
    }
    part.file.packet(payload);
    if (part.file.frameCount % framesPerTitleLook === 0) this.#lookAtTitle();
    if (part.file.sizeBytes >= this.notes.partBytesMax) this.#turnOver();
    if (this.#durationMs() >= recordLimits.durationMaxMs) this.#stop('limit');
  }

  /** The next part follows; frames that come meanwhile wait for it. */
  #turnOver(): void {
    if ((this.notes.parts.at(-1)?.number ?? 0) >= recordLimits.partsMax) {
      this.#stop('limit');
      return;
    }
    this.#turning = (async () => {
      await this.#finishPart();
      if (this.#over) return;
      await this.#beginPart();
      const waiting = this.#between;
      this.#between = [];
      for (const payload of waiting) this.#write(payload);
    })().catch((error: unknown) => this.#failed(error));
  }

  async #finishPart(): Promise<void> {
    const part = this.#part;
    this.#part = undefined;
    if (!part) return;
    this.#finishedFrames += part.file.frameCount;
    const whole = await part.file.finish(tagsOf(this.notes, part.notes));
    this.#finishedBytes += part.file.sizeBytes;
    // A part without a frame is reported as not whole: it is examined, and left out.
    this.#components.onPart(part.notes.number, whole && part.file.frameCount > 0);
  }

  /** Frames lost, slept or stalled between the last frame and this one. */
  #missingBefore(frame: Frame): number {
    const last = this.#last;
    if (!last) return 0;
    const missing =
      frame.streamId === last.streamId
        ? ((frame.sequence - last.sequence) >>> 0) - 1
        : Math.round((frame.captureTimeMs - last.captureTimeMs) / frameDurationMs) - 1;
    return Math.max(0, Math.min(missing, recordLimits.gapFramesMax));
  }

  #lookAtTitle(): void {
    const part = this.#part;
    const title = this.#components.titleNow();
    if (!part || title === undefined || part.notes.chapters.length >= recordLimits.chaptersMax) return;
    const name = cutGraphemes(title, recordLimits.chapterNameLengthMax);
    if (part.notes.chapters.at(-1)?.name === name) return;
    part.notes.chapters.push({ atMs: part.file.frameCount * frameDurationMs, name });
    const noted = this.#noting.then(() => writeNotes(this.folder, this.notes));
    this.#noting = inBackground(this.#components.logger, 'warn', noted, 'a chapter was not noted');
  }

  #durationMs(): number {
    return (this.#finishedFrames + (this.#part?.file.frameCount ?? 0)) * frameDurationMs;
  }

  #failed(error: unknown): void {
    this.problem ??= errnoOf(error) ?? errorText(error);
    this.#components.logger.error({ err: error, recording: this.notes.id }, 'recording can’t be written');
    this.#stop('disk');
  }

  #stop(reason: 'limit' | 'disk'): void {
    if (this.#over) return;
    this.#over = true;
    this.#components.onOver(reason);
  }
}

export function tagsOf(recording: RecordingNotes, part: PartNotes): TagsInit {
  const title = part.number > 1 ? `${recording.title} (${part.number})` : recording.title;
  return { title, artist: recording.community, startedAtMs: part.startedAtMs, chapters: part.chapters };
}

export function folderOf(recordingsFolder: string, id: string): string {
  return join(recordingsFolder, id);
}
