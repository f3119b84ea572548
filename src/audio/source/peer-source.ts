import type {
  BroadcastInfo,
  BroadcastOrigin,
  Frame,
  FramePosition,
  FrameSink,
  RemoteBroadcasts,
} from '#contracts/audio.ts';
import { broadcastHopsMax, mayBePassedOn } from '#contracts/audio.ts';
import type { CommunityDirectory } from '#contracts/communities.ts';
import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { audioErrors, shown } from '../errors.ts';
import { PacketQueue, packetsOf } from '../flow/packet-queue.ts';
import { isTwentyMsPacket } from '../opus/toc.ts';
import { resolveReference } from '../reference.ts';
import type { SourceFrame, SourceRequest } from './contract.ts';
import type { Opening } from './opened-source.ts';

/** Frames that wait to be read: 2 s, as much as the sender keeps. */
const framesWaitingMax = 100;
/** How often its title is requested, where frames don't carry it, and whether it now leads back to us. */
const lookIntervalMs = 15_000;

export interface PeerComponents {
  clock: Clock;
  logger: Logger;
  communities: CommunityDirectory;
  remote: RemoteBroadcasts;
  ownPeerId: () => string | undefined;
}

/**
 * A broadcast of another community, to be broadcast again: packets and capture times unchanged, its author kept.
 * Refused when it came through here, or through too many: AUDIO_SOURCE_LOOPS, and when it isn't for all neighbours of
 * its maker: AUDIO_SOURCE_NOT_PASSED_ON. Throws MESH_* and AUDIO_* errors.
 */
export async function openPeer(
  components: PeerComponents,
  request: SourceRequest,
  reference: string,
  signal: AbortSignal,
): Promise<Opening> {
  const { communities, ownPeerId, remote } = components;
  const { broadcastId, community } = resolveReference(communities, reference);
  if (!community) throw loops(request.name, 'it is one of our own');
  const { peerId, name } = community;
  const look = async () => {
    const found = (await remote.list(peerId, signal)).find(({ id }) => id === broadcastId);
    if (!found) throw audioErrors.AUDIO_UNKNOWN_BROADCAST({ broadcast: `${broadcastId}@${name}` });
    if (request.onlyHere) return { info: found, origin: found.origin };
    if (!mayBePassedOn(found)) throw audioErrors.AUDIO_SOURCE_NOT_PASSED_ON({ source: shown(request.name) });
    return { info: found, origin: originOf(request.name, ownPeerId(), { peerId, name }, found) };
  };
  const { info, origin } = await look();
  const queue = new PacketQueue<SourceFrame>(framesWaitingMax);
  const subscription = await remote.subscribe(peerId, broadcastId, sinkOf(queue), signal);
  const watch = new AbortController();
  void watchInfo(components, request, look, info.title, AbortSignal.any([signal, watch.signal])).catch(
    (error: unknown) => queue.fail(error),
  );
  const close = () => {
    if (watch.signal.aborted) return;
    signal.removeEventListener('abort', close);
    watch.abort();
    subscription.cancel();
    queue.end();
  };
  signal.addEventListener('abort', close, { once: true });
  const facts = { title: info.title, pace: 'radio', passedThrough: true } as const;
  return { facts: origin ? { ...facts, origin } : facts, frames: packetsOf(queue, signal), close };
}

/** Every hub in the path had it before us. The community's statement is trusted because we trust the community. */
export function originOf(
  source: string,
  ownPeerId: string | undefined,
  from: { peerId: string; name: string },
  { id, origin }: BroadcastInfo,
): BroadcastOrigin {
  const path = [...(origin?.path ?? []), from.peerId];
  if (ownPeerId !== undefined && path.includes(ownPeerId)) throw loops(source, 'it comes from here');
  if (path.length >= broadcastHopsMax)
    throw loops(source, `it came through ${path.length} communities already`);
  return origin ? { ...origin, path } : { peerId: from.peerId, community: from.name, broadcastId: id, path };
}

function sinkOf(queue: PacketQueue<SourceFrame>): FrameSink {
  let last: FramePosition | undefined;
  return {
    frame: ({ captureTimeMs, payload, playing, streamId, sequence }: Frame) => {
      if (!isTwentyMsPacket(payload)) return;
      // Within one start only: nobody counts what lies between two starts. A sequence that goes back misses nothing.
      const step = last?.streamId === streamId ? (sequence - last.sequence) | 0 : 1;
      last = { streamId, sequence };
      queue.giveNow({
        payload,
        captureTimeMs,
        ...(step > 1 && { missedCount: step - 1 }),
        ...(playing && { playing }),
      });
    },
    end: (reason) =>
      reason === 'lost' ? queue.fail(new Error('the stream of the community was lost')) : queue.end(),
  };
}

/** Reports changes of the title; throws when the broadcast now leads back to us, or may no longer be passed on. */
async function watchInfo(
  { clock, logger }: PeerComponents,
  request: SourceRequest,
  look: () => Promise<{ info: BroadcastInfo }>,
  firstTitle: string,
  signal: AbortSignal,
): Promise<void> {
  let told = firstTitle;
  while (!signal.aborted) {
    await clock.sleep(lookIntervalMs, signal).catch(() => {});
    if (signal.aborted) return;
    const found = await look().catch((err: unknown) => {
      if (isForbidden(err)) throw err;
      logger.debug({ err, source: shown(request.name) }, 'a community’s broadcast was not described');
      return undefined;
    });
    if (!found || found.info.title === told) continue;
    told = found.info.title;
    request.onEvent({ kind: 'name', title: told });
  }
}

function isForbidden(error: unknown): boolean {
  return (
    isGuildmeshError(error, 'AUDIO_SOURCE_LOOPS') || isGuildmeshError(error, 'AUDIO_SOURCE_NOT_PASSED_ON')
  );
}

function loops(source: string, reason: string) {
  return audioErrors.AUDIO_SOURCE_LOOPS({ source: shown(source), reason });
}
