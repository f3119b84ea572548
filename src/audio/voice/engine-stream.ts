import { burstKept, type Frame } from '#contracts/audio.ts';
import type { Clock } from '#core/clock.ts';
import { Recent } from '#core/recent.ts';
import type { VoiceStream } from '../voice-contract.ts';

export interface EngineStreamInit {
  key: string;
  /** How much of the newest audio a later worker begins with. */
  burstMs: number;
  toWorkers(frame: Frame): void;
  flushed(): void;
  interrupted(): void;
  close(): void;
}

/** The main thread's half of a stream. */
export class EngineStream implements VoiceStream {
  readonly key: string;
  readonly #init: EngineStreamInit;
  readonly #recent: Recent<Frame>;
  #closed = false;

  constructor(components: { clock: Clock }, init: EngineStreamInit) {
    this.key = init.key;
    this.#init = init;
    this.#recent = new Recent(components, burstKept);
  }

  frame(frame: Frame): void {
    if (this.#closed) return;
    this.#recent.add(frame);
    this.#init.toWorkers(frame);
  }

  /** What a newly launched worker begins with. */
  recent(): Frame[] {
    return this.#recent.last(this.#init.burstMs);
  }

  flush(): void {
    if (this.#closed) return;
    this.#recent.clear();
    this.#init.flushed();
  }

  interrupted(): void {
    this.#init.interrupted();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#init.close();
  }
}
