/** What the player, and its actions, ask of media: what a person means, what fits while they type, covers. */
import type { Role } from '#contracts/actor.ts';
import type { Audience } from '#contracts/audio.ts';
import type { ItemFacts } from '../source/contract.ts';

/** On whose behalf something is looked for, and so what may be found. */
export interface Asker {
  guildId: string;
  userId: string;
  /** Publishers find recordings and everybody's uploads; others their own uploads. */
  role: Role;
  /** `guild.settings`: whether members find files of the library. DJs and stronger roles always do. */
  membersSeeLibrary: boolean;
}

/** A file that came with the request, in Discord's hands. */
export interface AttachedFile {
  name: string;
  url: string;
  sizeBytes: number;
  mediaType?: string | undefined;
}

/** One item for a queue. */
export interface Playable {
  /** As the source opener takes it. */
  source: string;
  facts: ItemFacts;
}

export interface Wanted {
  /** As typed, pasted or picked from suggestions. */
  what: string;
  files: readonly AttachedFile[];
  /** People who will hear it: a recording that was promised to fewer is refused. */
  audience: Audience;
  /** A folder or list is cut there. */
  itemsMax: number;
}

export interface Playables {
  /** At least one. */
  items: Playable[];
  /** One sentence on what was left out of several; absent where all is there. */
  leftOut?: string | undefined;
  /** Gives up those of these sources that are files kept for this: they aren't queued. Never fails. */
  discard?: (sources: readonly string[]) => Promise<void>;
}

/**
 * What a person typed, pasted, picked or attached, as items of a queue. A value that begins with `broadcast:` names a
 * neighbour's programme, which is relayed and never queued: it is refused here.
 */
export interface PlayableResolver {
  /**
   * Throws PLAYER_NOTHING_FOUND (nothing here has that name: it may be a neighbour's), PLAYER_PAGE_NOT_SOUND,
   * PLAYER_LOGIN_WALL, PLAYER_UPLOAD_TOO_LARGE, PLAYER_UPLOAD_QUOTA, PLAYER_UPLOAD_NOT_AUDIO, and AUDIO_* of sources.
   */
  resolve(wanted: Wanted, asker: Asker, signal: AbortSignal): Promise<Playables>;
}

export interface Suggestion {
  /** As people read it. */
  name: string;
  /** What `resolve` takes, or a reference that begins with `broadcast:`; at most 100 characters. */
  value: string;
}

export interface Cover {
  mediaType: 'image/jpeg';
  bytes: Uint8Array<ArrayBuffer>;
}

/** What a guild's player remembers, for suggestions; kept by the player. The newest first. */
export interface PlayerMemory {
  favourites(guildId: string): Promise<readonly Playable[]>;
  recent(guildId: string): Promise<readonly Playable[]>;
}
