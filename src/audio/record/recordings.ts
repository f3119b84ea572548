import { mkdir } from 'node:fs/promises';
import type { z } from 'zod';
import { type AnyAction, implement } from '#contracts/action.ts';
import {
  type RecordingView,
  recordingList,
  recordingStart,
  recordingStop,
} from '#contracts/actions/recording.ts';
import { type Actor, actorKey } from '#contracts/actor.ts';
import type { ArtifactStore } from '#contracts/artifacts.ts';
import { type BroadcastCatalogue, narrowestOf, type OwnBroadcastInfo } from '#contracts/audio.ts';
import type { Announcer } from '#contracts/discord.ts';
import { isServed, type LiveStandings } from '#contracts/guild-standing.ts';
import { inBackground } from '#core/background.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import { inert } from '#core/text/inert.ts';
import { audioErrors } from '../errors.ts';
import { recordErrors } from './errors.ts';
import { named, openedFolder } from './folder.ts';
import { recordLimits } from './limits.ts';
import { newNotes } from './new-notes.ts';
import { type KeptPart, PartKeeper } from './part-keeper.ts';
import { folderOf, Recording } from './recording.ts';
import { type RecordingNotes, readNotes, writeNotes } from './recording-notes.ts';
import { tellSpeakers } from './tell-speakers.ts';

export interface RecordingsComponents {
  /** The broadcasts that people of a guild may hear. */
  catalogueFor: (guildId: string) => BroadcastCatalogue<OwnBroadcastInfo>;
  /** Called when fewer people than before may hear a broadcast. Returns the unsubscriber. */
  onNarrowed: (listener: (broadcastId: string) => void) => () => void;
  standings: LiveStandings;
  announcer: Announcer;
  artifacts: Pick<ArtifactStore, 'put'>;
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

export interface RecordingsInit {
  /** Folder of unfinished recordings; only this hub uses it. */
  folder: string;
  /** This community's own name. */
  community: string;
  /** A part must fit into the artifact store. */
  artifactBytesMax: number;
}

interface Running {
  recording: Recording;
  /** Undefined while the broadcast is away. */
  subscription: { cancel(): void } | undefined;
  kept: KeptPart[];
  keeping: Promise<void>;
  ending: Promise<void> | undefined;
}

const retryMs = 1_000;

/** Recordings of our broadcasts: their actions, and their return after the process ended in any way. */
export class Recordings implements Startable {
  readonly name = 'recordings';
  readonly actions: readonly AnyAction[];
  readonly #components: RecordingsComponents;
  readonly #init: RecordingsInit;
  readonly #keeper: PartKeeper;
  readonly #running = new Map<string, Running>();
  readonly #stopping = new AbortController();
  #restoring: Promise<void> = Promise.resolve();
  #unsubscribe: () => void = () => {};

  constructor(components: RecordingsComponents, init: RecordingsInit) {
    this.#components = components;
    this.#init = init;
    this.#keeper = new PartKeeper(components);
    this.actions = [
      implement(recordingStart, ({ actor }, input) => this.#start(actor, input)),
      implement(recordingStop, (_context, input) => this.#stop(input.guildId, input.recording)),
      implement(recordingList, async (_context, { guildId }) => ({
        recordings: this.#ofGuild(guildId).map((running) => viewOf(running)),
      })),
    ];
  }

  /** Keeps parts that an ended process left, and continues recordings that nobody ended. Needs the artifact store. */
  async start(): Promise<void> {
    const { folder } = this.#init;
    const ids = await openedFolder(folder);
    const { onNarrowed, standings } = this.#components;
    const unsubscribe = [
      onNarrowed((broadcastId) => this.#narrowed(broadcastId)),
      standings.onChange(({ guildId, to }) => {
        if (to === 'foreign') this.#endIn(guildId);
      }),
    ];
    this.#unsubscribe = () => {
      for (const each of unsubscribe) each();
    };
    const { logger } = this.#components;
    this.#restoring = inBackground(logger, 'error', this.#restore(ids), 'recordings could not be restored');
  }

  /**
   * Finishes and keeps the files; recordings that nobody ended continue at the next start. Called before their
   * broadcasts end.
   */
  async drain(): Promise<void> {
    this.#stopping.abort(new Error('the hub stops'));
    this.#unsubscribe();
    await this.#restoring;
    await Promise.all([...this.#running.values()].map((running) => running.ending ?? this.#finish(running)));
  }

  stop(): Promise<void> {
    return this.drain();
  }

  async #start(actor: Actor, input: z.output<typeof recordingStart.input>): Promise<RecordingView> {
    const { catalogueFor, clock, chance } = this.#components;
    const { recordingsMax } = recordLimits;
    const { guildId } = input;
    const info = catalogueFor(guildId)
      .list()
      .find(({ id }) => id === input.broadcast);
    if (!info) throw audioErrors.AUDIO_UNKNOWN_BROADCAST({ broadcast: input.broadcast });
    // People were told who hears them by that guild, which is also the only one that could tell them of a recording.
    if (info.guildId !== guildId && info.liveChannelIds.length > 0)
      throw recordErrors.RECORD_LIVE_OF_ANOTHER_SERVER({ broadcast: info.title });
    if (this.#find(guildId, input.broadcast))
      throw recordErrors.RECORD_ALREADY({ broadcast: input.broadcast });
    if (this.#running.size >= recordingsMax) throw recordErrors.RECORD_TOO_MANY({ recordingsMax });
    const wanted = {
      ...this.#init,
      guildId,
      broadcast: info,
      wantedBy: actorKey(actor),
      partMiB: input.partMiB,
    };
    const notes = newNotes({ clock, chance }, wanted);
    const running = this.#newRunning(notes);
    this.#running.set(notes.id, running);
    try {
      await mkdir(running.recording.folder, { mode: 0o700 });
      await this.#begin(running);
    } catch (error) {
      this.#running.delete(notes.id);
      throw named(error);
    }
    tellSpeakers(
      this.#components,
      notes,
      `🔴 What is said here is being recorded (“${inert(notes.title)}”).`,
    );
    return viewOf(running);
  }

  async #stop(guildId: string, reference: string): Promise<RecordingView> {
    const running = this.#find(guildId, reference);
    if (!running) throw recordErrors.RECORD_UNKNOWN({ recording: reference });
    await this.#end(running);
    return viewOf(running);
  }

  #find(guildId: string, reference: string): Running | undefined {
    const running = this.#ofGuild(guildId);
    return (
      running.find(({ recording }) => recording.notes.id === reference) ??
      running.find(({ recording }) => recording.notes.broadcastId === reference)
    );
  }

  #ofGuild(guildId: string): Running[] {
    return [...this.#running.values()].filter(({ recording }) => recording.notes.guildId === guildId);
  }

  /** A recording is for no more people than its broadcast was at any time. */
  #narrowed(broadcastId: string): void {
    for (const { recording } of this.#running.values()) {
      const { notes } = recording;
      const info = this.#infoOf(notes);
      if (notes.broadcastId !== broadcastId || !info || notes.audience === undefined) continue;
      notes.audience = narrowestOf(notes.audience, info.audience);
      const written = writeNotes(recording.folder, notes);
      this.#complain(written, 'a recording’s audience was not noted', recording);
    }
  }

  /** Undefined for recordings without a guild, which older versions could make. */
  #infoOf({ broadcastId, guildId }: RecordingNotes): OwnBroadcastInfo | undefined {
    if (guildId === undefined) return undefined;
    return this.#components
      .catalogueFor(guildId)
      .list()
      .find(({ id }) => id === broadcastId);
  }

  #newRunning(notes: RecordingNotes): Running {
    const { clock, chance, logger } = this.#components;
    const recording = new Recording(
      {
        clock,
        chance,
        logger,
        titleNow: () => this.#infoOf(notes)?.title,
        onPart: (number, whole) => this.#keepPart(running, number, whole),
        onOver: (reason) => this.#over(running, reason),
      },
      { folder: folderOf(this.#init.folder, notes.id), notes },
    );
    const running: Running = {
      recording,
      subscription: undefined,
      kept: [],
      keeping: Promise.resolve(),
      ending: undefined,
    };
    return running;
  }

  async #begin(running: Running): Promise<void> {
    const { recording } = running;
    const { broadcastId, guildId = '' } = recording.notes;
    await recording.begin();
    // Ended while its file was made: a subscription made now would never end.
    if (recording.isOver) return;
    running.subscription = this.#components.catalogueFor(guildId).subscribe(broadcastId, recording);
  }

  #over(running: Running, reason: string): void {
    // When the hub stops, its broadcasts end, too; the recording must continue afterwards.
    if (this.#stopping.signal.aborted) return;
    this.#components.logger.info({ recording: running.recording.notes.id, reason }, 'recording ends');
    this.#complain(this.#end(running), 'recording not ended', running.recording);
  }

  /** For a guild that is no longer served: what was recorded until now is kept. */
  #endIn(guildId: string): void {
    const why = ': this server is no longer a home server of the hub';
    for (const running of this.#ofGuild(guildId))
      this.#complain(this.#end(running, why), 'recording not ended', running.recording);
  }

  #complain(work: Promise<unknown>, complaint: string, { notes }: Recording): void {
    void inBackground(this.#components.logger, 'error', work, complaint, { recording: notes.id });
  }

  /** Permanently: nobody wants it any more. */
  #end(running: Running, why = ''): Promise<void> {
    running.ending ??= (async () => {
      const { recording } = running;
      recording.notes.ended = true;
      await this.#finish(running);
      if (!recording.notes.ended) return;
      try {
        await this.#keeper.forgetIfKept(recording.folder, recording.notes);
      } finally {
        this.#running.delete(recording.notes.id);
        tellSpeakers(this.#components, recording.notes, `⚫ The recording has ended${why}.`);
      }
    })();
    return running.ending;
  }

  async #finish(running: Running): Promise<void> {
    running.subscription?.cancel();
    running.subscription = undefined;
    await running.recording.finish();
    await running.keeping;
    await writeNotes(running.recording.folder, running.recording.notes).catch(() => {});
  }

  #keepPart(running: Running, number: number, whole: boolean): void {
    const { folder, notes } = running.recording;
    running.keeping = running.keeping.then(async () => {
      const kept = await this.#keeper.tryToKeep(folder, notes, number, whole);
      if (kept) running.kept.push(kept);
    });
  }

  async #restore(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const folder = folderOf(this.#init.folder, id);
      const notes = await readNotes(folder);
      if (!notes || notes.id !== id) continue;
      for (const { number } of [...notes.parts]) await this.#keeper.tryToKeep(folder, notes, number, false);
      if (notes.ended) await this.#keeper.forgetIfKept(folder, notes);
      else void this.#resume(this.#newRunning(notes)).catch((err: unknown) => this.#notResumed(err, id));
    }
  }

  /** Waits for the broadcast, which comes back automatically; a recording whose broadcast doesn't is over. */
  async #resume(running: Running): Promise<void> {
    const { clock, standings } = this.#components;
    const { notes } = running.recording;
    const { signal } = this.#stopping;
    this.#running.set(notes.id, running);
    const untilMs = clock.monotonicMs() + recordLimits.broadcastWaitMs;
    const isWanted = () => !running.ending && isServed(standings, notes.guildId ?? '');
    while (isWanted() && clock.monotonicMs() < untilMs) {
      if (this.#infoOf(notes))
        return this.#begin(running).catch((error: unknown) => this.#endBroken(running, error));
      await clock.sleep(retryMs, signal);
    }
    await this.#end(running);
  }

  /** Earlier parts are kept; the people heard in it are notified that no more follows. */
  async #endBroken(running: Running, error: unknown): Promise<void> {
    this.#stopping.signal.throwIfAborted();
    const err = named(error);
    const code = isGuildmeshError(err) ? err.code : undefined;
    const { id } = running.recording.notes;
    this.#components.logger.error({ err, code, recording: id }, 'a recording could not go on');
    await this.#end(running, `: it could not go on after a restart${code ? ` (${code})` : ''}`);
  }

  #notResumed(err: unknown, recording: string): void {
    if (!this.#stopping.signal.aborted)
      this.#components.logger.error({ err, recording }, 'a recording was neither taken up again nor ended');
  }
}

function viewOf({ recording, subscription, kept, ending }: Running): RecordingView {
  return recording.view(ending ? 'keeping' : subscription ? 'recording' : 'waiting', kept);
}
