import type { Frame, Playing } from '#contracts/audio.ts';
import { inBackground } from '#core/background.ts';
import { cleanLine } from '#core/text/clean-line.ts';
import { Broadcast, type BroadcastComponents, type SourceTimes } from '../broadcast/broadcast.ts';
import type { OwnBroadcasts } from '../broadcast/own-broadcasts.ts';
import { titleLengthMax } from '../broadcast/told-title.ts';
import type { QueueLine } from './contract.ts';
import { type HeardPlace, QueueSource } from './queue-source.ts';

/** Somebody waits for it: buffers of listeners are filled faster than it plays. Less than they hold at least. */
const aheadMs = 300;

export interface PlayerSoundComponents extends BroadcastComponents {
  own: Pick<OwnBroadcasts, 'addPlayer' | 'remove'>;
}

export interface PlayerSoundInit extends SourceTimes {
  /** The id of its broadcast. */
  playerId: string;
  /** It may use that guild's library, and takes part of its decoders. */
  guildId: string;
  /** What the broadcast is called, whatever plays. */
  title: string;
  line: QueueLine;
  /** What plays when nothing is queued, as a person typed it. */
  resting?: string | undefined;
  startedAtMs: number;
  subscribersMax: number;
  /** Peer ids of the communities that may hear it, too; asked again with each request: see Sharing.of. */
  sharedWith?: () => readonly string[];
  /** How long after it was sent a frame is heard in the channels at home: see VoiceEngine.delayMs. */
  homeDelayMs: number;
  /** Called when `state`, the title or the number of listeners may be another. */
  onChange: () => void;
}

/**
 * The sound of a guild's player: a broadcast for the people of that guild, in no list, whose first source is the queue
 * and whose second, if there is one, plays when nothing is queued. It plays only while somebody listens, and takes next
 * to nothing otherwise.
 */
export class PlayerSound {
  readonly broadcast: Broadcast;
  readonly #components: PlayerSoundComponents;
  readonly #init: PlayerSoundInit;
  readonly #queue: QueueSource;
  #resting: string | undefined;
  #listenerCount = 0;
  #playing: Playing | undefined;
  #started = false;
  #waits = false;
  #unfollow = () => {};

  constructor(components: PlayerSoundComponents, init: PlayerSoundInit) {
    const { guildId: owner, playerId: id, resting, title, ...rest } = init;
    this.#components = components;
    this.#init = init;
    this.#resting = resting;
    this.#queue = new QueueSource(components, {
      ...init,
      audience: () => ((init.sharedWith?.().length ?? 0) > 0 ? 'neighbours' : 'server'),
    });
    this.broadcast = new Broadcast(components, {
      ...rest,
      id,
      owner,
      title,
      queue: this.#queue,
      sources: [this.#queue.name, ...this.#others],
      audience: 'server',
      aheadMs,
      loop: true,
      shuffle: false,
      patient: true,
      onFrame: (frame) => this.#sent(frame),
      onListeners: (count) => this.#listeners(count),
      onOver: () => {},
    });
  }

  /** Can be found by relays of its guild from now on; does nothing the second time. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#components.own.addPlayer(this.broadcast);
    this.#unfollow = this.#init.line.onTurn(() => this.#queue.changed());
    const started = this.broadcast.start(new AbortController().signal);
    const player = this.#init.playerId;
    void inBackground(this.#components.logger, 'debug', started, 'player ended', { player });
  }

  /** Listeners get the end, and the line the exact place. It can't be started again. */
  stop(reason: 'broadcast-ended' | 'unserved' = 'broadcast-ended'): void {
    this.#unfollow();
    const { heard } = this.#queue;
    if (heard) this.#init.line.heard(heard.turn, heard.positionMs);
    this.#components.own.remove(this.broadcast);
    this.broadcast.stop(reason);
  }

  /**
   * What plays when nothing is queued, from now on. Check the name with SourceOpener.examine before: one that can't be
   * played is silence.
   */
  setResting(name: string | undefined): void {
    if (name === this.#resting) return;
    this.#resting = name;
    this.broadcast.setOthers(this.#others);
    this.#init.onChange();
  }

  /** While its channel is being joined: nobody would hear the beginning. Nothing plays as long as it is set. */
  set waits(waits: boolean) {
    this.#waits = waits;
    this.#listeners(this.#listenerCount);
  }

  /** `held`: paused or stopped, or nobody listens. */
  get state(): 'playing' | 'opening' | 'resting' | 'empty' | 'held' {
    const { state } = this.#queue;
    if (state !== 'empty' || this.#resting === undefined) return state;
    return this.broadcast.view().source === this.#queue.name ? state : 'resting';
  }

  /** The item that is heard at home, or was heard last, and its place. */
  get heard(): HeardPlace | undefined {
    return this.#queue.heard;
  }

  /** What plays: the item's title, or what a station says, or is called. Empty: unknown. */
  get playingTitle(): string {
    const { name = '', title = '' } = this.broadcast.said ?? {};
    return cleanLine(title || name, titleLengthMax);
  }

  /** Channels of this hub count as one. */
  get listenerCount(): number {
    return this.#listenerCount;
  }

  get #others(): string[] {
    return this.#resting === undefined ? [] : [this.#resting];
  }

  #listeners(count: number): void {
    this.#listenerCount = count;
    this.#queue.isListenedTo = count > 0 && !this.#waits;
    this.#init.onChange();
  }

  #sent({ playing }: Frame): void {
    if (playing === this.#playing) return;
    this.#playing = playing;
    this.#init.onChange();
  }
}
