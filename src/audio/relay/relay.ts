import type { RelayMode, RelayView } from '#contracts/actions/relay.ts';
import { relayMode, relayStart } from '#contracts/actions/relay.ts';
import { type FramePosition, frameDurationMs, type Playing } from '#contracts/audio.ts';
import type { GuildDirectory, VoiceChannelView } from '#contracts/discord.ts';
import type { Intent } from '#contracts/intents.ts';
import { type GuildmeshError, problemOf } from '#core/errors.ts';
import { playingTitle } from '#core/text/playing-title.ts';
import { sequenceDistance } from '../jitter/sequence.ts';
import type { Hindrance, VoiceSession, VoiceStatus } from '../voice-contract.ts';
import type { StreamLease } from './stream-pool.ts';

export interface WantedRelay {
  guildId: string;
  channelId: string;
  /**
   * `id@peerId`, or `id` of our own: bound to the key that was meant, even if another community gets the name later.
   */
  reference: string;
  /** Its fallbacks, in order of preference, bound in the same way; usually empty. */
  fallbacks: readonly string[];
  mode: RelayMode;
  /** The broadcast's name, whatever plays in it. */
  title: string;
  community: string;
  startedAtMs: number;
  wantedBy: string;
}

/** `wantedBy` of relays that a server's player has started. */
export const playerKey = 'system:player';

/** The visible state of a relay. */
export interface RelayFacts {
  readonly wanted: WantedRelay;
  /** While voice is up. */
  readonly playing: { lease: StreamLease; session: VoiceSession } | undefined;
  readonly hindrance: Hindrance | undefined;
  /** An auto relay without listeners. */
  readonly idle: boolean;
  readonly refused: boolean;
  readonly problem: GuildmeshError | undefined;
  readonly retryAtMs: number | undefined;
}

/** The view without the guild's settings and the packet rate (which needs two samples). */
export function relayView(
  guilds: GuildDirectory,
  relay: RelayFacts,
  nowMs: number,
  /** A source or reference as people know it. */
  named: (source: string) => string,
): Omit<RelayView, 'volumePercent'> {
  const { wanted, playing } = relay;
  const channel = guilds.voiceChannel(wanted.guildId, wanted.channelId);
  const status = playing?.session.status();
  const sources = playing?.lease.stream.sources;
  const pause = status?.problem;
  const problem = pause?.error ?? (playing ? undefined : relay.problem);
  const retryAtMs = pause ? nowMs + pause.retryInMs : relay.retryAtMs;
  return {
    guildId: wanted.guildId,
    guildName: channel?.guildName ?? wanted.guildId,
    channelId: wanted.channelId,
    channelName: channel?.name ?? wanted.channelId,
    broadcast: named(wanted.reference),
    ...(sources && { sources: sources.map((entry) => ({ ...entry, source: named(entry.source) })) }),
    mode: wanted.mode,
    title: titleHeard(relay),
    ...playingView(relay),
    community: wanted.community,
    state: stateOf(relay, channel),
    deafened: relay.hindrance === 'deafened',
    ...(problem && { problem: problemOf(problem) }),
    ...(problem && retryAtMs !== undefined && { retryAtMs }),
    startedAtMs: wanted.startedAtMs,
    ...figuresOf(status ?? noVoice),
  };
}

const noVoice = {
  e2ee: false,
  framesPlayed: 0,
  framesMissed: 0,
  framesConcealed: 0,
  bufferedFrames: 0,
  bufferTargetMs: 0,
  latencyMs: undefined,
  rejoinCount: 0,
  closeCodes: {},
} satisfies Partial<VoiceStatus>;

function figuresOf(status: Omit<VoiceStatus, 'state'>) {
  const { e2ee, framesPlayed, framesMissed, framesConcealed, bufferTargetMs, bufferedFrames } = status;
  return {
    e2ee,
    framesPlayed,
    framesMissed,
    framesConcealed,
    bufferTargetMs,
    bufferedFrames,
    ...(status.latencyMs === undefined ? {} : { latencyMs: status.latencyMs }),
    rejoinCount: status.rejoinCount,
    closeCodes: { ...status.closeCodes },
  };
}

/** The broadcast's name, and what its people hear now. */
export function titleHeard(relay: Pick<RelayFacts, 'playing' | 'wanted'>): string {
  const { playing } = heard(relay);
  return playing ? playingTitle(playing) : relay.wanted.title;
}

function playingView(relay: RelayFacts): Pick<RelayView, 'playing'> {
  const { playing, position } = heard(relay);
  if (!playing?.title) return {};
  const frames = position ? Math.max(0, sequenceDistance(playing.sequence, position.sequence)) : 0;
  return { playing: { title: playing.title, elapsedMs: frames * frameDurationMs } };
}

function heard({ playing }: Pick<RelayFacts, 'playing'>): {
  playing: Playing | undefined;
  position: FramePosition | undefined;
} {
  const position = playing?.session.status().position;
  return { playing: playing?.lease.stream.playingAt(position), position };
}

function stateOf(relay: RelayFacts, channel: VoiceChannelView | undefined): RelayView['state'] {
  const { hindrance, idle, playing, refused } = relay;
  if (refused) return 'refused';
  if (!playing) return idle ? 'idle' : 'reconnecting';
  const { state } = playing.session.status();
  if (state === 'cooling') return state;
  if (!playing.lease.stream.connected) return 'reconnecting';
  // Discord drops what a suppressed or muted speaker sends: saying “playing” would hide that nobody hears it.
  if (hindrance === 'suppressed' || (channel?.kind === 'stage' && channel.botSuppressed)) return 'suppressed';
  return hindrance === 'muted' ? 'muted' : state;
}

export function intentOf({ wanted }: Pick<RelayFacts, 'wanted'>): Intent {
  const { channelId, wantedBy, startedAtMs, ...rest } = wanted;
  return { kind: 'relay', key: channelId, payload: rest, wantedBy, createdAtMs: startedAtMs };
}

export function wantedRelayOf({ key, payload, wantedBy, createdAtMs }: Intent): WantedRelay | undefined {
  const { guildId, reference, fallbacks, title, community, mode } = payload;
  if (typeof guildId !== 'string' || typeof reference !== 'string') return undefined;
  return {
    guildId,
    channelId: key,
    reference,
    fallbacks: relayStart.input.shape.fallbacks.catch([]).parse(fallbacks),
    mode: relayMode.catch('manual').parse(mode),
    title: typeof title === 'string' ? title : reference,
    community: typeof community === 'string' ? community : '',
    startedAtMs: createdAtMs,
    wantedBy,
  };
}
