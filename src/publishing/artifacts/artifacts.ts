import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { AnyAction } from '#contracts/action.ts';
import type { ArtifactStore, AttachmentReader } from '#contracts/artifacts.ts';
import type { ThreadSource } from '#contracts/thread-source.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type { ArtifactTables } from '../tables/artifacts.ts';
import { artifactActions } from './artifact-actions.ts';
import { ArtifactFiles } from './artifact-files.ts';
import { ArtifactIndex, type ArtifactLimits } from './artifact-index.ts';
import { FileArtifactStore } from './artifact-store.ts';
import { AttachmentSource } from './attachment-source.ts';
import { Caretaker } from './caretaker.ts';
import { CidLock } from './cid-lock.ts';
import { RetentionRows } from './retention-rows.ts';
import { threadArchiveAction } from './thread-archive-action.ts';
import { uploadAction } from './upload-action.ts';
import { WatchedFolder } from './watched-folder.ts';

export interface ArtifactsComponents {
  threads: ThreadSource;
  db: Kysely<ArtifactTables>;
  clock: Clock;
  chance: Chance;
  logger: Logger;
  /** Whether a delivery that is still open needs the bytes. */
  isReferenced: (cid: string) => Promise<boolean>;
}

/** `artifacts` of the configuration, and the folders. */
export interface ArtifactsInit extends ArtifactLimits {
  /** Shared by the hubs of one database; absent: `artifacts` in the state folder, for this hub alone. */
  dir?: string | undefined;
  stateDir: string;
  freeBytesMin: number;
  retentionDays: number;
  watchDir?: string | undefined;
  watchStableMs: number;
  watchGuildId?: string | undefined;
  /** `discord.apiUrl` */
  apiUrl: string;
}

export interface Artifacts extends Startable {
  readonly store: ArtifactStore;
  readonly attachments: AttachmentReader;
  readonly actions: AnyAction[];
  /** For a process that only reads: it watches no folder and runs no caretaker. */
  readonly reader: Startable;
}

/** The artifact store with its sources and its caretaker. Needs started storage. */
export function createArtifacts(components: ArtifactsComponents, init: ArtifactsInit): Artifacts {
  const { db, clock, logger } = components;
  const folder = init.dir ?? join(init.stateDir, 'artifacts');
  const files = new ArtifactFiles(components, { folder, freeBytesMin: init.freeBytesMin });
  const index = new ArtifactIndex(db, init);
  const parts = { files, rows: new RetentionRows(db), lock: new CidLock(), clock, logger };
  const store = new FileArtifactStore({ ...parts, index }, init);
  const caretaker = new Caretaker(
    { ...parts, store, isReferenced: components.isReferenced },
    { retentionDays: init.retentionDays, isShared: init.dir !== undefined },
  );
  const attachments = new AttachmentSource({ clock }, init);
  const { watchDir, watchStableMs, watchGuildId } = init;
  const watched =
    watchDir === undefined
      ? undefined
      : new WatchedFolder(
          { store, clock, logger },
          { folder: watchDir, stableMs: watchStableMs, guildId: watchGuildId },
        );
  return {
    name: 'artifacts',
    store,
    attachments,
    reader: { name: 'artifacts', start: () => files.open() },
    actions: [
      ...artifactActions({ store, attachments }, init),
      uploadAction({ store }),
      threadArchiveAction({ ...components, store, attachments }),
    ],
    async start(signal) {
      await files.open();
      await caretaker.start(signal);
      await watched?.start();
    },
    async stop() {
      await watched?.stop();
      await caretaker.stop();
    },
  };
}
