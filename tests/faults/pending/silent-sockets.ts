import { connect, type Socket } from 'node:net';

/** Soon after one is closed, another takes its place: with 300 of them more than a thousand new ones a second. */
const refillMs = 200;
/** Open for longer means that it has a place, and waits neither for being accepted nor for being refused. */
const heldForMs = 2_000;

/** Sockets that connect and say nothing, kept at their number until they are closed. */
export class SilentSockets implements Disposable {
  readonly #port: number;
  readonly #open = new Set<Socket>();
  readonly #accepted = new Map<Socket, number>();
  #isOver = false;
  /** Refused or given up by the other side. */
  shedCount = 0;

  /** `addresses`: where they come from, in turn. */
  constructor(port: number, addresses: readonly string[], count: number) {
    this.#port = port;
    for (let index = 0; index < count; index++) this.#fill(addresses[index % addresses.length] ?? '');
  }

  /** How many have a place. */
  get holdingCount(): number {
    const sinceMs = performance.now() - heldForMs;
    return [...this.#accepted.values()].filter((atMs) => atMs < sinceMs).length;
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    for (const socket of this.#open) socket.destroy();
  }

  #fill(localAddress: string): void {
    if (this.#isOver) return;
    const socket = connect({ port: this.#port, host: '127.0.0.1', localAddress });
    this.#open.add(socket);
    socket.resume();
    socket.on('error', () => {});
    socket.on('connect', () => this.#accepted.set(socket, performance.now()));
    socket.on('close', () => {
      this.#open.delete(socket);
      this.#accepted.delete(socket);
      this.shedCount++;
      setTimeout(() => this.#fill(localAddress), refillMs).unref();
    });
  }
}
