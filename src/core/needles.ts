/** Position of a needle in a text, in UTF-16 units. */
export interface Hit {
  start: number;
  end: number;
}

/** Length of the shortest needle, and of the places that needles are filed under. */
export const needleLengthMin = 6;
const rollBits = 4;
/** Bits of a power of 2 that `rollBits` divides, at most as many as the units of a place give. */
const filterLengthMin = 1 << 16;
const filterLengthMax = 1 << (needleLengthMin * rollBits);
/** At most an eighth of the filter is set, so it alone rules out seven of eight places in a text. */
const filterShare = 8;

/**
 * Searches a text for many needles at once: the time depends on the text, and hardly on their number. Each needle is
 * filed under one of three places in it, the one that fewest others share, because thousands of addresses may begin
 * alike. Each carries a note of its user.
 */
export class Needles<Note> {
  readonly #filed = new Map<string, Filed<Note>>();
  readonly #byPlace = new Map<string, Filed<Note>[]>();
  #filter = new Uint8Array(filterLengthMin);

  /** The note of this needle, which must be at least `needleLengthMin` long; `make` gives the note of a new one. */
  noteOf(needle: string, make: () => Note): Note {
    const known = this.#filed.get(needle);
    if (known) return known.note;
    const note = make();
    const filed = { needle, note, ...this.#leastShared(needle) };
    this.#filed.set(needle, filed);
    this.#file(filed);
    return note;
  }

  #file(filed: Filed<Note>): void {
    const others = this.#byPlace.get(filed.place);
    if (others) others.push(filed);
    else this.#byPlace.set(filed.place, [filed]);
    const isFull = this.#byPlace.size * filterShare > this.#filter.length;
    if (isFull && this.#filter.length < filterLengthMax) this.#widenFilter();
    else this.#mark(filed.place);
  }

  /** Hits of needles whose note is accepted; they may overlap. */
  find(text: string, accepts: (note: Note) => boolean): Hit[] {
    const hits: Hit[] = [];
    if (this.#filed.size === 0) return hits;
    const filter = this.#filter;
    const mask = filter.length - 1;
    for (let end = 0, hash = 0; end < text.length; end += 1) {
      hash = rolled(hash, text.charCodeAt(end), mask);
      if (filter[hash] === 0) continue;
      const at = end + 1 - needleLengthMin;
      for (const { needle, offset, note } of this.#byPlace.get(text.slice(at, end + 1)) ?? []) {
        const start = at - offset;
        if (start < 0 || !text.startsWith(needle, start) || !accepts(note)) continue;
        addHit(hits, start, start + needle.length);
      }
    }
    return hits;
  }

  #leastShared(needle: string): Place {
    const last = needle.length - needleLengthMin;
    const places = [0, last >> 1, last].map((offset) => ({
      offset,
      place: needle.slice(offset, offset + needleLengthMin),
    }));
    const sharedBy = ({ place }: Place) => this.#byPlace.get(place)?.length ?? 0;
    return places.reduce((least, next) => (sharedBy(next) < sharedBy(least) ? next : least));
  }

  #widenFilter(): void {
    this.#filter = new Uint8Array(Math.min(this.#filter.length << rollBits, filterLengthMax));
    for (const place of this.#byPlace.keys()) this.#mark(place);
  }

  #mark(place: string): void {
    const mask = this.#filter.length - 1;
    let hash = 0;
    for (let index = 0; index < place.length; index += 1) hash = rolled(hash, place.charCodeAt(index), mask);
    this.#filter[hash] = 1;
  }
}

interface Place {
  /** Where the place begins in the needle. */
  offset: number;
  /** `needleLengthMin` units. */
  place: string;
}

interface Filed<Note> extends Place {
  needle: string;
  note: Note;
}

/** Repetitions at one place, or several needles of one value, are one hit. */
function addHit(hits: Hit[], start: number, end: number): void {
  const last = hits.at(-1);
  if (last && start >= last.start && start < last.end) last.end = Math.max(last.end, end);
  else hits.push({ start, end });
}

/** Hash of as many units as the mask has `rollBits`: earlier units have left it. */
function rolled(hash: number, unit: number, mask: number): number {
  return ((hash << rollBits) ^ unit) & mask;
}
