import { audioErrors } from '../errors.ts';
import type { SourceSwitch } from '../source/contract.ts';
import { Broadcast, type BroadcastComponents, type SourceTimes } from './broadcast.ts';

/** Each has decoders, connections and a pace of its own. */
export const programmesMax = 32;

export interface ProgrammeInit {
  /** In order of preference. */
  sources: readonly string[];
  title: string;
  /** The guild it is for: whose library it may be, whose share of decoders it takes. */
  owner: string;
  onSwitch: (event: SourceSwitch) => void;
}

/**
 * Lists of sources that are played here and nowhere else: broadcasts in no catalogue, which no community is offered
 * and nothing starts again but whoever opened them.
 */
export class Programmes {
  readonly #components: BroadcastComponents;
  readonly #init: SourceTimes;
  readonly #running = new Set<Broadcast>();

  constructor(components: BroadcastComponents, init: SourceTimes) {
    this.#components = components;
    this.#init = init;
  }

  /** Whether each can be meant at all by a guild. Throws AUDIO_SCHEME_REFUSED, _URL_INVALID, _SOURCE_UNKNOWN, _PLAYLIST_REFUSED. */
  examine(sources: readonly string[], owner: string): Promise<void> {
    return this.#components.sources.examine(sources, owner);
  }

  /** Not started. Throws AUDIO_TOO_MANY_LISTS. */
  open({ title, ...wishes }: ProgrammeInit): Broadcast {
    if (this.#running.size >= programmesMax) throw audioErrors.AUDIO_TOO_MANY_LISTS({ programmesMax });
    const programme: Broadcast = new Broadcast(this.#components, {
      ...this.#init,
      ...wishes,
      ...{ id: title, title, startedAtMs: this.#components.clock.nowMs() },
      ...{
        audience: 'server',
        loop: true,
        shuffle: false,
        onlyHere: true,
        patient: false,
        subscribersMax: 1,
      },
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
