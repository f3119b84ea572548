import { type Problem, problemOf } from '#core/errors.ts';
import { artistAndTitle } from '#core/text/playing-title.ts';
import type { MediaFacts, QueueLine, SoundEnd, WantedSound } from './contract.ts';
import type { QueueKeeper } from './queue-keeper.ts';
import {
  advanced,
  emptyQueue,
  followingOf,
  heardAt,
  learned,
  type Queue,
  type QueueItem,
} from './queue-model.ts';
import { noVotes, type Votes, withoutVotes } from './votes.ts';

export interface GuildPlayerComponents {
  keeper: QueueKeeper;
  /** Anything that people see of it may be another. */
  onChange: () => void;
  /** An item was heard to its end, or until somebody skipped it. */
  onHeard: (item: QueueItem) => void;
}

export interface GuildPlayerInit {
  guildId: string;
  playerId: string;
  queue?: Queue | undefined;
  resting?: string | undefined;
}

/** The player of one guild: its queue as people change it and as its sound follows it. */
export class GuildPlayer implements QueueLine {
  readonly guildId: string;
  readonly playerId: string;
  readonly #components: GuildPlayerComponents;
  readonly #turns = new Set<() => void>();
  #queue: Queue;
  #resting: string | undefined;
  #votes = noVotes;
  #behind: string | undefined;
  /** Why it is out of its channel, if that wasn't asked for. */
  #problem: Problem | undefined;

  constructor(components: GuildPlayerComponents, { guildId, playerId, queue, resting }: GuildPlayerInit) {
    this.#components = components;
    this.guildId = guildId;
    this.playerId = playerId;
    this.#queue = queue ?? emptyQueue;
    this.#resting = resting;
  }

  get queue(): Queue {
    return this.#queue;
  }

  get resting(): string | undefined {
    return this.#resting;
  }

  get votes(): Votes {
    return this.#votes;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Reference of a neighbour's programme that the queue waits for. */
  get behind(): string | undefined {
    return this.#behind;
  }

  /** Resolves once it is stored, or couldn't be. */
  waitBehind(reference: string | undefined): Promise<void> {
    if (reference === this.#behind) return this.#components.keeper.settled();
    this.#behind = reference;
    return this.#changed();
  }

  /** Resolves once it is stored. */
  change(queue: Queue): Promise<void> {
    const before = this.#queue;
    this.#queue = queue;
    if (queue.phase !== 'stopped') {
      this.#problem = undefined;
      this.#behind = undefined;
    } else if (before.phase !== 'stopped') this.#votes = noVotes;
    if (before.current?.id !== queue.current?.id) {
      this.#votes = withoutVotes(this.#votes, 'skip');
      if (before.current && before.positionMs > 0 && !queue.failed) this.#components.onHeard(before.current);
    }
    for (const listener of [...this.#turns]) listener();
    return this.#changed();
  }

  setResting(resting: string | undefined): Promise<void> {
    this.#resting = resting;
    return this.#changed();
  }

  setVotes(votes: Votes): void {
    if (votes === this.#votes) return;
    this.#votes = votes;
    this.#components.onChange();
  }

  setProblem(problem: Problem | undefined): void {
    this.#problem = problem;
    this.#components.onChange();
  }

  /** Writes the position that was heard last. */
  async keep(): Promise<void> {
    this.#components.keeper.position(this.#queue, true);
    await this.#components.keeper.settled();
  }

  wanted(): WantedSound | undefined {
    const { current, phase, positionMs, turn } = this.#queue;
    if (!current || phase !== 'going') return undefined;
    const { facts, id: itemId, source } = current;
    return { turn, itemId, source, startAtMs: positionMs, title: artistAndTitle(facts) };
  }

  held(): boolean {
    return this.#queue.phase !== 'going';
  }

  following(): Pick<WantedSound, 'itemId' | 'source' | 'title'> | undefined {
    const next = followingOf(this.#queue);
    return next && { itemId: next.id, source: next.source, title: artistAndTitle(next.facts) };
  }

  learned(itemId: string, facts: MediaFacts): void {
    this.#queue = learned(this.#queue, itemId, facts);
    void this.#changed();
  }

  heard(turn: number, positionMs: number): void {
    this.#queue = heardAt(this.#queue, turn, positionMs);
    this.#components.keeper.position(this.#queue);
  }

  ended(turn: number, end: SoundEnd): void {
    const { current } = this.#queue;
    if (turn !== this.#queue.turn || !current) return;
    if (end.kind === 'ended') this.#components.onHeard(current);
    const { problem } = end.kind === 'failed' ? end : { problem: undefined };
    const why = problem ? problemOf(problem) : 'ended';
    this.#queue = advanced(this.#queue, why);
    this.#votes = withoutVotes(this.#votes, 'skip');
    void this.#changed();
  }

  onTurn(listener: () => void): () => void {
    this.#turns.add(listener);
    return () => this.#turns.delete(listener);
  }

  #changed(): Promise<void> {
    this.#components.onChange();
    return this.#components.keeper.save({
      queue: this.#queue,
      resting: this.#resting,
      behind: this.#behind !== undefined,
    });
  }
}
