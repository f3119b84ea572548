import type { Community } from '#contracts/communities.ts';
import type { Clock } from '#core/clock.ts';
import { Latest } from '#core/latest.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import { foldName, typedWords, wordsFit } from '#core/text/names.ts';
import type { ItemFacts } from '../source/contract.ts';
import { sampleName, sampleTitle } from '../source/library.ts';
import { shortNameLengthMax, shortNameOf, withoutExtension } from '../source/library-names.ts';
import type { Asker, Playable, PlayerMemory, Suggestion } from './contract.ts';
import { plainName, type ShelfEntry } from './index/shelf.ts';
import type { Shelves } from './shelves.ts';
import { tagLine } from './tag-line.ts';
import { isVisible, keptSounds, seesLibrary, type VisibleComponents } from './visible.ts';

export const suggestionsMax = 25;
/** Where there is more of everything than fits, each kind has a part; what one leaves goes to the library. */
const partsMax = { neighbours: 5, favourites: 6, kept: 5, recent: 4 } as const;
/** What the database says of a guild may be this old while its people type. */
const rowsFreshMs = 5_000;
const guildsKnownMax = 256;

/** What a trusted community is known to play. */
export interface FarProgramme {
  community: string;
  title: string;
  /** `id@community` */
  reference: string;
}

export interface SuggestionsComponents extends VisibleComponents {
  shelves: Pick<Shelves, 'find'>;
  memory: () => PlayerMemory;
  /** Known answers only: nobody is asked. */
  farProgrammes: () => readonly FarProgramme[];
  communities: { list(): readonly Community[] };
  clock: Pick<Clock, 'monotonicMs'>;
}

interface Rows {
  favourites: readonly Playable[];
  recent: readonly Playable[];
  kept: readonly Playable[];
}

interface Candidate extends Suggestion {
  folded: string;
}

/** What fits while somebody types: from memory and the database, never from the network. */
export class Suggestions {
  readonly #components: SuggestionsComponents;
  readonly #rows = new Latest<string, { atMs: number; rows: Promise<Rows> }>({ countMax: guildsKnownMax });

  constructor(components: SuggestionsComponents) {
    this.#components = components;
  }

  async suggest(search: string, asker: Asker): Promise<Suggestion[]> {
    const words = typedWords(search);
    const { favourites, kept, recent } = await this.#rowsOf(asker);
    const seen = (played: readonly Playable[]) =>
      fitting(
        played.filter(({ source }) => isVisible(source, asker, kept)).map((playable) => playableOf(playable)),
        words,
      );
    const groups = {
      neighbours: fitting(this.#neighbours(words), words),
      favourites: seen(favourites),
      library: this.#library(words, asker),
      kept: fitting(
        kept.map((playable) => playableOf(playable)),
        words,
      ),
      recent: seen(recent),
    };
    return chosen(groups);
  }

  #library(words: readonly string[], asker: Asker): Candidate[] {
    const sample = fitting([candidate(sampleTitle, sampleName)], words);
    if (!seesLibrary(asker)) return sample;
    const found = this.#components.shelves.find(asker.guildId, words, suggestionsMax);
    return [...found.map(entryOf), ...sample];
  }

  /** Communities themselves only by their name: each can be asked for what it plays. */
  #neighbours(words: readonly string[]): Candidate[] {
    const programmes = this.#components
      .farProgrammes()
      .map(({ community, reference, title }) =>
        candidate(`${title} · plays in ${community}`, `broadcast:${reference}`),
      );
    if (words.length === 0) return programmes;
    const names = this.#components.communities.list().map(({ name }) => tagLine(name));
    return [...programmes, ...names.map((name) => candidate(`${name} · community`, name, name))];
  }

  /** People ask with each letter. */
  #rowsOf(asker: Asker): Promise<Rows> {
    const { clock } = this.#components;
    const key = `${asker.guildId}/${asker.userId}/${asker.role}`;
    const known = this.#rows.get(key);
    if (known && clock.monotonicMs() - known.atMs < rowsFreshMs) return known.rows;
    const rows = this.#readRows(asker);
    rows.catch(() => this.#rows.delete(key));
    this.#rows.set(key, { atMs: clock.monotonicMs(), rows });
    return rows;
  }

  async #readRows(asker: Asker): Promise<Rows> {
    const memory = this.#components.memory();
    const [favourites, recent, kept] = await Promise.all([
      memory.favourites(asker.guildId),
      memory.recent(asker.guildId),
      keptSounds(this.#components, asker),
    ]);
    return { favourites, recent, kept };
  }
}

type Groups = Record<keyof typeof partsMax | 'library', readonly Candidate[]>;

/** In the order in which people most likely mean them; the same thing once. */
function chosen({ neighbours, favourites, library, kept, recent }: Groups): Suggestion[] {
  const first = [...neighbours.slice(0, partsMax.neighbours), ...favourites.slice(0, partsMax.favourites)];
  const last = [...kept.slice(0, partsMax.kept), ...recent.slice(0, partsMax.recent)];
  const values = new Set<string>();
  const isNew = ({ value }: Candidate) => !values.has(value) && values.add(value);
  const before = first.filter(isNew);
  // What was played lately is mostly in the library: it is no second entry.
  const taken = new Set([...values, ...library.map(({ value }) => value)]);
  const after = last.filter(({ value }) => !taken.has(value) && taken.add(value));
  const between = library.filter(isNew).slice(0, suggestionsMax - before.length - after.length);
  return [...before, ...between, ...after]
    .slice(0, suggestionsMax)
    .map(({ name, value }) => ({ name, value }));
}

/** Those that fit, the best first. */
function fitting(candidates: readonly Candidate[], words: readonly string[]): Candidate[] {
  const byFit: Candidate[][] = [[], [], []];
  for (const each of candidates) {
    const fit = wordsFit(each.folded, words);
    if (fit !== undefined) byFit[fit]?.push(each);
  }
  return byFit.flat();
}

function candidate(name: string, source: string, searched = name): Candidate {
  const value = source.length > shortNameLengthMax ? shortNameOf(source) : source;
  return { name: cutGraphemes(name, shortNameLengthMax), value, folded: foldName(searched) };
}

function playableOf({ facts, source }: Playable): Candidate {
  return candidate(titled(facts), source, [facts.title, facts.artist, facts.album].filter(Boolean).join(' '));
}

function entryOf(entry: ShelfEntry): Candidate {
  const { kind, known, name } = entry;
  // Files without tags are often numbers, which only their folder tells apart.
  const hasTags = known && (known.artist !== undefined || known.title !== plainName(name));
  if (kind === 'file') return candidate(hasTags ? titled(known) : tagLine(withoutExtension(name)), name);
  return candidate(`${tagLine(name)} · ${kind}`, name);
}

/** "Evening Song · North Choir" */
export function titled({ artist, title }: Pick<ItemFacts, 'title' | 'artist'>): string {
  return artist ? `${title} · ${artist}` : title;
}
