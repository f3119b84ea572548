import { GatewayOpcodes } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import type { BotRecord } from '../world/records.ts';

/** Events kept for a resume; a client that lags further must identify again. */
const replayEventsMax = 1_000;

/** One identified bot: outlives its socket, so that it can be resumed. */
export class Session {
  readonly id: string;
  readonly bot: BotRecord;
  readonly intents: number;
  readonly shard: readonly [id: number, count: number];
  socket: WebSocket | undefined;
  /** Ends the session when it was not resumed in time. */
  expiry: NodeJS.Timeout | undefined;
  /** Channels that were last sent to it while its bot couldn't view them. */
  readonly hiddenChannels = new Set<string>();
  #sequence = 0;
  #replay: { s: number; frame: string }[] = [];

  constructor(init: {
    id: string;
    bot: BotRecord;
    intents: number;
    shard: readonly [number, number];
    socket: WebSocket;
  }) {
    this.id = init.id;
    this.bot = init.bot;
    this.intents = init.intents;
    this.shard = init.shard;
    this.socket = init.socket;
  }

  dispatch(t: string, d: unknown): void {
    this.#sequence += 1;
    const frame = JSON.stringify({ op: GatewayOpcodes.Dispatch, t, s: this.#sequence, d });
    this.#replay.push({ s: this.#sequence, frame });
    if (this.#replay.length > replayEventsMax) this.#replay.shift();
    this.socket?.send(frame);
  }

  /** Whether all events after `sequence` are still kept. */
  canReplayAfter(sequence: number): boolean {
    const oldest = this.#replay[0]?.s ?? this.#sequence + 1;
    return sequence <= this.#sequence && sequence >= oldest - 1;
  }

  replayAfter(sequence: number): void {
    for (const { s, frame } of this.#replay) if (s > sequence) this.socket?.send(frame);
  }
}
