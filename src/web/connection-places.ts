import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '#core/network-of.ts';
import type { TrustedProxies } from './trusted-proxies.ts';

export const connectionsMax = 512;
/**
 * Connections of one address that have sent no complete request head: new ones, and ones kept for a next request.
 * Requests whose head came are few, too: their number is limited by address or by token.
 */
export const waitingPerAddressMax = 32;

interface Asker {
  open: Set<Socket>;
  /** Oldest first. */
  waiting: Set<Socket>;
}

interface Place {
  asker: Asker;
  isProxy: boolean;
  /** Requests that came and are not answered yet. */
  answeringCount: number;
}

/**
 * Shares the connections of the HTTP door, so that no client blocks it by sending nothing. A trusted proxy speaks for
 * many, and only the total limits it.
 */
export class ConnectionPlaces {
  readonly #proxies: TrustedProxies;
  readonly #askers = new Map<string, Asker>();
  readonly #places = new Map<Socket, Place>();

  constructor(proxies: TrustedProxies) {
    this.#proxies = proxies;
  }

  watch(server: Server): void {
    server.on('connection', (socket) => this.#came(socket));
    server.prependListener('request', ({ socket }, response) => {
      this.#asked(socket);
      response.once('close', () => this.#answered(socket));
    });
  }

  #came(socket: Socket): void {
    const { remoteAddress = '' } = socket;
    const key = networkOf(remoteAddress);
    const asker = this.#askers.get(key) ?? { open: new Set(), waiting: new Set() };
    const isProxy = this.#proxies.has(remoteAddress);
    const isFull = asker.waiting.size >= waitingPerAddressMax;
    if ((isFull && !isProxy) || !this.#makeRoomFor(asker)) return void socket.destroy();
    this.#askers.set(key, asker);
    asker.open.add(socket);
    asker.waiting.add(socket);
    this.#places.set(socket, { asker, isProxy, answeringCount: 0 });
    socket.once('close', () => {
      this.#leave(socket);
      if (asker.open.size === 0 && this.#askers.get(key) === asker) this.#askers.delete(key);
    });
  }

  #leave(socket: Socket): void {
    const place = this.#places.get(socket);
    this.#places.delete(socket);
    place?.asker.waiting.delete(socket);
    place?.asker.open.delete(socket);
  }

  #asked(socket: Socket): void {
    const place = this.#places.get(socket);
    if (!place) return;
    place.answeringCount += 1;
    place.asker.waiting.delete(socket);
  }

  #answered(socket: Socket): void {
    const place = this.#places.get(socket);
    if (!place) return;
    place.answeringCount -= 1;
    if (place.answeringCount > 0) return;
    const isFull = place.asker.waiting.size >= waitingPerAddressMax && !place.isProxy;
    if (isFull) socket.destroySoon();
    else place.asker.waiting.add(socket);
  }

  /**
   * When all places are taken, the client with the most waiting connections loses its oldest to a client with fewer in
   * total.
   */
  #makeRoomFor(newcomer: Asker): boolean {
    if (this.#places.size < connectionsMax) return true;
    const crowd = [...this.#askers.values()].reduce(
      (most, asker) => (asker.waiting.size > most.size ? asker.waiting : most),
      new Set<Socket>(),
    );
    const [oldest] = crowd;
    if (!oldest || crowd.size <= newcomer.open.size + 1) return false;
    this.#leave(oldest);
    oldest.destroy();
    return true;
  }
}
