import type { Stream } from '@libp2p/interface';
import type { FrameSink } from '#contracts/audio.ts';
import type { Clock, Timer } from '#core/clock.ts';
import { NoAnswer } from '../wire/no-answer.ts';
import { RecordStream } from '../wire/record-stream.ts';
import { type ClientAnswer, type ClientEffect, ClientMachine, type ClientRequest } from './client-machine.ts';
import { audioCodec } from './codec.ts';
import { audioLimits } from './limits.ts';
import type { WireRecord } from './records.ts';

export interface AudioCallInit {
  request: ClientRequest;
  /** Receives the frames of a subscription, and its end, once it was accepted. */
  sink: FrameSink | undefined;
  /** The stream is gone. */
  over: (violation: string | undefined) => void;
}

/** One request on one stream to another community: the catalogue, or a subscription that goes on afterwards. */
export class AudioCall {
  readonly answered: Promise<ClientAnswer>;
  readonly #clock: Clock;
  readonly #init: AudioCallInit;
  readonly #machine: ClientMachine;
  readonly #records: RecordStream<WireRecord>;
  readonly #answer = Promise.withResolvers<ClientAnswer>();
  #violation: string | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, stream: Stream, init: AudioCallInit) {
    this.#clock = clock;
    this.#init = init;
    this.#machine = new ClientMachine(init.request.type, clock.monotonicMs());
    this.answered = this.#answer.promise;
    // Callers learn of a failure by awaiting it; a failure without a caller is expected.
    this.answered.catch(() => {});
    this.#records = new RecordStream(stream, clock, audioCodec, {
      record: (record) => this.#perform(this.#machine.received(record, clock.monotonicMs())),
      violation: (violation) => this.#perform(this.#machine.violated(violation)),
      drained: () => {},
      closed: ({ reset }) => this.#closed(reset),
    });
    this.#records.send(init.request);
  }

  cancel(): void {
    this.#perform(this.#machine.cancelled('unsubscribed'));
  }

  /** Called when our node stops. */
  leave(): void {
    this.#perform(this.#machine.cancelled('lost'));
  }

  revoke(): void {
    this.#perform(this.#machine.revoked());
  }

  /** Gives up waiting for the answer. */
  abandon(reason: string): void {
    this.#records.abort(reason);
  }

  #perform(effects: ClientEffect[]): void {
    for (const effect of effects) this.#performOne(effect);
  }

  #performOne(effect: ClientEffect): void {
    switch (effect.do) {
      case 'send':
        this.#records.send(effect.record);
        break;
      case 'answer':
        if (effect.answer.is === 'accepted') this.#scheduleTick();
        this.#answer.resolve(effect.answer);
        break;
      case 'deliver':
        this.#init.sink?.frame(effect.frame);
        break;
      case 'end':
        this.#init.sink?.end(effect.reason);
        break;
      case 'close':
        void this.#records.close();
        break;
      case 'abort':
        this.#violation = effect.violation;
        this.#answer.reject(new NoAnswer('violation', effect.violation));
        this.#records.abort(effect.violation);
    }
  }

  #scheduleTick(): void {
    this.#timer = this.#clock.after(
      audioLimits.tickMs,
      () => {
        this.#perform(this.#machine.tick(this.#clock.monotonicMs()));
        if (this.#machine.state === 'live') this.#scheduleTick();
      },
      { background: true },
    );
  }

  #closed(reset: boolean): void {
    this.#timer?.cancel();
    this.#answer.reject(new NoAnswer(reset ? 'reset' : 'closed'));
    this.#perform(this.#machine.closed());
    this.#init.over(this.#violation);
  }
}
