import type { CardBoard } from '#contracts/cards.ts';
import { isServed, type LiveStandings } from '#contracts/guild-standing.ts';
import type { Clock, Timer } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type { SortableIds } from '#core/sortable-id.ts';
import { type NewItem, testTopic } from '../concerns/items.ts';
import type { DeliveryChanges } from '../outbox/changes.ts';
import type { AlertCardTable, AlertItemTable } from '../tables/alerts.ts';
import type { TargetStore } from '../targets/target-store.ts';
import type { AlertStore } from './alert-store.ts';
import { cardFor, gatherMs } from './gathering.ts';

/** Another process may have found something, and sends no notification. */
const lookEveryMs = 15_000;
/** Further items of the same moment join the first message. */
const settleMs = 1_000;
/** Discord certainly remembers a nonce for this long: the same message may be sent again. */
const nonceWindowMs = 120_000;
/** A channel that Discord closed to the bot is retried after this. */
const closedMs = 10 * 60_000;
const betweenRemovalsMs = 86_400_000;

export interface AlertsComponents {
  store: AlertStore;
  targets: TargetStore;
  board: CardBoard;
  changes: Pick<DeliveryChanges, 'on'>;
  standings: LiveStandings;
  /** What will need a person although nothing has failed; called once an hour. */
  concerns(): Promise<readonly NewItem[]>;
  ids: SortableIds;
  clock: Clock;
  logger: Logger;
}

/**
 * Notifies people of each item that needs one. The item is written in the same transaction as its cause; this class
 * finds a message for it: in the guild's alert channel, else where its target was added. After a crash between a
 * message and the record of it, the message is sent again with the same nonce: one message within two minutes, else at
 * least one.
 */
export class Alerts implements Startable {
  readonly name = 'alerts';
  readonly #components: AlertsComponents;
  readonly #listeners = new Set<(alertId: string) => void>();
  /** Discord refused, whatever is known of the channel: until when it isn't tried again. */
  readonly #closedUntilMs = new Map<string, number>();
  /** Guilds whose alerts reach nobody: logged once. */
  readonly #mute = new Set<string>();
  #unfollow: (() => void)[] = [];
  #timer: Timer | undefined;
  #timerAtMs = 0;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #stopped = true;
  #removedAtMs = Number.NEGATIVE_INFINITY;
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(components: AlertsComponents) {
    this.#components = components;
  }

  start(): void {
    const { changes, standings } = this.#components;
    this.#stopped = false;
    this.#unfollow = [
      changes.on(({ deliveryId }) => void this.#changed(deliveryId)),
      standings.onChange(() => this.#schedule(0)),
    ];
    this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    for (const unfollow of this.#unfollow.splice(0)) unfollow();
    await this.#looking;
  }

  /** Called when a message shows something else now. Returns the unsubscriber. */
  onChange(listener: (alertId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Where this guild's alerts would go now; `topic` is a target's id. Undefined: nowhere. */
  async channelFor(guildId: string, topic?: string): Promise<string | undefined> {
    return (await this.#places(guildId))(topic)?.channelId;
  }

  /** Handles items immediately, and not only when things have settled. */
  async lookNow(): Promise<void> {
    this.#lookAgain = true;
    this.#looking ??= this.#lookOver();
    await this.#looking;
  }

  /** A guild has chosen another channel: a closed one may be open again, and unread items can be posted. */
  channelChanged(): void {
    this.#closedUntilMs.clear();
    this.#mute.clear();
    this.#schedule(0);
  }

  #schedule(afterMs: number): void {
    if (this.#stopped) return;
    const { clock } = this.#components;
    const atMs = clock.monotonicMs() + afterMs;
    // A steady stream of items must not postpone it for ever.
    if (this.#timer && this.#timerAtMs <= atMs) return;
    this.#timer?.cancel();
    this.#timerAtMs = atMs;
    const look = () => {
      this.#timer = undefined;
      void this.lookNow();
    };
    this.#timer = clock.after(afterMs, look, { background: true });
  }

  async #changed(deliveryId: string): Promise<void> {
    const { store, logger } = this.#components;
    this.#schedule(settleMs);
    try {
      for (const cardId of await store.cardIdsOf(deliveryId)) this.#tell(cardId);
    } catch (error) {
      logger.warn({ err: error, deliveryId }, 'an alert may show what is over');
    }
  }

  async #lookOver(): Promise<void> {
    const { store, clock, logger, standings, concerns } = this.#components;
    try {
      while (this.#lookAgain && !this.#stopped) {
        this.#lookAgain = false;
        if (clock.nowMs() - this.#askedAtMs >= gatherMs) {
          this.#askedAtMs = clock.nowMs();
          await store.add(await concerns());
        }
        for (const guildId of await store.guildIds())
          if (isServed(standings, guildId)) await this.#lookAt(guildId);
        if (clock.nowMs() - this.#removedAtMs >= betweenRemovalsMs) {
          this.#removedAtMs = clock.nowMs();
          await store.removeOld(clock.nowMs());
        }
      }
    } catch (error) {
      logger.error({ err: error }, 'alerts could not be looked at');
    } finally {
      this.#looking = undefined;
      this.#schedule(lookEveryMs);
    }
  }

  async #lookAt(guildId: string): Promise<void> {
    const { store, clock } = this.#components;
    const nowMs = clock.nowMs();
    for (const card of await store.cards(guildId, nowMs))
      if (card.message_id === null && nowMs - card.opened_at_ms > nonceWindowMs) await store.dissolve(card);
    // Each round posts something, or nothing more can be posted.
    for (let rounds = 0; rounds < 100; rounds++) {
      const items = await store.untold(guildId);
      const gathered = items.length > 0 && (await this.#gather(guildId, items));
      const waiting = (await store.cards(guildId, nowMs)).filter(({ message_id }) => message_id === null);
      if (!(await this.#post(waiting)) && !gathered) return;
    }
  }

  /** False: there is no place for any of them. */
  async #gather(guildId: string, items: readonly AlertItemTable[]): Promise<boolean> {
    const { store, ids, clock } = this.#components;
    const nowMs = clock.nowMs();
    const placeOf = await this.#places(guildId);
    const cards = await store.cards(guildId, nowMs);
    const known = cards.filter(({ topic }) => !topic.startsWith(testTopic)).map(openCardOf);
    const opened: AlertCardTable[] = [];
    const itemIds = new Map<string, string[]>();
    for (const { id, topic, kind } of items) {
      const place = placeOf(topic);
      if (!place) continue;
      const chosen =
        kind === 'test' ? { newTopic: id } : cardFor({ topic, channelId: place.channelId }, known, nowMs);
      const cardId = 'known' in chosen ? chosen.known.id : ids.next();
      if ('newTopic' in chosen) {
        const saysWhy = opened.every(({ instead_of }) => instead_of === null);
        const card = newCard({ id: cardId, guildId, topic: chosen.newTopic, place, saysWhy, nowMs });
        opened.push(card);
        // What somebody asked to see takes nothing from the share of the others.
        if (kind !== 'test') known.push(openCardOf(card));
      }
      itemIds.set(cardId, [...(itemIds.get(cardId) ?? []), id]);
    }
    if (itemIds.size === 0) return this.#noPlace(guildId);
    await store.assign(opened, itemIds);
    for (const cardId of itemIds.keys()) this.#tell(cardId);
    return true;
  }

  /** Logged once, until there is a place again. */
  #noPlace(guildId: string): false {
    const { logger } = this.#components;
    if (!this.#mute.has(guildId))
      logger.warn({ guildId }, 'something needs a person, and there is no channel to say so in');
    this.#mute.add(guildId);
    return false;
  }

  /** True: a channel turned out to be closed, and its items look for another. */
  async #post(cards: readonly AlertCardTable[]): Promise<boolean> {
    const { board, store, clock, logger } = this.#components;
    let refused = false;
    for (const card of cards) {
      const { id, guild_id: guildId, channel_id: channelId } = card;
      const about = {
        guildId,
        channelId,
        command: 'alerts',
        panel: 'alert',
        subject: id,
        nonce: nonceOf(id),
      };
      try {
        const posted = this.#isOpen(guildId, channelId) ? await board.post(about) : undefined;
        if (posted) await store.posted(id, posted.messageId, clock.nowMs());
        else {
          refused = true;
          this.#closedUntilMs.set(channelId, clock.nowMs() + closedMs);
          await store.dissolve(card);
        }
      } catch (error) {
        logger.warn({ err: error, guildId, channelId }, 'an alert could not be posted; it is tried again');
      }
    }
    return refused;
  }

  #isOpen(guildId: string, channelId: string): boolean {
    const { board, clock } = this.#components;
    if ((this.#closedUntilMs.get(channelId) ?? 0) > clock.nowMs()) return false;
    return board.mayPost(guildId, channelId);
  }

  /** The guild's channel, else the target's, else that of the newest target that has one. */
  async #places(
    guildId: string,
  ): Promise<(topic?: string) => { channelId: string; insteadOf?: string } | undefined> {
    const { store, targets } = this.#components;
    const chosen = await store.channel(guildId);
    const all = await targets.list(guildId);
    const newestFirst = all.toSorted((a, b) => b.createdAtMs - a.createdAtMs);
    const missed = chosen && !this.#isOpen(guildId, chosen.channelId) && !chosen.fallbackTold;
    return (topic) => {
      const own = all.find(({ id }) => id === topic)?.alertChannelId;
      const others = newestFirst.map(({ alertChannelId }) => alertChannelId);
      const channelId = [chosen?.channelId, own, ...others].find(
        (candidate) => candidate !== undefined && this.#isOpen(guildId, candidate),
      );
      if (channelId === undefined) return undefined;
      return { channelId, ...(missed ? { insteadOf: chosen.channelId } : {}) };
    };
  }

  #tell(alertId: string): void {
    for (const listener of this.#listeners) listener(alertId);
  }
}

function newCard(card: {
  id: string;
  guildId: string;
  topic: string;
  place: { channelId: string; insteadOf?: string };
  /** Whether it names the channel that it stands in for. */
  saysWhy: boolean;
  nowMs: number;
}): AlertCardTable {
  const { channelId, insteadOf = null } = card.place;
  return {
    id: card.id,
    guild_id: card.guildId,
    channel_id: channelId,
    topic: card.topic,
    opened_at_ms: card.nowMs,
    message_id: null,
    instead_of: card.saysWhy ? insteadOf : null,
  };
}

function openCardOf({ id, channel_id: channelId, topic, opened_at_ms: openedAtMs }: AlertCardTable) {
  return { id, channelId, topic, openedAtMs };
}

/** Ids sort by time, so they differ at their end. Discord accepts 25 characters. */
function nonceOf(cardId: string): string {
  return cardId.replaceAll('-', '').slice(-25);
}
