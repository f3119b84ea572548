import { join } from 'node:path';
import { type AnyAction, implement } from '#contracts/action.ts';
import { playerCover, playerSuggest } from '#contracts/actions/player.ts';
import type { Actor, RoleDirectory } from '#contracts/actor.ts';
import type { ArtifactStore, AttachmentReader } from '#contracts/artifacts.ts';
import type { Community } from '#contracts/communities.ts';
import type { KeyValueStore } from '#contracts/key-value-store.ts';
import type { Chance, Clock, Timer } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import type { FetcherInit } from '../source/fetch/asking.ts';
import type { FfmpegProgram } from '../source/ffmpeg/program.ts';
import type { LibraryFolders } from '../source/library-folders.ts';
import type { UploadStore } from '../tables/upload-store.ts';
import type { Asker, PlayableResolver, PlayerMemory, Suggestion } from './contract.ts';
import { CoverStore } from './cover-store.ts';
import type { FactsReader, FactsReaderComponents } from './facts-reader.ts';
import { BackgroundReader } from './index/background-reader.ts';
import { Shelves } from './shelves.ts';
import { type FarProgramme, Suggestions } from './suggestions.ts';
import { Uploads } from './uploads.ts';

/** Tags are not read while the hub starts, which many others do at that time. */
const readAfterMs = 15_000;

export interface MediaComponents {
  ffmpeg: FfmpegProgram;
  library: LibraryFolders;
  uploads: UploadStore;
  memory: PlayerMemory;
  /** What guilds have decided: whether members find files of the library. */
  membersSeeLibrary: (guildId: string) => boolean;
  roles: RoleDirectory;
  /** They exist once every service does. */
  artifacts: () => ArtifactStore;
  attachments: () => AttachmentReader;
  farProgrammes: () => readonly FarProgramme[];
  communities: { list(): readonly Community[] };
  /** Whether the guild's player has an item with that cover. */
  showsCover: (guildId: string, coverId: string) => boolean;
  cache: KeyValueStore;
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

export interface MediaInit extends FetcherInit {
  stateDir: string;
  uploadBytesMax: number;
}

export interface Media {
  readonly actions: readonly AnyAction[];
  readonly resolver: PlayableResolver;
  start(): Promise<void>;
  stop(): void;
}

/** What can be played, and what is known of it: for the player and its actions. */
export function createMedia(components: MediaComponents, init: MediaInit): Media {
  const covers = new CoverStore(components, { folder: join(init.stateDir, 'covers') });
  const facts = lateFacts({ ...components, covers });
  const shelves = new Shelves({ ...components, facts });
  const uploads = new Uploads(
    { ...components, store: components.uploads, facts },
    { folder: join(init.stateDir, 'player-uploads'), uploadBytesMax: init.uploadBytesMax },
  );
  const parts = { ...components, facts, shelves, uploads, memory: () => components.memory };
  const suggestions = new Suggestions(parts);
  const reader = new BackgroundReader({ ...components, facts, shelves: () => shelves.all() });
  let begin: Timer | undefined;
  return {
    resolver: lateResolver(parts, init),
    actions: [
      implement(playerSuggest, async ({ actor }, { guildId, search }) => {
        const asker = await askerOf(components, actor, guildId);
        void Promise.all(shelves.of(guildId).map((shelf) => shelf.refresh()));
        return { suggestions: (await suggestions.suggest(search, asker)) satisfies Suggestion[] };
      }),
      implement(playerCover, async (_context, { coverId, guildId }) => ({
        picture: components.showsCover(guildId, coverId) ? await covers.read(coverId) : undefined,
      })),
    ],
    async start() {
      await uploads.start();
      if (shelves.all().length === 0) return;
      begin = components.clock.after(
        readAfterMs,
        () => {
          void Promise.all(shelves.all().map((shelf) => shelf.refresh())).then(() => reader.run());
        },
        { background: true },
      );
    },
    stop() {
      begin?.cancel();
      reader.stop();
    },
  };
}

/** On whose behalf an action looks for something to play. Throws what the directory of roles throws. */
async function askerOf(
  { membersSeeLibrary, roles }: MediaComponents,
  actor: Actor,
  guildId: string,
): Promise<Asker> {
  const role = (await roles.roleOf(actor)) ?? 'member';
  // A token or a schedule has no uploads of its own.
  const userId = 'userId' in actor ? actor.userId : '';
  return { guildId, userId, role, membersSeeLibrary: membersSeeLibrary(guildId) };
}

/** Its code, which reads formats and starts ffmpeg, loads with the first file. */
function lateFacts(components: FactsReaderComponents): Pick<FactsReader, 'read' | 'whyNoSound'> {
  let loaded: FactsReader | undefined;
  async function reader(): Promise<FactsReader> {
    const { FactsReader } = await import('./facts-reader.ts');
    loaded ??= new FactsReader(components);
    return loaded;
  }
  return {
    read: async (...wanted) => (await reader()).read(...wanted),
    whyNoSound: async (...wanted) => (await reader()).whyNoSound(...wanted),
  };
}

/** Its code, which opens addresses and lists, loads with the first thing that is played. */
function lateResolver(
  parts: ConstructorParameters<typeof import('./resolver.ts').Resolver>[0],
  init: FetcherInit,
): PlayableResolver {
  let loaded: PlayableResolver | undefined;
  return {
    async resolve(...wanted) {
      const { Resolver } = await import('./resolver.ts');
      loaded ??= new Resolver(parts, init);
      return loaded.resolve(...wanted);
    },
  };
}
