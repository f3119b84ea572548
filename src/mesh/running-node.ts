import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Connection, Libp2p } from '@libp2p/interface';
import type { Community } from '#contracts/communities.ts';
import type { Timer } from '#core/clock.ts';
import { publicLookup } from '#core/public-address.ts';
import { perSecond, RateLimiter } from '#core/rate-limiter.ts';
import { closeOrCut } from './close-or-cut.ts';
import { userAgentOf } from './community-name.ts';
import { DialRules } from './dial-rules.ts';
import { Discovery } from './discovery.ts';
import { createGater } from './gater.ts';
import { listensPrivately } from './lan.ts';
import { meshLimits } from './limits.ts';
import type { MeshInit } from './mesh-init.ts';
import type { MeshParts } from './mesh-parts.ts';
import { Outbound, type OutboundComponents } from './outbound.ts';
import { PendingPlaces } from './pending-places.ts';
import { ServedProtocols } from './protocols/served-protocols.ts';
import { TrustedHosts } from './trusted-hosts.ts';

export class RunningNode {
  readonly peerId: string;
  readonly startedAtMs: number;
  readonly protocols: ServedProtocols;
  readonly #parts: MeshParts;
  readonly #outbound: Outbound;
  readonly #libp2p: Libp2p;
  readonly #discovery: Discovery;
  readonly #bootstrap: readonly string[];
  #pruneTimer: Timer | undefined;

  /** Throws MESH_PORT_TAKEN, MESH_LISTEN_FAILED, MESH_KEY_*. Leaves nothing behind when it fails or is aborted. */
  static async open(parts: MeshParts, init: MeshInit, signal: AbortSignal): Promise<RunningNode> {
    const library = await loadLibrary();
    const protocols = await ServedProtocols.begin(parts.protocols(), parts.clock);
    try {
      signal.throwIfAborted();
      return await RunningNode.#openServing(parts, init, { library, protocols }, signal);
    } catch (error) {
      protocols.endAll('node-stopped');
      parts.connections.clear();
      throw error;
    }
  }

  static async #openServing(
    parts: MeshParts,
    init: MeshInit,
    { library, protocols }: { library: Library; protocols: ServedProtocols },
    signal: AbortSignal,
  ): Promise<RunningNode> {
    const { connections, trust } = parts;
    const discovery = new Discovery(parts, init);
    const trustedHosts = new TrustedHosts(parts);
    const guard = {
      trusted: (peerId: string) => trust.has(peerId),
      refused: () => parts.counters.streamRefused(),
    };
    const comers = new RateLimiter(parts, perSecond(init.inboundConnectionsPerSecondMax));
    const rules = new DialRules({
      lan: init.lan ?? listensPrivately(init.listen, networkInterfaces()),
      trusted: guard.trusted,
    });
    const privateKey = await library.loadOrCreateKey(init.keyPath, parts.chance);
    const libp2p = await library.openNode(
      {
        ...init,
        privateKey,
        userAgent: userAgentOf(init.communityName, init.version),
        gater: createGater({
          trusted: guard.trusted,
          connectionCount: (peerId) => connections.of(peerId).length,
          roomForUntrusted: (host) => discovery.roomForUntrusted(host),
          pending: new PendingPlaces({ trustedHost: (host) => trustedHosts.has(host) }),
          mayCome: (host) => comers.take(host) === 0,
          mayDial: (address) => rules.mayDial(address),
          mayDialPeer: (peerId) => rules.mayDialPeer(peerId),
        }),
        lookup: meantLookup(rules),
        prepare: async (node) => {
          discovery.watch(node);
          rules.watch(node);
          await protocols.handle(node, guard);
        },
      },
      signal,
    );
    return new RunningNode(parts, init, { library, libp2p, protocols, discovery, rules });
  }

  private constructor(
    parts: MeshParts,
    init: MeshInit,
    made: Pick<OutboundComponents, 'library' | 'libp2p' | 'rules'> & {
      protocols: ServedProtocols;
      discovery: Discovery;
    },
  ) {
    this.#parts = parts;
    this.#libp2p = made.libp2p;
    this.#discovery = made.discovery;
    this.#outbound = new Outbound({ ...made, parts });
    this.protocols = made.protocols;
    this.peerId = made.libp2p.peerId.toString();
    this.startedAtMs = parts.clock.nowMs();
    this.#bootstrap = init.bootstrap;
  }

  /** Starts to connect to others. Separate from `open`, so that listeners of a connection can use the node already. */
  begin(): void {
    this.#discovery.begin({
      dialPeer: (peerId, signal) => this.connect(peerId, signal),
      dialAddress: (address, signal) => this.#outbound.dial(address, signal),
      bootstrap: this.#bootstrap,
    });
    this.#schedulePrune();
  }

  addresses(): string[] {
    return this.#libp2p.getMultiaddrs().map(String);
  }

  /** An open connection to a known peer, dialled if there is none. Throws MESH_UNREACHABLE, MESH_ADDRESS_PRIVATE. */
  connect(peerId: string, signal: AbortSignal): Promise<Connection> {
    return this.#outbound.connect(peerId, signal);
  }

  /** For a person: dials, makes room if needed, and waits a moment for the peer's name. */
  async meet(target: { address: string } | { peerId: string }, signal: AbortSignal): Promise<Community> {
    this.#discovery.makeRoom();
    const connection =
      'address' in target
        ? await this.#outbound.dial(target.address, signal)
        : await this.connect(target.peerId, signal);
    const peerId = connection.remotePeer.toString();
    await this.#discovery.identified(connection, signal);
    return this.#parts.communities.view(peerId);
  }

  /** Trust was given: keeps the community connected from now on. */
  trusted(peerId: string): void {
    this.#discovery.keepConnected(peerId);
  }

  /** Trust was withdrawn: streams end at once, connections are cut. */
  async cut(peerId: string): Promise<void> {
    this.#discovery.letGo(peerId);
    this.protocols.endPeer(peerId, 'revoked');
    await this.protocols.flushed(peerId);
    const { connections, clock } = this.#parts;
    await Promise.all(connections.of(peerId).map((connection) => closeOrCut(connection, clock)));
  }

  /** Sends subscribers an end record, and gives it time to leave. */
  async drain(signal?: AbortSignal): Promise<void> {
    this.#discovery.stop();
    this.protocols.endAll('node-stopped');
    await this.protocols.flushed(undefined, signal);
  }

  async close(): Promise<void> {
    const { clock, connections } = this.#parts;
    this.#pruneTimer?.cancel();
    await this.drain();
    await Promise.all(connections.all().map(({ connection }) => closeOrCut(connection, clock)));
    await this.#libp2p.stop();
    connections.clear();
  }

  #schedulePrune(): void {
    this.#pruneTimer = this.#parts.clock.after(
      meshLimits.pruneIntervalMs,
      () => {
        this.#discovery.pruneIdle();
        this.#schedulePrune();
      },
      { background: true },
    );
  }
}

/** Names that nobody here asked for lead to public addresses only, just as addresses do. */
function meantLookup(rules: DialRules): LookupFunction {
  const open = systemLookup as LookupFunction;
  const refusing = publicLookup(open, (name) => new Error(`${name} leads to a private address`));
  return (name, options, callback) =>
    (rules.mayResolvePrivately(name) ? open : refusing)(name, options, callback);
}

type Library = Awaited<ReturnType<typeof loadLibrary>>;

/** libp2p is loaded when a node is opened and not earlier: it costs tens of MiB. */
async function loadLibrary() {
  const [{ openNode }, { loadOrCreateKey }, addresses] = await Promise.all([
    import('./libp2p/open-node.ts'),
    import('./libp2p/identity.ts'),
    import('./libp2p/addresses.ts'),
  ]);
  return { openNode, loadOrCreateKey, ...addresses };
}
