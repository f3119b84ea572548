import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { roleAtLeast } from '#contracts/actor.ts';
import { type ArtifactStore, type AttachmentReader, playerUpload } from '#contracts/artifacts.ts';
import type { Clock } from '#core/clock.ts';
import { cleanLine } from '#core/text/clean-line.ts';
import { turns } from '#core/turns.ts';
import { makeFolder } from '#storage/files/make-folder.ts';
import { artifactName } from '../source/artifact-source.ts';
import type { ItemFacts } from '../source/contract.ts';
import { withoutExtension } from '../source/library-names.ts';
import { LocalFile } from '../source/order/any-place.ts';
import type { StoredUpload, UploadStore } from '../tables/upload-store.ts';
import type { Asker, AttachedFile, Playable } from './contract.ts';
import { mediaErrors } from './errors.ts';
import type { FactsReader } from './facts-reader.ts';
import { Places } from './places.ts';

/** One person's part of what their guild may keep. */
const personShare = 0.1;
export const uploadsPerGuildMax = 1_000;
/** Being taken in at the same time: each is held on the disk until it is known to be sound. */
const intakesMax = 2;
const labelLengthMax = 150;

export interface UploadsComponents {
  store: UploadStore;
  artifacts: () => Pick<ArtifactStore, 'put' | 'get' | 'forget'>;
  attachments: () => AttachmentReader;
  facts: Pick<FactsReader, 'read' | 'whyNoSound'>;
  clock: Pick<Clock, 'nowMs'>;
}

export interface UploadsInit {
  /** Holds what is being taken in; emptied at the start. */
  folder: string;
  uploadBytesMax: number;
}

export interface KeptUpload {
  playable: Playable;
  /** As if it had not been given; what was there before, or somebody else gave, too, stays. */
  forget: () => Promise<void>;
}

/** Files that people gave to a player: artifacts of their guild, with a quota of their own. */
export class Uploads {
  readonly #components: UploadsComponents;
  readonly #init: UploadsInit;
  readonly #places = new Places(intakesMax);
  /** One at a time in a guild: two together could pass a quota that each fits. */
  readonly #inTurn = turns();

  constructor(components: UploadsComponents, init: UploadsInit) {
    this.#components = components;
    this.#init = init;
  }

  /** Removes what an earlier process was taking in. */
  async start(): Promise<void> {
    await rm(this.#init.folder, { recursive: true, force: true });
  }

  /** Those that a person finds again: their own, and for publishers everybody's; the newest first. */
  async of({ guildId, role, userId }: Asker): Promise<StoredUpload[]> {
    const all = await this.#components.store.list(guildId);
    const shown = roleAtLeast(role, 'publisher') ? all : all.filter((upload) => upload.userId === userId);
    return oncePerFile(shown);
  }

  /**
   * Nothing is kept of what is no sound. Throws PLAYER_UPLOAD_TOO_LARGE, PLAYER_UPLOAD_QUOTA, AUDIO_NOT_AUDIO,
   * AUDIO_CODEC_CLOSED, AUDIO_FFMPEG_*, ARTIFACT_*.
   */
  async keep(file: AttachedFile, asker: Asker, signal: AbortSignal): Promise<KeptUpload> {
    const { uploadBytesMax } = this.#init;
    const bytesMax = Math.floor(uploadBytesMax * personShare);
    const { name, sizeBytes } = file;
    if (sizeBytes > bytesMax) throw mediaErrors.PLAYER_UPLOAD_TOO_LARGE({ name, sizeBytes, bytesMax });
    return this.#inTurn(asker.guildId, async () => {
      signal.throwIfAborted();
      await this.#requireRoom(asker, sizeBytes);
      return this.#places.with(signal, () => this.#take(file, asker, signal));
    });
  }

  /** What is still there: artifacts go when their time is over. */
  async #requireRoom({ guildId, userId }: Asker, addedBytes: number): Promise<void> {
    const { artifacts, store } = this.#components;
    const { uploadBytesMax } = this.#init;
    const kept: StoredUpload[] = [];
    for (const upload of await store.list(guildId))
      if (await artifacts().get(upload.cid, guildId)) kept.push(upload);
      else await store.drop(guildId, upload.cid);
    const once = oncePerFile(kept);
    const own = kept.filter((upload) => upload.userId === userId);
    const personMax = Math.floor(uploadBytesMax * personShare);
    const limits = { countMax: uploadsPerGuildMax };
    if (sizeOf(own) + addedBytes > personMax)
      throw mediaErrors.PLAYER_UPLOAD_QUOTA({ ...limits, whose: 'person', bytesMax: personMax });
    if (once.length >= uploadsPerGuildMax || sizeOf(once) + addedBytes > uploadBytesMax)
      throw mediaErrors.PLAYER_UPLOAD_QUOTA({ ...limits, whose: 'server', bytesMax: uploadBytesMax });
  }

  async #take(file: AttachedFile, asker: Asker, signal: AbortSignal): Promise<KeptUpload> {
    const { attachments } = this.#components;
    makeFolder(this.#init.folder, 0o700);
    const folder = await mkdtemp(join(this.#init.folder, 'in-'));
    try {
      const path = join(folder, 'file');
      const writing = await open(path, 'wx', 0o600);
      try {
        await writing.writeFile(attachments().open(file.url, file.sizeBytes, signal), { signal });
      } finally {
        await writing.close();
      }
      return await this.#keepFile(path, file, asker, signal);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #keepFile(path: string, file: AttachedFile, asker: Asker, signal: AbortSignal): Promise<KeptUpload> {
    const { guildId, userId } = asker;
    const { artifacts, clock, store } = this.#components;
    const label = labelOf(file.name);
    const title = withoutExtension(label);
    const handle = await open(path);
    const local = new LocalFile(handle, file.sizeBytes);
    try {
      const facts = await this.#factsOf(local, title, signal);
      const draft = { label, guildId, source: playerUpload, yields: true } as const;
      const { cid, sizeBytes } = await artifacts().put(draft, local.from(0), signal);
      const before = await store.list(guildId);
      const isKnown = before.some((upload) => upload.cid === cid && upload.userId === userId);
      await store.put(guildId, { cid, userId, sizeBytes, facts }, clock.nowMs());
      const forget = async () => {
        if (!isKnown) await this.#forget(cid, asker);
      };
      return { playable: { source: artifactName(cid), facts }, forget };
    } finally {
      local.close();
    }
  }

  #forget(cid: string, { guildId, userId }: Asker): Promise<void> {
    const { artifacts, store } = this.#components;
    return this.#inTurn(guildId, async () => {
      await store.drop(guildId, cid, userId);
      const isOthers = (await store.list(guildId)).some((upload) => upload.cid === cid);
      if (!isOthers) await artifacts().forget(cid, guildId, playerUpload);
    });
  }

  async #factsOf(file: LocalFile, title: string, signal: AbortSignal): Promise<ItemFacts> {
    const { facts } = this.#components;
    const problem = await facts.whyNoSound(file, title, signal);
    if (problem) throw problem;
    return facts.read(file, title, signal);
  }
}

/** Several people may have given the same one. */
function oncePerFile(uploads: readonly StoredUpload[]): StoredUpload[] {
  return [...new Map(uploads.map((upload) => [upload.cid, upload])).values()];
}

function sizeOf(uploads: readonly StoredUpload[]): number {
  return uploads.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** As the artifact store takes it: no slash and nothing that can't be seen. */
function labelOf(name: string): string {
  const plain = name.normalize('NFKC').replace(/[/\\:\u2044\u2215\u29f8\u29f5\u2216]/g, '-');
  return cleanLine(plain.replace(/^[\s.]+/, ''), labelLengthMax).normalize('NFKC') || 'upload';
}
