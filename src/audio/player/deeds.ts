import type { VotedDeed } from '#contracts/actions/player.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { playerErrors } from './errors.ts';
import type { LivePlayer, Players } from './players.ts';
import {
  advanced,
  allOf,
  cleared,
  inPhase,
  itemsOf,
  moved,
  type Queue,
  removed,
  shuffled,
  soughtTo,
  undoAt,
  undone,
} from './queue-model.ts';
import { type Asker, requireFree, takesVotes } from './rules.ts';
import { requireItem, type Stage } from './stage.ts';
import { countOf, hasPassed, noVotes, withoutAbsent, withoutVotes, withVote } from './votes.ts';

export interface DeedsComponents {
  players: Players;
  stage: Stage;
  clock: Clock;
  chance: Chance;
}

type Outcome = 'done' | 'voted';

/** What people do with a player that is there: at once where they may, else by votes. */
export class Deeds {
  readonly #components: DeedsComponents;

  constructor(components: DeedsComponents) {
    this.#components = components;
  }

  /** `itemId`: what the asker saw playing. Throws PLAYER_NOTHING_PLAYS, PLAYER_ITEM_OVER. */
  async skip(asker: Asker, live: LivePlayer, itemId: string | undefined): Promise<Outcome> {
    const { current } = live.player.queue;
    if (itemId !== undefined && current?.id !== itemId) throw playerErrors.PLAYER_ITEM_OVER();
    if (!current) throw playerErrors.PLAYER_NOTHING_PLAYS();
    return this.#voted(asker, live, 'skip', current.addedBy === asker.userId);
  }

  stop(asker: Asker, live: LivePlayer): Promise<Outcome> {
    if (!this.#components.stage.running(live.player.guildId)?.isPlayers)
      throw playerErrors.PLAYER_NOTHING_PLAYS();
    return this.#voted(asker, live, 'stop');
  }

  async clear(asker: Asker, live: LivePlayer, whose: 'mine' | 'all'): Promise<Outcome> {
    if (whose === 'all') return this.#voted(asker, live, 'clear');
    if (itemsOf(live.player.queue, asker.userId).length > 0)
      await live.player.change(cleared(live.player.queue, asker.userId, this.#deed(asker.userId)));
    return 'done';
  }

  /** Throws PLAYER_NOTHING_PLAYS. */
  async pause(asker: Asker, live: LivePlayer): Promise<Outcome> {
    const { queue } = live.player;
    if (queue.phase === 'stopped' || (!queue.current && live.player.resting === undefined))
      throw playerErrors.PLAYER_NOTHING_PLAYS();
    return this.#free(asker, live, queue.current?.addedBy, (each) => inPhase(each, 'paused'));
  }

  /** Throws PLAYER_ITEM_OVER, PLAYER_SEEK_BEYOND. */
  async seek(asker: Asker, live: LivePlayer, itemId: string, atMs: number): Promise<Outcome> {
    const { current } = live.player.queue;
    if (current?.id !== itemId) throw playerErrors.PLAYER_ITEM_GONE();
    const { durationMs } = current.facts;
    if (durationMs !== undefined && atMs >= durationMs) throw playerErrors.PLAYER_SEEK_BEYOND({ durationMs });
    return this.#free(asker, live, current.addedBy, (queue) => soughtTo(queue, atMs));
  }

  /** Throws PLAYER_ITEM_GONE. */
  async move(asker: Asker, live: LivePlayer, itemId: string, beforeId: string | undefined): Promise<Outcome> {
    const { upcoming } = live.player.queue;
    requireItem(upcoming, itemId);
    if (beforeId !== undefined) requireItem(upcoming, beforeId);
    return this.#free(asker, live, undefined, (queue) => moved(queue, itemId, beforeId));
  }

  /** Throws PLAYER_ITEM_GONE. */
  async remove(asker: Asker, live: LivePlayer, itemId: string): Promise<Outcome> {
    const { addedBy } = requireItem(allOf(live.player.queue), itemId);
    return this.#free(asker, live, addedBy, (queue) => removed(queue, itemId));
  }

  async shuffle(asker: Asker, live: LivePlayer): Promise<Outcome> {
    const { chance } = this.#components;
    const deed = this.#deed(asker.userId);
    return this.#free(asker, live, undefined, (queue) => shuffled(queue, () => chance.fraction(), deed));
  }

  /** Throws PLAYER_UNDO_OVER. */
  async undo(asker: Asker, live: LivePlayer, undoId: string): Promise<Outcome> {
    const undo = undoAt(live.player.queue, this.#components.clock.nowMs());
    if (undo?.id !== undoId) throw playerErrors.PLAYER_UNDO_OVER();
    return this.#free(asker, live, undo.by, (queue) => undone(queue, undo));
  }

  /** Votes go with those who left, and where voting was switched off: at once, since both may be undone before the guild's turn comes. */
  dropVoid({ player }: LivePlayer): void {
    const { stage } = this.#components;
    const { listeners } = stage.situation(player.guildId);
    const { votes } = stage.settings(player.guildId);
    player.setVotes(votes ? withoutAbsent(player.votes, listeners) : noVotes);
  }

  /** People left or came: the votes that are left may be enough now. */
  async recount(live: LivePlayer): Promise<void> {
    const { player } = live;
    const { listeners } = this.#components.stage.situation(player.guildId);
    for (const deed of ['stop', 'skip', 'clear'] as const) {
      const count = countOf(player.votes, deed, listeners);
      if (count.have > 0 && hasPassed(count)) await this.#do(live, deed, '');
    }
  }

  /** Out of the channel; the queue and its place are kept. */
  async leave(live: LivePlayer): Promise<void> {
    const { players, stage } = this.#components;
    const { player } = live;
    player.setVotes(noVotes);
    await player.change(inPhase(player.queue, 'stopped'));
    await player.keep();
    await stage.leave(player.guildId);
    players.stopSound(live);
  }

  async #voted(asker: Asker, live: LivePlayer, deed: VotedDeed, isOwn = false): Promise<Outcome> {
    const { stage } = this.#components;
    const { guildId } = live.player;
    const situation = stage.situation(guildId);
    if (takesVotes(asker, situation, stage.settings(guildId).votes, isOwn)) {
      live.player.setVotes(withVote(live.player.votes, deed, asker.userId));
      if (!hasPassed(countOf(live.player.votes, deed, situation.listeners))) return 'voted';
      // What several decided is nobody's own to take back.
      await this.#do(live, deed, '');
    } else await this.#do(live, deed, asker.userId);
    return 'done';
  }

  async #do(live: LivePlayer, deed: VotedDeed, by: string): Promise<void> {
    const { player } = live;
    player.setVotes(withoutVotes(player.votes, deed));
    if (deed === 'stop') return this.leave(live);
    const next =
      deed === 'skip' ? advanced(player.queue, 'skipped') : cleared(player.queue, 'all', this.#deed(by));
    await player.change(next);
  }

  async #free(
    asker: Asker,
    live: LivePlayer,
    owner: string | undefined,
    change: (queue: Queue) => Queue,
  ): Promise<'done'> {
    const { player } = live;
    requireFree(asker, this.#components.stage.situation(player.guildId), owner === asker.userId);
    await player.change(change(player.queue));
    return 'done';
  }

  #deed(by: string) {
    return { id: this.#components.players.newId(), by, nowMs: this.#components.clock.nowMs() };
  }
}
