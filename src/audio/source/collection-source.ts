import type { Chance, Clock } from '#core/clock.ts';
import { type GuildmeshError, isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { audioErrors, shown } from '../errors.ts';
import { type Collection, shuffled } from './collection.ts';
import type {
  AudioSource,
  CollectionItem,
  LeftOut,
  SourceEvent,
  SourceFacts,
  SourceFrame,
  SourceRequest,
} from './contract.ts';
import { isWebAddress } from './fetch/source-url.ts';
import { RequestBudget } from './hls/request-budget.ts';
import { LeftOutCount } from './left-out.ts';
import type { Opening } from './opened-source.ts';

export interface CollectionComponents {
  clock: Clock;
  chance: Chance;
  logger: Logger;
  /** Makes the source of one item: a file, or an address. */
  itemSource: (request: SourceRequest) => AudioSource;
}

/**
 * Plays the items one after another without a gap: the next is opened when the previous one ends, which is heard only
 * when what was read ahead has played. An item that can't be played is left out; a round without any playable item is
 * the end.
 */
export async function openCollection(
  components: CollectionComponents,
  request: SourceRequest,
  collection: Collection,
  signal: AbortSignal,
): Promise<Opening> {
  let playing: AudioSource | undefined;
  const player = new CollectionPlayer(components, request, collection, (source) => {
    playing = source;
  });
  const close = () => playing?.stop();
  signal.addEventListener('abort', close, { once: true });
  return {
    facts: {
      title: collection.title,
      pace: 'file',
      passedThrough: false,
      leftOut: () => player.leftOut,
      notice: () => player.notice,
    },
    frames: player.frames(signal),
    close: () => {
      signal.removeEventListener('abort', close);
      close();
    },
  };
}

class CollectionPlayer {
  readonly #components: CollectionComponents;
  readonly #request: SourceRequest;
  readonly #items: readonly CollectionItem[];
  readonly #onPlaying: (source: AudioSource) => void;
  readonly #count: LeftOutCount;
  readonly #silent = new Set<CollectionItem>();
  #facts: SourceFacts | undefined;
  /** A list names addresses; we limit how often they are requested. */
  readonly #budget: RequestBudget;

  constructor(
    components: CollectionComponents,
    request: SourceRequest,
    { items, leftOut }: Collection,
    onPlaying: (source: AudioSource) => void,
  ) {
    this.#components = components;
    this.#request = request;
    this.#items = items;
    this.#onPlaying = onPlaying;
    this.#count = new LeftOutCount(leftOut?.of ?? items.length, leftOut);
    this.#budget = new RequestBudget(components.clock);
  }

  get leftOut(): LeftOut | undefined {
    return this.#count.view;
  }

  /** Notice of the item that is being read. */
  get notice(): GuildmeshError | undefined {
    return this.#facts?.notice?.();
  }

  async *frames(signal: AbortSignal): AsyncGenerator<SourceFrame, void, void> {
    const { loop, name, shuffle } = this.#request;
    do {
      let gaveAny = false;
      const round = shuffle ? shuffled(this.#components.chance, this.#items) : this.#items;
      for (const item of round) {
        for await (const frame of this.#item(item, signal)) {
          gaveAny = true;
          yield frame;
        }
        if (signal.aborted) return;
      }
      if (!gaveAny)
        throw audioErrors.AUDIO_NOT_AUDIO({
          source: shown(name),
          found: `none of its items can be played; ${this.#count.firstReason ?? 'they are silent'}`,
        });
    } while (loop);
  }

  async *#item(item: CollectionItem, signal: AbortSignal): AsyncGenerator<SourceFrame, void, void> {
    let failure: unknown;
    for (const name of [item.name, ...(item.others ?? [])]) {
      let gaveAny = false;
      const frames = this.#place(item, name, signal);
      try {
        let next = await frames.next();
        for (; !next.done; next = await frames.next()) {
          gaveAny = true;
          yield next.value;
        }
        failure ??= next.value;
      } finally {
        // When it is left in the middle, its source must be closed.
        await frames.return(undefined);
      }
      if (gaveAny || signal.aborted) return;
    }
    this.#leftOut(item, failure);
  }

  /** An item that gave no sound at all; tried in each round, but counted once. */
  #leftOut(item: CollectionItem, failure: unknown): void {
    if (this.#silent.has(item)) return;
    this.#silent.add(item);
    this.#count.add(item.name, isGuildmeshError(failure) ? failure.message : 'it gave no sound');
  }

  async *#place(
    item: CollectionItem,
    name: string,
    signal: AbortSignal,
  ): AsyncGenerator<SourceFrame, unknown, void> {
    let source: AudioSource | undefined;
    this.#facts = undefined;
    const title = new ItemTitle(item, (text) => this.#request.onEvent({ kind: 'title', title: text }));
    try {
      if (isWebAddress(name)) await this.#budget.take(signal);
      source = this.#components.itemSource({
        ...this.#request,
        name,
        startAtMs: undefined,
        loop: false,
        onEvent: (event) => title.heard(event),
      });
      this.#onPlaying(source);
      this.#facts = await source.start(signal);
      title.opened(this.#facts.title);
      yield* source.frames();
    } catch (err) {
      if (signal.aborted) return;
      this.#components.logger.warn({ err, item: shown(name) }, 'item of a collection left out');
      return err;
    } finally {
      source?.stop();
    }
  }
}

/** The title of an item: from its playlist, else from its tags or its station, else from its file. */
class ItemTitle {
  readonly #item: CollectionItem;
  readonly #tell: (title: string) => void;
  #said = '';
  #own: string | undefined;

  constructor(item: CollectionItem, tell: (title: string) => void) {
    this.#item = item;
    this.#tell = tell;
  }

  opened(own: string): void {
    this.#own = own;
    this.#tell(this.#item.title ?? (this.#said || own));
  }

  heard(event: SourceEvent): void {
    if (event.kind !== 'title') return;
    this.#said = event.title;
    if (this.#own !== undefined && this.#item.title === undefined) this.#tell(this.#said || this.#own);
  }
}
