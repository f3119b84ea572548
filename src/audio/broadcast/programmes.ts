import { audioErrors } from '../errors.ts';
import type { SourceSwitch } from '../source/contract.ts';
import { Broadcast, type BroadcastComponents, type SourceTimes } from './broadcast.ts';

/** Each has decoders, connections and a pace of its own. */
export const programmesMax = 32;

export interface ProgrammeInit {
  /** In order of preference. */
  sources: readonly string[];
  title: string;
  /** The guild it is for: it may use that guild's library, and takes part of its decoders. */
  owner: string;
  onSwitch: (event: SourceSwitch) => void;
}

/**
 * Lists of sources that are played only here: broadcasts in no catalogue, which are offered to no community and
 * restarted only by their opener.
 */
export class Programmes {
  readonly #components: BroadcastComponents;
  readonly #init: SourceTimes;
  readonly #running = new Set<Broadcast>();

  constructor(components: BroadcastComponents, init: SourceTimes) {
    this.#components = components;
    this.#init = init;
  }

  /**
   * Whether a guild may name each of these sources. Throws AUDIO_SCHEME_REFUSED, _URL_INVALID, _SOURCE_UNKNOWN,
   * _PLAYLIST_REFUSED.
   */
  examine(sources: readonly string[], owner: string): Promise<void> {
    return this.#components.sources.examine(sources, owner, 'server');
  }

  /** Returns it before it starts. Throws AUDIO_TOO_MANY_LISTS. */
  open({ title, ...wishes }: ProgrammeInit): Broadcast {
    if (this.#running.size >= programmesMax) throw audioErrors.AUDIO_TOO_MANY_LISTS({ programmesMax });
    const programme: Broadcast = new Broadcast(this.#components, {
      ...this.#init,
      ...wishes,
      id: title,
      title,
      startedAtMs: this.#components.clock.nowMs(),
      audience: 'server',
      loop: true,
      shuffle: false,
      onlyHere: true,
      patient: false,
      subscribersMax: 1,
      onFrame: () => {},
      onOver: () => void this.#running.delete(programme),
    });
    this.#running.add(programme);
    return programme;
  }

  close(programme: Broadcast): void {
    this.#running.delete(programme);
    programme.stop();
  }
}
