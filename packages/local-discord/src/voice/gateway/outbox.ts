import type { VoiceOpcodes } from 'discord-api-types/voice/v8';
import { bufferedMessagesMax } from '../limits.ts';

const sequenceMax = 0xffff;

export interface NumberedMessage {
  sequence: number;
  data: string | Buffer;
}

/**
 * Numbers what goes to one client and keeps it until acknowledged, for a resume. JSON and binary messages share
 * the counter. It starts at 1, because clients take 0 for "no number".
 */
export class Outbox {
  #sequence = 0;
  #kept: NumberedMessage[] = [];
  /** The newest message that is no longer kept. */
  #droppedSequence = 0;

  json(op: VoiceOpcodes, d: unknown): NumberedMessage {
    const sequence = this.#next();
    return this.#keep({ sequence, data: JSON.stringify({ op, d, seq: sequence }) });
  }

  binary(op: VoiceOpcodes, payload: Uint8Array): NumberedMessage {
    const sequence = this.#next();
    const head = Buffer.allocUnsafe(3);
    head.writeUInt16BE(sequence, 0);
    head.writeUInt8(op, 2);
    return this.#keep({ sequence, data: Buffer.concat([head, payload]) });
  }

  acknowledge(sequence: number): void {
    const index = this.#kept.findIndex((message) => message.sequence === sequence);
    if (index !== -1) this.#drop(index + 1);
  }

  /** What came after `sequence` (-1: everything), or undefined when some of it is no longer kept. */
  after(sequence: number): NumberedMessage[] | undefined {
    if (Math.max(sequence, 0) === this.#droppedSequence) return [...this.#kept];
    const index = this.#kept.findIndex((message) => message.sequence === sequence);
    return index === -1 ? undefined : this.#kept.slice(index + 1);
  }

  #next(): number {
    this.#sequence = this.#sequence === sequenceMax ? 1 : this.#sequence + 1;
    return this.#sequence;
  }

  #keep(message: NumberedMessage): NumberedMessage {
    this.#kept.push(message);
    if (this.#kept.length > bufferedMessagesMax) this.#drop(1);
    return message;
  }

  #drop(count: number): void {
    const newest = this.#kept.splice(0, count).at(-1);
    if (newest !== undefined) this.#droppedSequence = newest.sequence;
  }
}
