import type { FramePosition, Playing } from '#contracts/audio.ts';
import type { Broadcast } from '../broadcast/broadcast.ts';
import type { Programmes } from '../broadcast/programmes.ts';
import type { SourceSwitch } from '../source/contract.ts';
import type { VoiceEngine, VoiceStream } from '../voice-contract.ts';
import { PlayingLine } from './playing-line.ts';
import type { PooledStream, StreamOver } from './shared-stream.ts';

export interface ProgrammeStreamInit {
  key: string;
  /** In order of preference. */
  sources: readonly string[];
  title: string;
  /** The guild that asked first. */
  owner: string;
  onOver: (reason: StreamOver) => void;
  onSwitch: (event: SourceSwitch) => void;
}

/** One programme and one jitter buffer for all channels that relay the same list of sources. */
export class ProgrammeStream implements PooledStream {
  readonly key: string;
  /** It outlives any community that it gets sound from. */
  readonly peerId = undefined;
  readonly #programmes: Programmes;
  readonly #init: ProgrammeStreamInit;
  readonly #voice: VoiceStream;
  readonly #playing = new PlayingLine();
  readonly #closing = new AbortController();
  #programme: Broadcast | undefined;
  #opening: Promise<void> | undefined;
  #over: StreamOver | undefined;

  constructor(components: { programmes: Programmes; voice: VoiceEngine }, init: ProgrammeStreamInit) {
    this.key = init.key;
    this.#programmes = components.programmes;
    this.#init = init;
    this.#voice = components.voice.openStream(init.key);
  }

  get connected(): boolean {
    return this.#programme?.view().state === 'live';
  }

  get over(): StreamOver | undefined {
    return this.#over;
  }

  get sources() {
    return this.#programme?.view().sources;
  }

  playingAt(heard: FramePosition | undefined): Playing | undefined {
    return this.#playing.at(heard);
  }

  /** Resolves with the first sound of any source. Throws AUDIO_TOO_MANY_LISTS, and why none gives any. */
  open(): Promise<void> {
    this.#opening ??= this.#start().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  /** Each source has pauses of its own. */
  retryNow(): void {}

  async next(signal: AbortSignal): Promise<void> {
    await this.#programme?.next(signal);
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new Error('no channel relays this list any more'));
    if (this.#programme) this.#programmes.close(this.#programme);
    this.#voice.close();
  }

  async #start(): Promise<void> {
    const { signal } = this.#closing;
    const programme = this.#programmes.open(this.#init);
    this.#programme = programme;
    let started = false;
    programme.subscribe(
      {
        frame: (frame) => {
          this.#playing.frame(frame);
          this.#voice.frame(frame);
        },
        flush: () => this.#voice.flush(),
        end: () => {
          if (signal.aborted) return;
          this.#voice.interrupted();
          if (started) this.#finish('broadcast-ended');
        },
      },
      () => true,
    );
    try {
      await programme.start(signal);
      started = true;
      this.#over = undefined;
    } catch (error) {
      this.#programme = undefined;
      this.#programmes.close(programme);
      throw error;
    }
  }

  #finish(reason: StreamOver): void {
    this.#over = reason;
    this.#opening = undefined;
    this.#init.onOver(reason);
  }
}
