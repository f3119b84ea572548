import type { RelayView } from '#contracts/actions/relay.ts';
import type { GuildDirectory, VoiceChannelView } from '#contracts/discord.ts';
import type { Intent } from '#contracts/intents.ts';
import type { VoiceSession } from '../voice/contract.ts';
import type { StreamLease } from './stream-pool.ts';

export interface WantedRelay {
  guildId: string;
  channelId: string;
  /** As typed: `id@community` or `id`. */
  reference: string;
  title: string;
  community: string;
  startedAtMs: number;
  wantedBy: string;
}

/** One broadcast in one channel, from the wish for it until it is over; `playing` while voice is up. */
export interface Relay {
  wanted: WantedRelay;
  /** Aborted when the relay is over. */
  readonly ending: AbortController;
  playing: { lease: StreamLease; session: VoiceSession } | undefined;
  /** Monotonic time since when its hub says that there is no such broadcast. */
  unknownSinceMs: number | undefined;
}

export function newRelay(wanted: WantedRelay): Relay {
  return { wanted, ending: new AbortController(), playing: undefined, unknownSinceMs: undefined };
}

export function relayView(guilds: GuildDirectory, relay: Relay): RelayView {
  const { wanted, playing } = relay;
  const channel = guilds.voiceChannel(wanted.guildId, wanted.channelId);
  const status = playing?.session.status();
  return {
    guildId: wanted.guildId,
    guildName: channel?.guildName ?? wanted.guildId,
    channelId: wanted.channelId,
    channelName: channel?.name ?? wanted.channelId,
    broadcast: wanted.reference,
    title: wanted.title,
    community: wanted.community,
    state: stateOf(relay, channel),
    e2ee: status?.e2ee ?? false,
    startedAtMs: wanted.startedAtMs,
    framesPlayed: status?.framesPlayed ?? 0,
    framesMissed: status?.framesMissed ?? 0,
    bufferedFrames: status?.bufferedFrames ?? 0,
    ...(status?.latencyMs === undefined ? {} : { latencyMs: status.latencyMs }),
    rejoinCount: status?.rejoinCount ?? 0,
  };
}

function stateOf({ playing }: Relay, channel: VoiceChannelView | undefined): RelayView['state'] {
  if (!playing?.lease.stream.connected) return 'reconnecting';
  // Discord drops what a suppressed speaker sends: saying “playing” would hide that nobody hears it.
  if (channel?.kind === 'stage' && channel.botSuppressed) return 'suppressed';
  return playing.session.status().state;
}

export function intentOf({ wanted }: Relay): Intent {
  const { channelId, wantedBy, startedAtMs, ...rest } = wanted;
  return { kind: 'relay', key: channelId, payload: rest, wantedBy, createdAtMs: startedAtMs };
}

export function wantedRelayOf({ key, payload, wantedBy, createdAtMs }: Intent): WantedRelay | undefined {
  const { guildId, reference, title, community } = payload;
  if (typeof guildId !== 'string' || typeof reference !== 'string') return undefined;
  return {
    guildId,
    channelId: key,
    reference,
    title: typeof title === 'string' ? title : reference,
    community: typeof community === 'string' ? community : '',
    startedAtMs: createdAtMs,
    wantedBy,
  };
}
