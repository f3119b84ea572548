import type { z } from 'zod';
import { type AnyAction, implement } from '#contracts/action.ts';
import {
  type BroadcastView,
  broadcastList,
  broadcastNext,
  broadcastStart,
  broadcastStop,
  sourceList,
} from '#contracts/actions/broadcast.ts';
import { type Actor, actorKey } from '#contracts/actor.ts';
import type { BroadcastCatalogue, RemoteBroadcasts } from '#contracts/audio.ts';
import type { Community, CommunityDirectory } from '#contracts/communities.ts';
import type { IntentStore } from '#contracts/intents.ts';
import { errorText, isGuildmeshError } from '#core/errors.ts';
import { audioErrors } from '../errors.ts';
import type { SourceSwitch } from '../source/contract.ts';
import { namedSources } from '../source/named-sources.ts';
import { Broadcast, type BroadcastComponents, type SourceTimes } from './broadcast.ts';
import type { FrameTrace } from './frame-trace.ts';
import { intentOf, type WantedBroadcast, wantedBroadcastOf } from './wanted-broadcast.ts';

const idLength = 8;
const idAlphabet = 'abcdefghijkmnpqrstuvwxyz23456789';

export interface BroadcastServiceComponents extends BroadcastComponents {
  remote: RemoteBroadcasts;
  communities: CommunityDirectory;
  intents: IntentStore;
  trace: FrameTrace | undefined;
  /** Another source of a broadcast is heard. */
  onSwitch: (broadcastId: string, event: SourceSwitch) => void;
}

export interface BroadcastServiceInit extends SourceTimes {
  libraryDir: string | undefined;
  broadcastsMax: number;
  subscribersMax: number;
  /** What `normalize` brings a broadcast to. */
  loudnessLufs: number;
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
      implement(broadcastStart, ({ actor, signal }, input) => this.#start(actor, input, signal)),
      implement(broadcastStop, (_context, input) => this.#stop(input.broadcast)),
      implement(broadcastNext, async ({ signal }, { broadcast: id }) => {
        const broadcast = this.#find(id);
        await broadcast.next(signal);
        return broadcast.view();
      }),
      implement(broadcastList, (context) => this.#list(context.signal)),
      implement(sourceList, async (_context, { search }) => ({
        sources: await namedSources(this.#init.libraryDir, search),
      })),
    ];
  }

  /** Starts again what ran when the process ended, under the same ids; each keeps trying by itself. */
  async restore(): Promise<void> {
    for (const intent of await this.#components.intents.list('broadcast')) {
      const wanted = wantedBroadcastOf(intent);
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

  /** As they are written, in order of preference; none when there is no such broadcast. */
  sourcesOf(id: string): readonly string[] {
    return (
      this.#broadcasts
        .get(id)
        ?.view()
        .sources.map(({ source }) => source) ?? []
    );
  }

  async #start(
    actor: Actor,
    input: z.output<typeof broadcastStart.input>,
    signal: AbortSignal,
  ): Promise<BroadcastView> {
    const { broadcastsMax } = this.#init;
    const { clock, intents, sources: opener } = this.#components;
    if (this.#broadcasts.size >= broadcastsMax)
      throw audioErrors.AUDIO_TOO_MANY_BROADCASTS({ broadcastsMax });
    const { guildId: owner, source, fallbacks, ...wishes } = input;
    const sources = [...new Set([source, ...fallbacks])];
    const startedAtMs = clock.nowMs();
    const wanted: WantedBroadcast = { ...wishes, id: this.#newId(), sources, owner, startedAtMs };
    const { broadcast, started } = this.#open(wanted, false, signal, () => opener.examine(sources));
    await started;
    await intents.put(intentOf(wanted, actorKey(actor)));
    // It may have ended, or been stopped, while the wish was written.
    if (!this.#broadcasts.has(wanted.id)) await this.#forget(wanted.id);
    return broadcast.view();
  }

  #open(
    wanted: WantedBroadcast,
    patient: boolean,
    signal = new AbortController().signal,
    before: () => Promise<void> = async () => {},
  ) {
    const broadcast = new Broadcast(this.#components, {
      ...this.#init,
      ...wanted,
      loudnessLufs: wanted.normalize ? this.#init.loudnessLufs : undefined,
      patient,
      onFrame: (frame) => this.#components.trace?.write(wanted.id, frame),
      onSwitch: (event) => this.#components.onSwitch(wanted.id, event),
      onOver: () => {
        this.#broadcasts.delete(wanted.id);
        void this.#forget(wanted.id).catch((err: unknown) =>
          this.#components.logger.error({ err, broadcast: wanted.id }, 'intent not removed'),
        );
      },
    });
    // Counted from now on: those that are being started are broadcasts as well.
    this.#broadcasts.set(wanted.id, broadcast);
    const started = before()
      .then(() => broadcast.start(signal))
      .catch((error: unknown) => {
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
