import type { RemoteBroadcasts } from '#contracts/audio.ts';
import type { MeshProtocol, ProtocolHost } from '../contract.ts';
import { audioLimits } from './limits.ts';
import { Rebroadcasts } from './rebroadcasts.ts';
import { audioProtocol } from './records.ts';
import { RemoteAudio } from './remote-audio.ts';

export interface AudioProtocol extends MeshProtocol {
  /**
   * Broadcasts of other communities; can be called at any time, and throws MESH_NODE_STOPPED while the node doesn't
   * run.
   */
  readonly remote: RemoteBroadcasts;
}

/** Live audio between communities. What is heard of others, and may be passed on, outlives runs of the node. */
export function createAudioProtocol(host: ProtocolHost): AudioProtocol {
  const { rebroadcastMax, directSubscriptionsMax } = host.init;
  const rebroadcasts = new Rebroadcasts(host);
  const remote = new RemoteAudio({ ...host, rebroadcasts, rebroadcastMax });
  return {
    id: audioProtocol,
    grant: 'trusted',
    limits: {
      inboundStreamsMax: audioLimits.streamsPerConnectionMax,
      outboundStreamsMax: audioLimits.streamsPerConnectionMax,
    },
    remote,
    async serve() {
      const { serveAudio } = await import('./serve.ts');
      return serveAudio({ ...host, rebroadcasts, remote }, { rebroadcastMax, directSubscriptionsMax });
    },
  };
}
