import { type AnyAction, implement } from '#contracts/action.ts';
import {
  type BroadcastView,
  broadcastList,
  broadcastStart,
  broadcastStop,
  sourceList,
} from '#contracts/actions/broadcast.ts';
import { actorKey } from '#contracts/actor.ts';
import type { BroadcastCatalogue, RemoteBroadcasts } from '#contracts/audio.ts';
import type { Community, CommunityDirectory } from '#contracts/communities.ts';
import type { Intent, IntentStore } from '#contracts/intents.ts';
import { errorText, isGuildmeshError } from '#core/errors.ts';
import { audioErrors } from '../errors.ts';
import { looksLikeUrl, parseSourceUrl } from '../source/fetch/source-url.ts';
import { listLibrary, sampleName, sampleTitle } from '../source/library.ts';
import { Broadcast } from './broadcast.ts';
import type { FrameTrace } from './frame-trace.ts';
import type { ProductionComponents, ProductionInit } from './production.ts';

const idLength = 8;
const idAlphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
const sourcesShownMax = 25;

export interface BroadcastServiceComponents extends ProductionComponents {
  remote: RemoteBroadcasts;
  communities: CommunityDirectory;
  intents: IntentStore;
  trace: FrameTrace | undefined;
}

export interface BroadcastServiceInit
  extends Omit<ProductionInit, 'source' | 'loop' | 'patient' | 'onTitle' | 'onInterrupted'> {
  broadcastsMax: number;
  subscribersMax: number;
}

interface Wanted {
  id: string;
  source: string;
  title: string | undefined;
  loop: boolean;
  startedAtMs: number;
}

/** The broadcasts of this hub: their actions, their catalogue for other communities, their return after a restart. */
export class BroadcastService {
  readonly actions: readonly AnyAction[];
  readonly catalogue: BroadcastCatalogue;
  readonly #components: BroadcastServiceComponents;
  readonly #init: BroadcastServiceInit;
  readonly #broadcasts = new Map<string, Broadcast>();

  constructor(components: BroadcastServiceComponents, init: BroadcastServiceInit) {
    this.#components = components;
    this.#init = init;
    this.catalogue = {
      list: () => [...this.#broadcasts.values()].map((broadcast) => broadcast.info()),
      subscribe: (id, sink) => this.#find(id).subscribe(sink),
    };
    this.actions = [
      implement(broadcastStart, ({ actor, signal }, input) => this.#start(actorKey(actor), input, signal)),
      implement(broadcastStop, (_context, input) => this.#stop(input.broadcast)),
      implement(broadcastList, (context) => this.#list(context.signal)),
      implement(sourceList, (_context, input) => this.#sources(input.search)),
    ];
  }

  /** Starts again what ran when the process ended, under the same ids; each keeps trying by itself. */
  async restore(): Promise<void> {
    for (const intent of await this.#components.intents.list('broadcast')) {
      const wanted = wantedOf(intent);
      if (!wanted || this.#broadcasts.has(wanted.id)) continue;
      this.#open(wanted, true).started.catch((err: unknown) => {
        this.#components.logger.debug({ err, broadcast: wanted.id }, 'restored broadcast ended');
      });
    }
  }

  /** Ends the broadcasts but not the wish for them: they are back at the next start. */
  stop(): void {
    for (const broadcast of this.#broadcasts.values()) broadcast.stop();
    this.#broadcasts.clear();
  }

  async #start(
    wantedBy: string,
    input: { source: string; title?: string | undefined; loop: boolean },
    signal: AbortSignal,
  ): Promise<BroadcastView> {
    const { broadcastsMax } = this.#init;
    if (this.#broadcasts.size >= broadcastsMax)
      throw audioErrors.AUDIO_TOO_MANY_BROADCASTS({ broadcastsMax });
    if (looksLikeUrl(input.source)) parseSourceUrl(input.source);
    const startedAtMs = this.#components.clock.nowMs();
    const { source, title, loop } = input;
    const wanted: Wanted = { id: this.#newId(), source, title, loop, startedAtMs };
    const { broadcast, started } = this.#open(wanted, false, signal);
    await started;
    await this.#components.intents.put({
      kind: 'broadcast',
      key: wanted.id,
      payload: { ...wanted },
      wantedBy,
      createdAtMs: startedAtMs,
    });
    // It may have ended, or been stopped, while the wish was written.
    if (!this.#broadcasts.has(wanted.id)) await this.#forget(wanted.id);
    return broadcast.view();
  }

  #open(wanted: Wanted, patient: boolean, signal = new AbortController().signal) {
    const broadcast = new Broadcast(this.#components, {
      ...this.#init,
      ...wanted,
      patient,
      onFrame: (frame) => this.#components.trace?.write(wanted.id, frame),
      onOver: () => {
        this.#broadcasts.delete(wanted.id);
        void this.#forget(wanted.id).catch((err: unknown) =>
          this.#components.logger.error({ err, broadcast: wanted.id }, 'intent not removed'),
        );
      },
    });
    this.#broadcasts.set(wanted.id, broadcast);
    const started = broadcast.start(signal).catch((error: unknown) => {
      this.#broadcasts.delete(wanted.id);
      throw error;
    });
    return { broadcast, started };
  }

  async #stop(id: string): Promise<BroadcastView> {
    const broadcast = this.#find(id);
    const view = broadcast.view();
    this.#broadcasts.delete(id);
    broadcast.stop();
    await this.#forget(id);
    return view;
  }

  async #list(signal: AbortSignal) {
    const trusted = this.#components.communities.list().filter((community) => community.trusted);
    const remote = await Promise.all(trusted.map((community) => this.#listRemote(community, signal)));
    return { own: [...this.#broadcasts.values()].map((broadcast) => broadcast.view()), remote };
  }

  async #listRemote({ peerId, name }: Community, signal: AbortSignal) {
    try {
      const found = await this.#components.remote.list(peerId, signal);
      const broadcasts = found.map((info) => ({ ...info, reference: `${info.id}@${name}` }));
      return { peerId, community: name, broadcasts };
    } catch (error) {
      if (!isGuildmeshError(error))
        this.#components.logger.warn({ err: error, peerId }, 'listing a community’s broadcasts failed');
      const problem = isGuildmeshError(error) ? errorText(error) : 'It could not be asked.';
      return { peerId, community: name, broadcasts: [], problem };
    }
  }

  async #sources(search: string) {
    const wanted = search.toLowerCase();
    const files = await listLibrary(this.#init.libraryDir);
    const sources = [
      { source: sampleName, title: sampleTitle },
      ...files.map((source) => ({ source, title: source })),
    ].filter(({ source, title }) => `${source} ${title}`.toLowerCase().includes(wanted));
    return { sources: sources.slice(0, sourcesShownMax) };
  }

  #find(id: string): Broadcast {
    const broadcast = this.#broadcasts.get(id);
    if (!broadcast) throw audioErrors.AUDIO_UNKNOWN_BROADCAST({ broadcast: id });
    return broadcast;
  }

  #forget(id: string): Promise<void> {
    return this.#components.intents.remove('broadcast', id);
  }

  #newId(): string {
    const letters = [...this.#components.chance.bytes(idLength)];
    return letters.map((byte) => idAlphabet[byte % idAlphabet.length]).join('');
  }
}

function wantedOf({ key, payload }: Intent): Wanted | undefined {
  const { source, title, loop, startedAtMs } = payload;
  if (typeof source !== 'string' || typeof loop !== 'boolean' || typeof startedAtMs !== 'number')
    return undefined;
  return { id: key, source, title: typeof title === 'string' ? title : undefined, loop, startedAtMs };
}
