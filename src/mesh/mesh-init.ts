import type { OfferedTo } from '#contracts/audio.ts';
import type { AuditTrail } from '#contracts/audit.ts';
import type { IntentStore } from '#contracts/intents.ts';
import type { OfferedProtocol } from '#contracts/protocol.ts';
import type { TrustStore } from '#contracts/trust-store.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';

export interface MeshComponents {
  /** Our broadcasts, served to the communities we trust: to each those that it may hear. */
  offeredTo: OfferedTo;
  trust: TrustStore;
  intents: IntentStore;
  audit: AuditTrail;
  /** What all services bring, once they are created; absent: the mesh's own. */
  protocols?: () => readonly OfferedProtocol[];
  /** Notifies the managers of the guilds that this hub serves. */
  tellManagers: (text: string) => Promise<void>;
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

export interface MeshInit {
  /** Our name towards others. */
  communityName: string;
  /** Version of this program, visible to others: "0.1.0". */
  version: string;
  /** File of the identity; made on the first start of the node. */
  keyPath: string;
  /** The node starts with the hub; absent: only where people started it. */
  autostart?: boolean;
  /** Multiaddrs to listen on: `/ip4/0.0.0.0/tcp/4001`. */
  listen: string[];
  /** Multiaddrs told to others in addition to those listened on. */
  announce: string[];
  /** Multiaddrs of nodes to stay connected to. */
  bootstrap: string[];
  mdns: boolean;
  /** Only hubs of the same group find each other by multicast DNS. */
  mdnsGroup?: string | undefined;
  /** Dial private addresses that strangers named; absent: if a listening address is private. */
  lan?: boolean | undefined;
  /** Answer DHT queries of others: for nodes that can be reached from everywhere. */
  dhtServer: boolean;
  connectionsMax: number;
  untrustedConnectionsMax: number;
  inboundConnectionsPerSecondMax: number;
  /** Longest pause between two attempts to reach a community that should be connected. */
  redialMs: number;
  /** Subscribers that this hub feeds with broadcasts of others; 0: none. */
  rebroadcastMax: number;
  /**
   * Subscribers above which newcomers are redirected to hubs that pass a broadcast on; by default the protocol's
   * number.
   */
  directSubscriptionsMax?: number;
}
