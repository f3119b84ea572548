import { cleanLine } from '#core/text/clean-line.ts';
import { mended } from '#core/text/foreign-bytes.ts';
import { artistAndTitle } from '#core/text/playing-title.ts';
import type { OpusTags } from '../opus/headers.ts';
import type { SourcePace, SourceRequest } from './contract.ts';

const textLengthMax = 200;

/** Reports the tags of what begins to play: of a file, whose links may have tags of their own, the first are its own. */
export class ToldTags {
  readonly #request: SourceRequest;
  #isUnknown: boolean;

  constructor(request: SourceRequest, pace: SourcePace) {
    this.#request = request;
    this.#isUnknown = pace === 'file';
  }

  /** Tags without a title don't replace a title from the station, unless `mayBeEmpty`. */
  heard(tags: OpusTags, mayBeEmpty: boolean): void {
    const title = artistAndTitle({ artist: mended(tags.artist ?? ''), title: mended(tags.title ?? '') });
    if (title || mayBeEmpty) this.#request.onEvent({ kind: 'title', title });
    if (this.#isUnknown) this.#item(tags);
    this.#isUnknown = false;
  }

  #item({ album, artist, title }: OpusTags): void {
    const [name, by, from] = [title, artist, album].map((text) =>
      cleanLine(mended(text ?? ''), textLengthMax),
    );
    if (!name) return;
    const facts = { title: name, ...(by ? { artist: by } : {}), ...(from ? { album: from } : {}) };
    this.#request.onEvent({ kind: 'item', facts });
  }
}
