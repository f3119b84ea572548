import type { Chance } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { audioErrors, shown } from '../errors.ts';
import { type Collection, type CollectionItem, shuffled } from './collection.ts';
import type { AudioSource, SourceEvent, SourceFrame, SourceRequest } from './contract.ts';
import type { Opening } from './opened-source.ts';

export interface CollectionComponents {
  chance: Chance;
  logger: Logger;
  /** Makes the source of one item: a file, or an address. */
  itemSource: (request: SourceRequest) => AudioSource;
}

/**
 * The items one after another without a gap: the next is opened when the one before ends, which is heard only when
 * what was read ahead has played. An item that can't be played is left out; a round without any is the end.
 */
export async function openCollection(
  components: CollectionComponents,
  request: SourceRequest,
  { items, leftOut, title }: Collection,
  signal: AbortSignal,
): Promise<Opening> {
  let playing: AudioSource | undefined;
  const player = new CollectionPlayer(components, request, items, (source) => {
    playing = source;
  });
  const close = () => playing?.stop();
  signal.addEventListener('abort', close, { once: true });
  return {
    facts: { title, pace: 'file', passedThrough: false, leftOut: () => leftOut },
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

  constructor(
    components: CollectionComponents,
    request: SourceRequest,
    items: readonly CollectionItem[],
    onPlaying: (source: AudioSource) => void,
  ) {
    this.#components = components;
    this.#request = request;
    this.#items = items;
    this.#onPlaying = onPlaying;
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
        throw audioErrors.AUDIO_NOT_AUDIO({ source: shown(name), found: 'none of its items can be played' });
    } while (loop);
  }

  async *#item(item: CollectionItem, signal: AbortSignal): AsyncGenerator<SourceFrame, void, void> {
    let source: AudioSource | undefined;
    const title = new ItemTitle(item, (text) => this.#request.onEvent({ kind: 'title', title: text }));
    try {
      source = this.#components.itemSource({
        ...this.#request,
        name: item.name,
        loop: false,
        onEvent: (event) => title.heard(event),
      });
      this.#onPlaying(source);
      title.opened((await source.start(signal)).title);
      yield* source.frames();
    } catch (err) {
      if (signal.aborted) return;
      this.#components.logger.warn({ err, item: shown(item.name) }, 'item of a collection left out');
    } finally {
      source?.stop();
    }
  }
}

/** What an item is called: by its playlist, else by its tags or what its station says, else by its file. */
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
