import type { Stream } from '@libp2p/interface';
import type { Clock } from '#core/clock.ts';
import { meshLimits } from '../../limits.ts';
import type { RecordCodec, RecordDecoder } from './record-codec.ts';
import type { TypedRecord } from './record-kind.ts';
import { WireViolation } from './violation.ts';

export interface RecordListener<R extends TypedRecord> {
  record(record: R): void;
  violation(violation: string): void;
  /** The stream accepts more again. */
  drained(): void;
  /** Called once, as the last call. `reset`: the other side cut this stream. */
  closed(cause: { reset: boolean }): void;
}

/** Records over one libp2p stream. */
export class RecordStream<R extends TypedRecord> {
  readonly #stream: Stream;
  readonly #clock: Clock;
  readonly #codec: RecordCodec<R>;
  readonly #listener: RecordListener<R>;
  readonly #decoder: RecordDecoder<R>;
  #reading = true;
  #over = false;

  constructor(stream: Stream, clock: Clock, codec: RecordCodec<R>, listener: RecordListener<R>) {
    this.#stream = stream;
    this.#clock = clock;
    this.#codec = codec;
    this.#decoder = codec.decoder();
    this.#listener = listener;
    stream.addEventListener('close', (event) => this.#closed(event.error?.name === 'StreamResetError'));
    // A half-closed stream sends nothing more, so a protocol of records is over.
    stream.addEventListener('remoteCloseWrite', () => void this.close());
    stream.addEventListener('drain', () => listener.drained());
    stream.addEventListener('message', (event) => this.#read(event.data));
    queueMicrotask(() => this.#catchUp());
  }

  /** False when nothing more should be sent for now; data that is sent nevertheless is buffered without limit. */
  get writable(): boolean {
    return this.#stream.writeStatus === 'writable' && !this.#stream.writableNeedsDrain;
  }

  send(record: R): void {
    this.sendBytes(this.#codec.encode(record));
  }

  /** Whole records as bytes, one or several; they must not change afterwards. */
  sendBytes(bytes: Uint8Array): void {
    if (this.#stream.writeStatus !== 'writable') return;
    try {
      this.#stream.send(bytes);
    } catch (error) {
      this.abort(error instanceof Error ? error.message : 'send failed');
    }
  }

  /** Lets sent data leave, then ends the stream; cuts it when the other side doesn't read in time. */
  async close(): Promise<void> {
    this.#reading = false;
    const timer = this.#clock.after(meshLimits.closeGraceMs, () => this.abort('not closed in time'));
    this.#stream.addEventListener('close', () => timer.cancel(), { once: true });
    try {
      await this.#stream.close();
    } catch {
      this.abort('could not be closed');
    }
    if (this.#stream.status !== 'open') timer.cancel();
  }

  abort(reason: string): void {
    this.#reading = false;
    this.#stream.abort(new Error(reason));
  }

  /** Handles what happened before anybody listened; buffered bytes were delivered in an earlier microtask. */
  #catchUp(): void {
    const { status, remoteWriteStatus } = this.#stream;
    if (status === 'reset' || status === 'aborted' || status === 'closed') this.#closed(status === 'reset');
    else if (remoteWriteStatus === 'closed') void this.close();
  }

  #closed(reset: boolean): void {
    if (this.#over) return;
    this.#over = true;
    this.#reading = false;
    this.#listener.closed({ reset });
  }

  #read(data: { subarray(): Uint8Array } | Uint8Array): void {
    if (!this.#reading) return;
    try {
      for (const record of this.#decoder.read(data.subarray())) {
        this.#listener.record(record);
        if (!this.#reading) return;
      }
    } catch (error) {
      if (!(error instanceof WireViolation)) throw error;
      this.#listener.violation(error.violation);
    }
  }
}
