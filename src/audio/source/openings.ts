import type { Audience } from '#contracts/audio.ts';
import { sameName } from '#core/text/names.ts';
import { audioErrors, shown } from '../errors.ts';
import { soundArtifact } from './artifact-source.ts';
import { type Collection, folderItems, playlistItems } from './collection.ts';
import { openCollection } from './collection-source.ts';
import type { AudioSource, SourceRequest } from './contract.ts';
import { isWebAddress, looksLikeUrl } from './fetch/source-url.ts';
import { findLibraryFile, resolveLibraryFile } from './library.ts';
import { LibraryFolders } from './library-folders.ts';
import { isAudioName, isPlaylistName } from './library-names.ts';
import { listLimits } from './lists/limits.ts';
import { OpenedSource, type Opening } from './opened-source.ts';
import { openPeer } from './peer-source.ts';
import { parseSourceName, type SourceName } from './source-name.ts';
import type { SourceOpenerComponents } from './source-opener.ts';
import { type Lists, type StreamInit, StreamOpener } from './stream-source.ts';
import { openTone } from './tone-source.ts';

/** Opens every kind of source by the name people give it: code that a hub needs once something plays. */
export class Openings {
  readonly #components: SourceOpenerComponents;
  readonly #init: StreamInit;
  readonly #library: LibraryFolders;
  readonly #streams: StreamOpener;

  constructor(components: SourceOpenerComponents, init: StreamInit) {
    this.#components = components;
    this.#init = init;
    this.#library = new LibraryFolders(init);
    const playList: Lists['playList'] = (...list) => this.#play(...list);
    this.#streams = new StreamOpener({ ...components, listsWith, playList }, init);
  }

  /** Throws AUDIO_SCHEME_REFUSED, _URL_INVALID, _SOURCE_UNKNOWN, and what the source itself gives. */
  async open(request: SourceRequest, signal: AbortSignal): Promise<Opening> {
    return this.#openNamed(await this.#meaning(request.name, request.owner), request, signal);
  }

  /** Whether a guild may name each of these sources, before any is opened. Throws what `open` throws for a name. */
  async examine(names: readonly string[], owner: string, audience: Audience): Promise<void> {
    const folders = this.#library.of(owner);
    for (const text of names) {
      const meant = await this.#meaning(text, owner);
      if (meant.kind === 'queue') throw unknown(text);
      if (meant.kind === 'file') await resolveLibraryFile(folders, text);
      else if (meant.kind === 'folder') await folderItems(folders, text);
      else if (meant.kind === 'playlist') await playlistItems(folders, text);
      else if (meant.kind === 'artifact')
        await soundArtifact(this.#components.artifacts(), { cid: meant.cid, owner, audience });
    }
  }

  /** A file of the library takes precedence: its name may begin as an address does, `Live: part 1.opus`. */
  async #meaning(text: string, owner: string): Promise<SourceName> {
    const isFile =
      looksLikeUrl(text) && !isWebAddress(text) && (isAudioName(text) || isPlaylistName(text))
        ? await findLibraryFile(this.#library.of(owner), text)
        : undefined;
    if (!isFile) return parseSourceName(text);
    return { kind: isPlaylistName(text) ? 'playlist' : 'file', name: text };
  }

  #openNamed(name: SourceName, request: SourceRequest, signal: AbortSignal): Promise<Opening> {
    switch (name.kind) {
      case 'file':
        return this.#streams.file(request, signal);
      case 'artifact':
        return this.#streams.artifact(request, name.cid, signal);
      case 'address':
        return this.#streams.address(request, name.url, signal);
      case 'folder':
      case 'playlist':
        return this.#collection(name, request, signal);
      case 'broadcast':
        return openPeer(this.#components, request, name.reference, signal);
      case 'channel':
        return this.#components.openLiveChannel(name.channelId, request, signal);
      case 'tone':
        return openTone({ hertz: name.hertz, bitrateKbps: this.#init.bitrateKbps }, signal);
      case 'queue':
        return openQueue(request);
    }
  }

  async #collection(
    { kind, name }: { kind: 'folder' | 'playlist'; name: string },
    request: SourceRequest,
    signal: AbortSignal,
  ): Promise<Opening> {
    const folders = this.#library.of(request.owner);
    const collection = await (kind === 'folder' ? folderItems : playlistItems)(folders, name);
    return this.#play(name, collection, request, signal);
  }

  /** `list`: the list that names the items. */
  async #play(
    list: string,
    collection: Collection,
    request: SourceRequest,
    signal: AbortSignal,
  ): Promise<Opening> {
    const lists = [...listsWith(list, request)];
    const itemSource = (wanted: SourceRequest) => this.#item({ ...wanted, lists });
    return openCollection({ ...this.#components, itemSource }, request, collection, signal);
  }

  /** A tone that never ends would keep the rest from being heard. */
  #item(wanted: SourceRequest): AudioSource {
    return new OpenedSource(this.#components, {
      name: wanted.name,
      open: async (signal) => {
        const name = await this.#meaning(wanted.name, wanted.owner);
        if (name.kind !== 'file' && name.kind !== 'address' && name.kind !== 'playlist')
          throw refusedList(wanted.name, 'a list may name files, addresses and other lists only');
        return this.#openNamed(name, wanted, signal);
      },
    });
  }
}

/** Throws AUDIO_SOURCE_UNKNOWN for a request that isn't its player's: people can't hear it by its name. */
async function openQueue(request: SourceRequest): Promise<Opening> {
  const { name, queue } = request;
  if (queue?.name !== name) throw unknown(name);
  return queue.open(request);
}

function unknown(name: string) {
  return audioErrors.AUDIO_SOURCE_UNKNOWN({ source: shown(name) });
}

/** Throws AUDIO_PLAYLIST_REFUSED for a list that has led to itself, and for one nested too deeply. */
function listsWith(list: string, { lists = [] }: SourceRequest): readonly string[] {
  if (lists.some((other) => sameName(other, list))) throw refusedList(list, 'it names itself');
  if (lists.length >= listLimits.depth) throw refusedList(list, `it is a list in ${listLimits.depth} others`);
  return [...lists, list];
}

function refusedList(list: string, reason: string) {
  return audioErrors.AUDIO_PLAYLIST_REFUSED({ source: shown(list), reason });
}
