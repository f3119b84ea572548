import type { NodeStatus } from '#contracts/actions/node.ts';
import { errorText } from '#core/errors.ts';
import { meshErrors } from './errors.ts';
import type { MeshInit } from './mesh-init.ts';
import type { MeshParts } from './mesh-parts.ts';
import type { RunningNode } from './running-node.ts';

/** Starts and stops the node; requests run one after the other, for all callers. */
export class NodeLife {
  readonly #parts: MeshParts;
  readonly #init: MeshInit;
  #running: RunningNode | undefined;
  #starting: { done: Promise<void>; cancel: AbortController } | undefined;
  #stopping: Promise<void> | undefined;
  #lastFailure: string | undefined;

  constructor(parts: MeshParts, init: MeshInit) {
    this.#parts = parts;
    this.#init = init;
  }

  get state(): NodeStatus['state'] {
    if (this.#stopping) return 'stopping';
    if (this.#starting) return 'starting';
    return this.#running ? 'running' : 'stopped';
  }

  /** Why the last start failed, if it did. */
  get lastFailure(): string | undefined {
    return this.#lastFailure;
  }

  /** The node while it runs. */
  get node(): RunningNode | undefined {
    return this.#running;
  }

  /** Throws MESH_NODE_STOPPED. */
  require(): RunningNode {
    if (!this.#running) throw meshErrors.MESH_NODE_STOPPED();
    return this.#running;
  }

  /** Resolves when the node runs; a second start does nothing. An aborted start leaves nothing behind. */
  async start(signal: AbortSignal): Promise<void> {
    if (this.#running && !this.#stopping) return;
    this.#starting ??= this.#begin(signal);
    await this.#starting.done;
  }

  /** Streams end in order, then everything closes. Never rejects; cancels a start in progress. */
  async stop(): Promise<void> {
    if (this.#starting) {
      this.#starting.cancel.abort(meshErrors.MESH_NODE_STOPPED());
      await this.#starting.done.catch(() => {});
    }
    this.#stopping ??= this.#end();
    await this.#stopping;
  }

  #begin(signal: AbortSignal) {
    const cancel = new AbortController();
    const done = this.#open(AbortSignal.any([signal, cancel.signal])).finally(() => {
      this.#starting = undefined;
    });
    // The caller of `start` gets the failure by awaiting it.
    done.catch(() => {});
    return { done, cancel };
  }

  async #open(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#parts;
    const fromMs = clock.monotonicMs();
    try {
      await this.#stopping;
      // Loaded here and not earlier: a hub whose node doesn't run holds none of its code.
      const { RunningNode } = await import('./running-node.ts');
      signal.throwIfAborted();
      this.#running = await RunningNode.open(this.#parts, this.#init, signal);
      this.#lastFailure = undefined;
    } catch (error) {
      this.#lastFailure = errorText(error);
      throw error;
    }
    this.#running.begin();
    const tookMs = Math.round(clock.monotonicMs() - fromMs);
    logger.info(
      { peerId: this.#running.peerId, addresses: this.#running.addresses(), tookMs },
      'node started',
    );
  }

  async #end(): Promise<void> {
    const node = this.#running;
    try {
      await node?.close();
    } catch (error) {
      this.#parts.logger.error({ err: error }, 'node did not stop cleanly');
    } finally {
      this.#running = undefined;
      this.#stopping = undefined;
    }
    if (node) this.#parts.logger.info({ peerId: node.peerId }, 'node stopped');
  }
}
