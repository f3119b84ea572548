import type { z } from 'zod';
import { type AnyAction, implement } from '#contracts/action.ts';
import {
  type BroadcastView,
  broadcastAudience,
  broadcastList,
  broadcastNext,
  broadcastStart,
  broadcastStop,
  sourceList,
} from '#contracts/actions/broadcast.ts';
import { type Actor, actorKey } from '#contracts/actor.ts';
import { type Audience, isAsWideAs, type RemoteBroadcasts } from '#contracts/audio.ts';
import type { CommunityDirectory } from '#contracts/communities.ts';
import { type GuildStandings, isServed } from '#contracts/guild-standing.ts';
import type { IntentStore } from '#contracts/intents.ts';
import { inBackground } from '#core/background.ts';
import type { GuildmeshError } from '#core/errors.ts';
import { shortId } from '#core/short-id.ts';
import { turns } from '#core/turns.ts';
import type { NoticedAudiences } from '../capture/noticed-audiences.ts';
import { audioErrors } from '../errors.ts';
import type { FarProgramme } from '../media/suggestions.ts';
import { boundToKey, withName } from '../reference.ts';
import { cidIn } from '../source/artifact-source.ts';
import type { SourceSwitch } from '../source/contract.ts';
import type { LibraryFolders } from '../source/library-folders.ts';
import { LibraryIndex } from '../source/library-index.ts';
import { namedSources } from '../source/named-sources.ts';
import { liveChannelsOf } from '../source/source-name.ts';
import { Broadcast, type BroadcastComponents, type SourceTimes } from './broadcast.ts';
import { FarBroadcasts } from './far-broadcasts.ts';
import type { FrameTrace } from './frame-trace.ts';
import type { OwnBroadcasts } from './own-broadcasts.ts';
import { intentOf, storedBroadcastOf, type WantedBroadcast } from './wanted-broadcast.ts';

const idLength = 8;

export interface BroadcastServiceComponents extends BroadcastComponents {
  own: OwnBroadcasts;
  remote: RemoteBroadcasts;
  communities: CommunityDirectory;
  intents: IntentStore;
  noticed: NoticedAudiences;
  library: LibraryFolders;
  trace: FrameTrace | undefined;
  standings: Pick<GuildStandings, 'of' | 'homeGuildIds'>;
  /** The broadcast continues with another source. */
  onSwitch: (broadcastId: string, event: SourceSwitch) => void;
  /** It ends, for this reason. */
  onFailed: (broadcastId: string, problem: GuildmeshError) => void;
  /** Fewer people than before may hear it. */
  onNarrowed: (broadcastId: string) => void;
}

export interface BroadcastServiceInit extends SourceTimes {
  broadcastsMax: number;
  broadcastsPerGuildMax: number;
  subscribersMax: number;
  /** Loudness that `normalize` brings a broadcast to. */
  loudnessLufs: number;
}

/** The broadcasts of this hub: their actions, owners and audiences, and their return after a restart. */
export class BroadcastService {
  readonly actions: readonly AnyAction[];
  readonly #components: BroadcastServiceComponents;
  readonly #init: BroadcastServiceInit;
  /** What people asked for, and who did. */
  readonly #wanted = new Map<string, { wanted: WantedBroadcast; wantedBy: string }>();
  /** Kept between suggestions: people are offered names with each letter they type. */
  readonly #index: LibraryIndex;
  readonly #far: FarBroadcasts;
  /** Changes of one broadcast run one after another. */
  readonly #inTurn = turns();

  constructor(components: BroadcastServiceComponents, init: BroadcastServiceInit) {
    this.#components = components;
    this.#init = init;
    this.#index = new LibraryIndex(components.clock);
    this.#far = new FarBroadcasts(components);
    const { own } = components;
    this.actions = [
      implement(broadcastStart, ({ actor, signal }, input) => this.#start(actor, input, signal)),
      implement(broadcastStop, (_context, { guildId, broadcast: id }) =>
        this.#inTurn(id, () => this.#stop(guildId, id)),
      ),
      implement(broadcastNext, async ({ signal }, { guildId, broadcast: id }) => {
        const broadcast = own.ofGuild(guildId, id);
        await broadcast.next(signal);
        return this.#view(broadcast);
      }),
      implement(broadcastAudience, ({ signal }, { guildId, broadcast: id, audience }) =>
        this.#inTurn(id, () => this.#setAudience(own.ofGuild(guildId, id), audience, signal)),
      ),
      implement(broadcastList, ({ signal }, { guildId, waitMs }) => this.#list(guildId, waitMs, signal)),
      implement(sourceList, async (_context, { guildId, search }) => ({
        sources: await namedSources(this.#index, this.#components.library.of(guildId), search),
      })),
    ];
  }

  /**
   * Restarts what ran when the process ended, or was ended by `endIn`, under the same ids; each retries automatically.
   */
  async restore(): Promise<void> {
    const { communities, intents, logger, own, standings } = this.#components;
    for (const intent of await intents.list('broadcast')) {
      const stored = storedBroadcastOf(intent, standings.homeGuildIds()[0]);
      if (!stored || own.has(stored.wanted.id)) continue;
      const { wanted, isOlder } = stored;
      if (!isServed(standings, wanted.owner)) continue;
      if (isOlder) await this.#takeOver(wanted, intent.wantedBy);
      // Older versions stored the name of a community: from now on it is the key that the name means today.
      const sources = wanted.sources.map((name) => boundToKey(communities, name));
      const { started } = this.#open({ ...wanted, sources }, intent.wantedBy, true);
      void inBackground(logger, 'debug', started, 'restored broadcast ended', { broadcast: wanted.id });
    }
  }

  /** Ends the broadcasts but keeps the wish for them: they are back at the next start. */
  stop(): void {
    this.#far.stop();
    const { own } = this.#components;
    for (const broadcast of own.all()) {
      broadcast.stop();
      own.remove(broadcast);
    }
  }

  /**
   * Ends the broadcasts of a guild that is no longer served; communities that relay them get the reason. The wish for
   * them stays.
   */
  async endIn(guildId: string): Promise<void> {
    const { own } = this.#components;
    const ofGuild = own.all().filter((broadcast) => broadcast.info().guildId === guildId);
    for (const broadcast of ofGuild)
      await this.#inTurn(broadcast.id, async () => {
        const { id, name } = broadcast;
        own.remove(broadcast);
        this.#wanted.delete(id);
        this.#components.onFailed(id, audioErrors.AUDIO_OWNER_NOT_HOME({ broadcast: name }));
        broadcast.stop('unserved');
      });
  }

  async #start(
    actor: Actor,
    input: z.output<typeof broadcastStart.input>,
    signal: AbortSignal,
  ): Promise<BroadcastView> {
    const { clock, communities, sources: opener } = this.#components;
    const { guildId: owner, source, fallbacks, audience, ...wishes } = input;
    this.#requireRoom(owner);
    const named = [source, ...fallbacks];
    const sources = [...new Set(named.map((name) => boundToKey(communities, name)))];
    const wanted: WantedBroadcast = {
      ...wishes,
      id: shortId(this.#components.chance, idLength),
      sources,
      owner,
      startedAtMs: clock.nowMs(),
      // The narrowest audience of the sources applies, and people of a channel must be notified before more people hear
      // them.
      audience: audience ?? (liveChannelsOf(sources).length > 0 ? 'server' : 'neighbours'),
    };
    const wantedBy = actorKey(actor);
    const { broadcast, started } = this.#open(wanted, wantedBy, false, signal, () =>
      opener.examine(sources, owner, wanted.audience),
    );
    await started;
    await this.#remember(wanted, wantedBy);
    return this.#view(broadcast);
  }

  /** Restored broadcasts count and are never refused. */
  #requireRoom(guildId: string): void {
    const { own } = this.#components;
    const { broadcastsMax, broadcastsPerGuildMax } = this.#init;
    if (own.size >= broadcastsMax) throw audioErrors.AUDIO_TOO_MANY_BROADCASTS({ broadcastsMax });
    const ofGuild = own.all().filter((broadcast) => broadcast.info().guildId === guildId);
    if (ofGuild.length >= broadcastsPerGuildMax)
      throw audioErrors.AUDIO_TOO_MANY_BROADCASTS_HERE({ broadcastsPerGuildMax });
  }

  #open(
    wanted: WantedBroadcast,
    wantedBy: string,
    patient: boolean,
    signal = new AbortController().signal,
    before: () => Promise<void> = async () => {},
  ) {
    const { own } = this.#components;
    const broadcast: Broadcast = new Broadcast(this.#components, {
      ...this.#init,
      ...wanted,
      loudnessLufs: wanted.normalize ? this.#init.loudnessLufs : undefined,
      patient,
      onFrame: (frame) => this.#components.trace?.write(wanted.id, frame),
      onSwitch: (event) => this.#components.onSwitch(wanted.id, event),
      onFailed: (problem) => this.#components.onFailed(wanted.id, problem),
      onOver: () => {
        own.remove(broadcast);
        const { logger } = this.#components;
        const forgotten = this.#forget(wanted.id);
        void inBackground(logger, 'error', forgotten, 'intent not removed', { broadcast: wanted.id });
      },
    });
    // Counted from now on: starting broadcasts are broadcasts as well.
    own.add(broadcast);
    this.#wanted.set(wanted.id, { wanted, wantedBy });
    const started = before()
      .then(() => broadcast.start(signal))
      .catch((error: unknown) => {
        own.remove(broadcast);
        this.#wanted.delete(wanted.id);
        throw error;
      });
    return { broadcast, started };
  }

  async #stop(guildId: string, id: string): Promise<BroadcastView> {
    const { own } = this.#components;
    const broadcast = own.ofGuild(guildId, id);
    const view = this.#view(broadcast);
    own.remove(broadcast);
    broadcast.stop();
    await this.#forget(id);
    return view;
  }

  /**
   * Listeners outside the new audience get an end. With people of a channel in it, the broadcast is restarted, so that
   * they are notified.
   */
  async #setAudience(broadcast: Broadcast, audience: Audience, signal: AbortSignal): Promise<BroadcastView> {
    const { audience: before, liveChannelIds, id } = broadcast.info();
    const known = this.#wanted.get(id);
    if (audience === before || !known) return this.#view(broadcast);
    const wanted = { ...known.wanted, audience };
    const isWider = isAsWideAs(audience, before);
    // A recording plays for those it was promised to.
    if (isWider) await this.#examineArtifacts(wanted);
    const isLive = liveChannelIds.length > 0;
    // Nobody new hears what people said before they could read who hears it now.
    if (!(isLive && isWider)) broadcast.setAudience(audience);
    if (!isWider) this.#components.onNarrowed(id);
    if (isLive) return this.#startAnew(broadcast, wanted, known.wantedBy, before, signal);
    await this.#remember(wanted, known.wantedBy);
    return this.#view(broadcast);
  }

  #examineArtifacts({ sources, owner, audience }: WantedBroadcast): Promise<void> {
    const artifacts = sources.filter((source) => cidIn(source) !== undefined);
    return this.#components.sources.examine(artifacts, owner, audience);
  }

  async #startAnew(
    broadcast: Broadcast,
    wanted: WantedBroadcast,
    wantedBy: string,
    before: Audience,
    signal: AbortSignal,
  ): Promise<BroadcastView> {
    const { noticed, own } = this.#components;
    own.remove(broadcast);
    broadcast.stop('lost');
    for (const channelId of liveChannelsOf(wanted.sources)) await noticed.beginWider(channelId, before);
    const again = this.#open(wanted, wantedBy, false, signal);
    await again.started.catch(async (error: unknown) => {
      await this.#forget(wanted.id);
      throw error;
    });
    await this.#remember(wanted, wantedBy);
    return this.#view(again.broadcast);
  }

  /** Started by an older version: such a broadcast was for neighbours, and people in its channels have read that. */
  async #takeOver(wanted: WantedBroadcast, wantedBy: string): Promise<void> {
    const { intents, noticed } = this.#components;
    const { audience, owner: guildId, sources } = wanted;
    for (const channelId of liveChannelsOf(sources))
      await noticed.notice({ guildId, channelId, audience }, 0);
    await intents.put(intentOf(wanted, wantedBy));
  }

  async #remember(wanted: WantedBroadcast, wantedBy: string): Promise<void> {
    const { intents, own } = this.#components;
    if (own.has(wanted.id)) this.#wanted.set(wanted.id, { wanted, wantedBy });
    await intents.put(intentOf(wanted, wantedBy));
    // It may have ended, or been stopped, while the wish was being written.
    if (!own.has(wanted.id)) await this.#forget(wanted.id);
  }

  farProgrammes(): FarProgramme[] {
    return this.#far.programmes();
  }

  async #list(guildId: string, waitMs: number | undefined, signal: AbortSignal) {
    const remote = await this.#far.list(waitMs, signal);
    const heard = this.#components.own.heardBy({ guildId });
    return { own: heard.map((broadcast) => this.#view(broadcast)), remote };
  }

  /** With sources named as people know them. */
  #view(broadcast: Broadcast): BroadcastView {
    const view = broadcast.view();
    const named = (source: string) => withName(this.#components.communities, source);
    const sources = view.sources.map((entry) => ({ ...entry, source: named(entry.source) }));
    return { ...view, source: named(view.source), sources };
  }

  #forget(id: string): Promise<void> {
    this.#wanted.delete(id);
    return this.#components.intents.remove('broadcast', id);
  }
}
