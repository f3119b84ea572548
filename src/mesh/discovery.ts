import type { Connection, Libp2p, PeerId } from '@libp2p/interface';
import { inBackground } from '#core/background.ts';
import { hostOf, peerIn, withoutPeerId } from './addresses.ts';
import { closeOrCut } from './close-or-cut.ts';
import { claimedNameIn } from './community-name.ts';
import { meshLimits } from './limits.ts';
import type { MeshInit } from './mesh-init.ts';
import type { MeshParts } from './mesh-parts.ts';
import { Redialer } from './redialer.ts';

const trustedTag = 'guildmesh-trusted';

export interface Dialler {
  dialPeer: (peerId: string, signal: AbortSignal) => Promise<Connection>;
  dialAddress: (address: string, signal: AbortSignal) => Promise<Connection>;
  bootstrap: readonly string[];
}

interface OpenConnection {
  connection: Connection;
  openedAtMs: number;
}

/** Watches peers come and go, learns their names and addresses, and keeps the wanted ones connected. */
export class Discovery {
  readonly #parts: MeshParts;
  readonly #init: MeshInit;
  readonly #redialer: Redialer;
  readonly #bootstrapPeers = new Set<string>();
  readonly #stopped = new AbortController();
  readonly #identified = new Set<string>();
  #libp2p: Libp2p | undefined;
  #dialler: Dialler | undefined;
  #dialingCount = 0;

  constructor(parts: MeshParts, init: MeshInit) {
    this.#parts = parts;
    this.#init = init;
    this.#redialer = new Redialer(parts, {
      redialFirstMs: meshLimits.redialFirstMs,
      redialMaxMs: init.redialMs,
      hurryMs: meshLimits.redialHurryMs,
    });
  }

  /** Attaches to a node that hasn't started yet. */
  watch(node: Libp2p): void {
    this.#libp2p = node;
    node.addEventListener('connection:open', ({ detail }) => this.#opened(detail));
    node.addEventListener('connection:close', ({ detail }) => this.#closed(detail));
    node.addEventListener('peer:discovery', ({ detail }) =>
      this.#found(detail.id, detail.multiaddrs.map(String)),
    );
    node.addEventListener('peer:identify', ({ detail }) => {
      const peerId = detail.peerId.toString();
      this.#identified.add(peerId);
      this.#learn(peerId, detail.agentVersion, detail.listenAddrs.map(String), detail.connection);
    });
  }

  begin(dialler: Dialler): void {
    this.#dialler = dialler;
    // Peers that came or were found while the node started.
    for (const { peerId } of this.#parts.contacts.all()) this.#pursue(peerId);
    for (const address of dialler.bootstrap) this.#keepBootstrap(address);
    for (const { peerId } of this.#parts.trust.all()) this.keepConnected(peerId);
  }

  stop(): void {
    this.#redialer.stop();
    this.#stopped.abort(new Error('the node stops'));
  }

  keepConnected(peerId: string): void {
    for (const connection of this.#parts.connections.of(peerId)) this.#prefer(connection.remotePeer);
    this.#redialer.keep({
      key: peerId,
      connected: () => this.#parts.connections.connected(peerId),
      dial: async (signal) => void (await this.#dialler?.dialPeer(peerId, signal)),
    });
  }

  letGo(peerId: string): void {
    this.#redialer.drop(peerId);
  }

  /** Whether one more untrusted connection to that host may be open. */
  roomForUntrusted(host: string): boolean {
    const open = this.#untrusted();
    if (open.length < this.#init.untrustedConnectionsMax) return true;
    const crowd = crowdOf(open);
    // Keeps one host from holding all places: the host with the most gives one to a host with fewer.
    const own = open.filter(({ connection }) => remoteHost(connection) === host).length;
    if (!crowd[0] || crowd.length <= own + 1) return false;
    this.#drop(crowd[0].connection);
    return true;
  }

  /** Closes the oldest untrusted connection when there is no room for another. */
  makeRoom(): void {
    const open = this.#untrusted();
    if (open[0] && open.length >= this.#init.untrustedConnectionsMax) this.#drop(open[0].connection);
  }

  pruneIdle(): void {
    const nowMs = this.#parts.clock.monotonicMs();
    for (const { connection, openedAtMs } of this.#untrusted()) {
      if (nowMs - openedAtMs >= meshLimits.untrustedIdleMs) void closeOrCut(connection, this.#parts.clock);
    }
  }

  /** Waits briefly until the peer has identified itself. */
  async identified(connection: Connection, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    const peerId = connection.remotePeer.toString();
    const untilMs = clock.monotonicMs() + meshLimits.identifyWaitMs;
    while (!this.#identified.has(peerId) && clock.monotonicMs() < untilMs) await clock.sleep(10, signal);
  }

  #drop(connection: Connection): void {
    this.#parts.connections.remove(connection);
    void closeOrCut(connection, this.#parts.clock);
  }

  #untrusted(): OpenConnection[] {
    const { connections, trust } = this.#parts;
    return connections.all().filter(({ connection }) => {
      const peerId = connection.remotePeer.toString();
      return !trust.has(peerId) && !this.#bootstrapPeers.has(peerId);
    });
  }

  #opened(connection: Connection): void {
    const { connections, trust, contacts, communities, clock } = this.#parts;
    const peerId = connection.remotePeer.toString();
    const first = connections.add(connection, clock.monotonicMs());
    const addresses = connection.direction === 'outbound' ? [connection.remoteAddr.toString()] : [];
    contacts.see(peerId, { addresses, remote: connection.remoteAddr.toString() });
    if (!trust.has(peerId)) return;
    this.#prefer(connection.remotePeer);
    if (first && this.#dialler) communities.announceConnected(peerId);
  }

  #closed(connection: Connection): void {
    const last = this.#parts.connections.remove(connection);
    if (last) this.#identified.delete(connection.remotePeer.toString());
    if (last) this.#redialer.connectionLost();
  }

  #found(id: PeerId, addresses: string[]): void {
    const peerId = id.toString();
    this.#parts.contacts.see(peerId, { rumours: addresses });
    if (this.#dialler && !this.#parts.connections.connected(peerId)) this.#pursue(peerId);
  }

  #pursue(peerId: string): void {
    const { contacts, trust, connections, communities } = this.#parts;
    if (trust.has(peerId)) {
      if (connections.connected(peerId)) communities.announceConnected(peerId);
      else this.#redialer.hurry(peerId);
    } else if (!connections.connected(peerId) && contacts.get(peerId)?.claimedName === undefined) {
      // A stranger is dialled once, to learn its name.
      void this.#dialStranger(peerId);
    }
  }

  async #dialStranger(peerId: string): Promise<void> {
    const slots = this.#init.untrustedConnectionsMax - this.#untrusted().length;
    const full = this.#dialingCount >= Math.min(meshLimits.discoveryDialsMax, slots);
    if (!this.#dialler || full || this.#stopped.signal.aborted) return;
    this.#dialingCount += 1;
    try {
      await this.#dialler.dialPeer(peerId, this.#stopped.signal);
    } catch (error) {
      this.#parts.logger.debug({ err: error, peerId }, 'a hub that was found could not be reached');
    } finally {
      this.#dialingCount -= 1;
    }
  }

  #learn(peerId: string, agent: string | undefined, listening: string[], connection: Connection): void {
    const { changedKeys, contacts, trust, logger } = this.#parts;
    const reached = connection.direction === 'outbound' ? [connection.remoteAddr.toString()] : [];
    const addresses = [...reached, ...listening];
    const claimedName = claimedNameIn(agent);
    const contact = contacts.see(peerId, { claimedName, addresses });
    if (claimedName) changedKeys.claimed(peerId, claimedName);
    const stored = trust.putAddresses(peerId, contact.addresses);
    const complaint = 'addresses of a trusted community could not be stored';
    void inBackground(logger, 'warn', stored, complaint, { peerId });
  }

  #keepBootstrap(address: string): void {
    let peerId = peerIn(address);
    if (peerId) this.#bootstrapPeers.add(peerId);
    this.#redialer.keep({
      key: withoutPeerId(address),
      connected: () => peerId !== undefined && this.#parts.connections.connected(peerId),
      dial: async (signal) => {
        const connection = await this.#dialler?.dialAddress(address, signal);
        if (!connection) return;
        peerId = connection.remotePeer.toString();
        this.#bootstrapPeers.add(peerId);
      },
    });
  }

  /** libp2p closes connections of the least value first. */
  #prefer(peerId: PeerId): void {
    const tags = { [trustedTag]: { value: 100 } };
    void this.#libp2p?.peerStore.merge(peerId, { tags }).catch((error: unknown) => {
      this.#parts.logger.debug({ err: error }, 'a trusted community could not be tagged');
    });
  }
}

/** Connections of the host that has the most, oldest first. */
function crowdOf(open: readonly OpenConnection[]): OpenConnection[] {
  const byHost = Map.groupBy(open, ({ connection }) => remoteHost(connection));
  return [...byHost.values()].reduce((most, own) => (own.length > most.length ? own : most), []);
}

function remoteHost({ remoteAddr }: Connection): string {
  return hostOf(remoteAddr.toString()) ?? '';
}
