import type { Audience, RemoteBroadcasts } from '#contracts/audio.ts';
import type { CommunityDirectory } from '#contracts/communities.ts';
import type { Chance } from '#core/clock.ts';
import type { AudioSource, SourceRequest } from './contract.ts';
import { OpenedSource, type Opening } from './opened-source.ts';
import type { Openings } from './openings.ts';
import type { StreamComponents, StreamInit } from './stream-source.ts';

/** Opens a live voice or stage channel, `channel:<id>`. */
export type OpenLiveChannel = (
  channelId: string,
  request: SourceRequest,
  signal: AbortSignal,
) => Promise<Opening>;

export interface SourceOpenerComponents extends StreamComponents {
  chance: Chance;
  communities: CommunityDirectory;
  remote: RemoteBroadcasts;
  /** Our own id, once the node has started. */
  ownPeerId: () => string | undefined;
  openLiveChannel: OpenLiveChannel;
}

/** Every kind of source by the name people give it. The code that opens them loads with the first one. */
export class SourceOpener {
  readonly #components: SourceOpenerComponents;
  readonly #init: StreamInit;
  #openings: Openings | undefined;

  constructor(components: SourceOpenerComponents, init: StreamInit) {
    this.#components = components;
    this.#init = init;
  }

  /** Returns the source before it starts. Its start throws AUDIO_SCHEME_REFUSED, _URL_INVALID, _SOURCE_UNKNOWN. */
  source(request: SourceRequest): AudioSource {
    return new OpenedSource(this.#components, {
      name: request.name,
      open: async (signal) => (await this.#loaded()).open(request, signal),
    });
  }

  /**
   * Whether a guild may name each of these sources, before any is opened. Throws what `source` throws, and
   * AUDIO_SOURCE_UNKNOWN.
   */
  async examine(names: readonly string[], owner: string, audience: Audience): Promise<void> {
    await (await this.#loaded()).examine(names, owner, audience);
  }

  /** A failed load isn't remembered: the next source tries again. */
  async #loaded(): Promise<Openings> {
    const { Openings } = await import('./openings.ts');
    this.#openings ??= new Openings(this.#components, this.#init);
    return this.#openings;
  }
}
