import type { ArtifactStore } from '#contracts/artifacts.ts';
import type { Audience } from '#contracts/audio.ts';
import { sameName, typedWords } from '#core/text/names.ts';
import { suggest } from '#core/text/suggest.ts';
import { artifactName, cidIn, soundArtifact } from '../source/artifact-source.ts';
import { type Collection, folderItems, playlistItems } from '../source/collection.ts';
import type { CollectionItem, LeftOut } from '../source/contract.ts';
import type { FetcherInit } from '../source/fetch/asking.ts';
import { isWebAddress } from '../source/fetch/source-url.ts';
import { findLibraryFile, sampleDurationMs, sampleName, sampleTitle } from '../source/library.ts';
import type { LibraryFolders } from '../source/library-folders.ts';
import { isPlaylistName, isShortName, meantByShort } from '../source/library-names.ts';
import type {
  Asker,
  AttachedFile,
  Playable,
  PlayableResolver,
  Playables,
  PlayerMemory,
  Wanted,
} from './contract.ts';
import { mediaErrors } from './errors.ts';
import { type LinksComponents, nameOf, readLink } from './links.ts';
import type { Shelves } from './shelves.ts';
import { titled } from './suggestions.ts';
import { namedFacts } from './tag-line.ts';
import type { KeptUpload, Uploads } from './uploads.ts';
import { isVisible, keptSounds, seesLibrary } from './visible.ts';

/** So many entries that fit a name are compared, for “did you mean”. */
const similarMax = 25;
/** `radio.example/live`: an address as people copy it, without its scheme. */
const bareAddress = /^(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?\/\S*$/i;

export interface ResolverComponents extends LinksComponents {
  shelves: Shelves;
  library: LibraryFolders;
  uploads: Pick<Uploads, 'keep' | 'of'>;
  artifacts: () => Pick<ArtifactStore, 'get' | 'list'>;
  memory: () => PlayerMemory;
}

/** What was meant, as items of a queue: see the contract. */
export class Resolver implements PlayableResolver {
  readonly #components: ResolverComponents;
  readonly #init: FetcherInit;

  constructor(components: ResolverComponents, init: FetcherInit) {
    this.#components = components;
    this.#init = init;
  }

  async resolve(
    { audience, files, itemsMax, what }: Wanted,
    asker: Asker,
    signal: AbortSignal,
  ): Promise<Playables> {
    const text = what.trim().replace(/^<(.*)>$/s, '$1');
    const found =
      text === '' ? { items: [] } : await this.#meant(text, { asker, audience, itemsMax }, signal);
    const taken = files.slice(0, Math.max(0, itemsMax - found.items.length));
    const uploads = await this.#keptAll(taken, asker, signal);
    const items = [...found.items, ...uploads.map(({ playable }) => playable)];
    if (items.length === 0) throw mediaErrors.PLAYER_NOTHING_FOUND({ what: text });
    const cut =
      files.length > taken.length
        ? `${taken.length} of ${files.length} files fit: the queue takes no more now.`
        : undefined;
    const leftOut = [found.leftOut, cut].filter(Boolean).join(' ');
    const discard = (sources: readonly string[]) =>
      giveUp(uploads.filter(({ playable }) => sources.includes(playable.source)));
    return { items, ...(leftOut !== '' && { leftOut }), ...(uploads.length > 0 && { discard }) };
  }

  /** All of them, or none. */
  async #keptAll(files: readonly AttachedFile[], asker: Asker, signal: AbortSignal): Promise<KeptUpload[]> {
    const kept: KeptUpload[] = [];
    try {
      for (const file of files) kept.push(await this.#components.uploads.keep(file, asker, signal));
      return kept;
    } catch (error) {
      await giveUp(kept);
      throw error;
    }
  }

  async #meant(text: string, about: About, signal: AbortSignal): Promise<Playables> {
    if (sameName(text, sampleName) || sameName(text, sampleTitle))
      return one(sampleName, { ...namedFacts(sampleTitle), durationMs: sampleDurationMs });
    const cid = cidIn(text);
    if (cid !== undefined) return this.#artifact(cid, about);
    const named =
      (await this.#libraryName(text, about, signal)) ?? (await this.#shortened(text, about.asker));
    if (named) return named;
    const address = isWebAddress(text) ? text : bareAddress.test(text) ? `https://${text}` : undefined;
    if (address !== undefined) return this.#link(address, about, signal);
    return this.#titled(text, about, signal);
  }

  /** Somebody's own upload, or for publishers whatever the guild keeps. Throws AUDIO_ARTIFACT_GONE. */
  async #artifact(cid: string, { asker, audience }: About): Promise<Playables> {
    const { artifacts } = this.#components;
    const kept = await keptSounds(this.#components, asker);
    const source = artifactName(cid);
    const found = kept.find((sound) => sound.source === source);
    if (!found) throw mediaErrors.PLAYER_NOTHING_FOUND({ what: source.slice(0, 20) });
    await soundArtifact(artifacts(), { cid, owner: asker.guildId, audience });
    return { items: [found] };
  }

  /** By its very name, as suggestions give it: a file, a list, or a folder. */
  async #libraryName(text: string, about: About, signal: AbortSignal): Promise<Playables | undefined> {
    const { guildId } = about.asker;
    // An address may end like a folder, as those of stations do.
    if (!seesLibrary(about.asker) || isWebAddress(text)) return undefined;
    const folders = this.#components.library.of(guildId);
    const file = text.endsWith('/') ? undefined : await findLibraryFile(folders, text);
    if (file) return this.#libraryItem(file.name, about, signal);
    return text.endsWith('/') ? this.#collection(() => folderItems(folders, text), about) : undefined;
  }

  /** A long address, as a suggestion gives it. */
  async #shortened(text: string, asker: Asker): Promise<Playables | undefined> {
    if (!isShortName(text)) return undefined;
    const others = await this.#others(asker);
    const meant = meantByShort(
      text,
      others.map(({ source }) => source),
    );
    const found = others.find(({ source }) => source === meant);
    return found && { items: [found] };
  }

  async #libraryItem(name: string, about: About, signal: AbortSignal): Promise<Playables> {
    const { guildId } = about.asker;
    const { library, shelves } = this.#components;
    if (name.endsWith('/')) return this.#collection(() => folderItems(library.of(guildId), name), about);
    if (isPlaylistName(name)) return this.#collection(() => playlistItems(library.of(guildId), name), about);
    return one(name, await shelves.read(guildId, name, signal));
  }

  async #link(address: string, about: About, signal: AbortSignal): Promise<Playables> {
    const linked = await readLink(this.#components, this.#init, address, signal);
    if (linked.kind === 'one') return one(address, linked.facts);
    return this.#collection(async () => linked, about);
  }

  async #collection(open: () => Promise<Collection>, { asker, itemsMax }: About): Promise<Playables> {
    const { items, leftOut } = await open();
    const taken = items.slice(0, itemsMax).map((item) => this.#playableOf(item, asker));
    const words = leftOutWords(items.length - taken.length, leftOut, itemsMax);
    return { items: taken, ...(words === undefined ? {} : { leftOut: words }) };
  }

  #playableOf({ name, title }: CollectionItem, { guildId }: Asker): Playable {
    const known = isWebAddress(name)
      ? namedFacts(nameOf(new URL(name)))
      : this.#components.shelves.known(guildId, name);
    return { source: name, facts: title ? { ...known, title: namedFacts(title).title } : known };
  }

  /** By a title, an artist with it, or words that fit one thing only. */
  async #titled(text: string, about: About, signal: AbortSignal): Promise<Playables> {
    const { asker } = about;
    const { shelves } = this.#components;
    const others = await this.#others(asker);
    if (seesLibrary(asker)) {
      const [called] = await shelves.called(asker.guildId, text);
      if (called) return this.#libraryItem(called.name, about, signal);
    }
    const other = others.find(({ facts }) => sameName(facts.title, text) || sameName(titled(facts), text));
    if (other) return { items: [other] };
    const similar = seesLibrary(asker) ? shelves.find(asker.guildId, typedWords(text), similarMax) : [];
    const [only] = similar;
    if (only && similar.length === 1) return this.#libraryItem(only.name, about, signal);
    throw mediaErrors.PLAYER_NOTHING_FOUND(this.#didYouMean(text, asker, similar.map(titleOf), others));
  }

  /** What isn't in the library: favourites, what was played, uploads and recordings. */
  async #others(asker: Asker): Promise<Playable[]> {
    const memory = this.#components.memory();
    const kept = await keptSounds(this.#components, asker);
    const played = [...(await memory.favourites(asker.guildId)), ...(await memory.recent(asker.guildId))];
    return [...played.filter(({ source }) => isVisible(source, asker, kept)), ...kept];
  }

  #didYouMean(what: string, asker: Asker, fitting: readonly string[], others: readonly Playable[]) {
    const { shelves } = this.#components;
    const ofLibrary = seesLibrary(asker) ? shelves.of(asker.guildId).flatMap((shelf) => shelf.titles()) : [];
    const known = [sampleName, ...others.map(({ facts }) => facts.title), ...ofLibrary];
    const suggestion = fitting[0] ?? suggest(what, known);
    return { what, ...(suggestion === undefined ? {} : { suggestion }) };
  }
}

interface About {
  asker: Asker;
  audience: Audience;
  itemsMax: number;
}

/** What can't be given up now goes when its time is over. */
async function giveUp(uploads: readonly KeptUpload[]): Promise<void> {
  await Promise.allSettled(uploads.map(({ forget }) => forget()));
}

function one(source: string, facts: Playable['facts']): Playables {
  return { items: [{ source, facts }] };
}

function titleOf({ known, name }: { name: string; known: { title: string } | undefined }): string {
  return known?.title ?? name;
}

function leftOutWords(cutCount: number, leftOut: LeftOut | undefined, itemsMax: number): string | undefined {
  const cut = cutCount > 0 ? [`${cutCount} more don’t fit: ${itemsMax} can be added now`] : [];
  const reasons = leftOut?.reasons ?? [];
  const others = leftOut && leftOut.count > 0 ? [`${leftOut.count} of ${leftOut.of} can’t be played`] : [];
  const parts = [...cut, ...others, ...reasons.slice(0, 2)];
  return parts.length === 0 ? undefined : `${parts.join('; ')}.`;
}
