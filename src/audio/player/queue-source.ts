import type { Audience } from '#contracts/audio.ts';
import { Wake } from '#core/wake.ts';
import type { FeedComponents } from '../source/chain/feed.ts';
import type {
  RequestedQueue,
  SourceEvent,
  SourceFacts,
  SourceFrame,
  SourceRequest,
} from '../source/contract.ts';
import { queueName } from '../source/source-name.ts';
import type { SourceOpener } from '../source/source-opener.ts';
import type { QueueLine, WantedSound } from './contract.ts';
import { type ItemTimes, itemFrames } from './item-frames.ts';
import { Reading } from './reading.ts';

/** After this many items in a row without any sound, the next is tried after a pause. */
const silentInRowMax = 3;
const silentPauseMs = 2_000;
/** How often the line hears where the item is: a pause goes on from there. */
const heardEveryMs = 200;

export interface QueueSourceComponents extends FeedComponents {
  sources: Pick<SourceOpener, 'source'>;
}

export interface QueueSourceInit extends ItemTimes {
  playerId: string;
  line: QueueLine;
  /** How long after it was sent a frame is heard in the channels at home. */
  homeDelayMs: number;
  /** The people an item is opened for: sharing begins and ends while the queue goes on. */
  audience: () => Audience;
  /** `state` may be another. */
  onChange: () => void;
}

type Rest = Extract<SourceEvent, { kind: 'rests' }>['how'];

/** Where the item that plays is. */
export interface HeardPlace {
  turn: number;
  itemId: string;
  positionMs: number;
}

/**
 * The queue of a player as a source: plays what is wanted, reads ahead what follows, so that the change has no gap, and
 * rests while nothing is wanted. A new turn, or a pause, drops what was read and isn't heard yet. An item that fails is
 * reported and doesn't end it.
 */
export class QueueSource implements RequestedQueue {
  readonly name: string;
  readonly #components: QueueSourceComponents;
  readonly #init: QueueSourceInit;
  #onEvent: (event: SourceEvent) => void = () => {};
  /** Counts what was dropped: see SourceEvent. */
  #turn = 0;
  /** What is heard, or will be after what is being opened; absent while nothing is wanted. */
  #current: Reading | undefined;
  /** What follows it, once that has been read to its end. */
  #ahead: Reading | undefined;
  #heard: HeardPlace | undefined;
  #isListenedTo = false;
  #says: Rest | undefined;
  #silentInRow = 0;
  /** The line hears of an end just now, and changes for that reason. */
  #isTelling = false;
  readonly #wake: Wake;

  constructor(components: QueueSourceComponents, init: QueueSourceInit) {
    this.name = queueName(init.playerId);
    this.#components = components;
    this.#wake = new Wake(components);
    this.#init = init;
  }

  open(request: SourceRequest) {
    const closing = new AbortController();
    const facts: SourceFacts = { title: this.name, pace: 'file', passedThrough: false, isQueue: true };
    const close = () => {
      closing.abort();
      this.#wake.now();
    };
    return { facts, frames: this.#frames(request, closing.signal), close };
  }

  /** Nothing plays while nobody listens: it goes on where it was. */
  set isListenedTo(isListenedTo: boolean) {
    if (this.#isListenedTo === isListenedTo) return;
    this.#isListenedTo = isListenedTo;
    this.changed();
  }

  /** The item that is heard, and its place; the last one while nothing is. */
  get heard(): HeardPlace | undefined {
    return this.#heard;
  }

  get state(): 'playing' | 'opening' | 'empty' | 'held' {
    if (this.#isHeld) return 'held';
    const { turn } = this.#current ?? {};
    if (turn === undefined) return this.#init.line.wanted() ? 'opening' : 'empty';
    return this.#heard?.turn === turn ? 'playing' : 'opening';
  }

  /** What the line wants may be another now. */
  changed(): void {
    if (this.#isTelling) return;
    const current = this.#current;
    if (current && (this.#isHeld || this.#init.line.wanted()?.turn !== current.turn)) {
      this.#drop();
      this.#silentInRow = 0;
    }
    this.#settle();
  }

  async *#frames(request: SourceRequest, signal: AbortSignal): AsyncGenerator<SourceFrame, void, void> {
    this.#onEvent = request.onEvent;
    this.#says = undefined;
    this.#drop();
    try {
      while (!signal.aborted) {
        const reading = this.#next();
        if (!reading) await this.#wake.next();
        else yield* this.#read(reading, request, signal);
      }
    } finally {
      this.#onEvent = () => {};
    }
  }

  /** What is to be read now; says that it rests where that is nothing. */
  #next(): Reading | undefined {
    this.#current ??= this.#wanted();
    const current = this.#current;
    const reading = current?.end ? this.#follower() : current;
    this.#tell(this.#isHeld ? 'held' : reading || this.#ahead ? 'no' : 'empty');
    return reading;
  }

  #wanted(): Reading | undefined {
    const wanted = this.#isHeld ? undefined : this.#init.line.wanted();
    return wanted && new Reading(wanted, wanted.turn, this.#from(wanted));
  }

  #follower(): Reading | undefined {
    const following = this.#ahead ? undefined : this.#init.line.following();
    if (!following) return undefined;
    this.#ahead = new Reading(following, undefined, 0);
    return this.#ahead;
  }

  /** Where it was interrupted, if that is the same turn. */
  #from({ startAtMs, turn }: WantedSound): number {
    return this.#heard?.turn === turn ? Math.max(startAtMs, this.#heard.positionMs) : startAtMs;
  }

  async *#read(
    reading: Reading,
    request: SourceRequest,
    signal: AbortSignal,
  ): AsyncGenerator<SourceFrame, void, void> {
    if (this.#silentInRow >= silentInRowMax) await this.#wake.next(silentPauseMs);
    const { line } = this.#init;
    const frames = itemFrames(this.#components, this.#init, {
      request: { ...request, audience: this.#init.audience() },
      reading,
      signal,
      onItem: (facts) => line.learned(reading.itemId, facts),
      changes: () => this.#wake.next(),
      onChange: () => this.#wake.now(),
    });
    // Which frame is the last is known only after it.
    let held: SourceFrame | undefined;
    for await (const frame of frames) {
      if (held) yield this.#given(reading, held, false);
      held = frame;
    }
    if (reading.isDropped || signal.aborted) return;
    if (held) yield this.#given(reading, held, true);
    else if (reading === this.#current) this.#over(reading);
  }

  #given(reading: Reading, frame: SourceFrame, isLast: boolean): SourceFrame {
    const placeMs = reading.read(frame);
    const onSent = () => this.#sent(reading, placeMs, isLast);
    return { ...frame, playing: reading.playing(frame.playing), turn: this.#turn, onSent };
  }

  #sent(reading: Reading, placeMs: number, isLast: boolean): void {
    const { itemId, startAtMs, turn } = reading;
    if (reading !== this.#current || turn === undefined) return;
    const before = this.#heard?.turn === turn ? this.#heard : undefined;
    const positionMs = isLast ? placeMs : Math.max(startAtMs, placeMs - this.#init.homeDelayMs);
    this.#heard = { turn, itemId, positionMs };
    this.#silentInRow = 0;
    if (!before) this.#init.onChange();
    const isDue =
      Math.floor(positionMs / heardEveryMs) !== Math.floor((before?.positionMs ?? -1) / heardEveryMs);
    if (isLast || isDue) this.#init.line.heard(turn, positionMs);
    if (isLast) this.#over(reading);
  }

  /** It was heard to its end, or can't be heard. */
  #over({ end, isSilent, turn }: Reading): void {
    const ahead = this.#ahead;
    this.#current = undefined;
    this.#ahead = undefined;
    if (isSilent) this.#silentInRow++;
    if (end && turn !== undefined) this.#telling(() => this.#init.line.ended(turn, end));
    this.#goOnWith(ahead);
    this.#settle();
  }

  /** With what was read ahead, if that is what is wanted now. */
  #goOnWith(ahead: Reading | undefined): void {
    if (!ahead) return;
    const wanted = this.#isHeld ? undefined : this.#init.line.wanted();
    const isAhead =
      wanted?.itemId === ahead.itemId && wanted.source === ahead.source && wanted.startAtMs === 0;
    this.#current = ahead;
    if (isAhead) ahead.turn = wanted.turn;
    else this.#drop();
    if (isAhead && ahead.isSilent) this.#over(ahead);
  }

  #telling(tell: () => void): void {
    this.#isTelling = true;
    try {
      tell();
    } finally {
      this.#isTelling = false;
    }
  }

  /** What was read and isn't heard yet is no longer wanted. */
  #drop(): void {
    for (const reading of [this.#current, this.#ahead]) if (reading) reading.isDropped = true;
    this.#current = undefined;
    this.#ahead = undefined;
    this.#onEvent({ kind: 'turn', turn: ++this.#turn });
  }

  /** Says at once whether it rests: in between, nothing else must be heard. */
  #settle(): void {
    if (!this.#current) this.#tell(this.#isHeld ? 'held' : this.#init.line.wanted() ? 'no' : 'empty');
    this.#wake.now();
  }

  #tell(how: Rest): void {
    if (this.#says === how) return;
    this.#says = how;
    this.#onEvent({ kind: 'rests', how });
    this.#init.onChange();
  }

  get #isHeld(): boolean {
    return !this.#isListenedTo || this.#init.line.held();
  }
}
