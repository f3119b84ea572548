import type { ServedProtocol } from '../contract.ts';
import { FanOut, usualFanOut } from './fan-out.ts';
import { AudioHandler, type AudioHandlerComponents } from './handler.ts';
import type { RemoteAudio } from './remote-audio.ts';

export interface ServeAudioComponents extends AudioHandlerComponents {
  remote: RemoteAudio;
}

export interface ServeAudioInit {
  rebroadcastMax: number;
  /** By default the protocol's own number. */
  directSubscriptionsMax: number | undefined;
}

/** Both directions during one run of the node: our broadcasts for others end together with theirs for us. */
export function serveAudio(
  { remote, ...components }: ServeAudioComponents,
  { rebroadcastMax, directSubscriptionsMax: directMax = usualFanOut.directMax }: ServeAudioInit,
): ServedProtocol {
  const handler = new AudioHandler(components, new FanOut({ ...usualFanOut, rebroadcastMax, directMax }));
  return {
    accept: (stream, peerId) => handler.accept(stream, peerId),
    endPeer(peerId, reason) {
      remote.revoke(peerId);
      handler.endPeer(peerId, reason);
    },
    endAll(reason) {
      remote.leaveAll();
      handler.endAll(reason);
    },
    sessionCount: (peerId) => handler.sessionCount(peerId),
    stats: () => handler.stats(),
  };
}
