import type { Kysely } from 'kysely';
import { transact } from '#storage/transaction.ts';
import { insertItems, type NewItem } from '../concerns/items.ts';
import type { AlertCardTable, AlertItemTable } from '../tables/alerts.ts';
import type { Schema } from '../tables/schema.ts';
import { gatherMs } from './gathering.ts';

const dayMs = 86_400_000;
/** Messages older than this, and what they report, are forgotten. */
export const alertsKeptMs = 90 * dayMs;
/** Gathered in one round. */
const itemsMax = 1_000;

export interface AlertChannel {
  channelId: string;
  setBy: string;
  fallbackTold: boolean;
}

export class AlertStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async add(items: readonly NewItem[]): Promise<void> {
    await insertItems(this.#db, items);
  }

  async channel(guildId: string): Promise<AlertChannel | undefined> {
    const row = await this.#db
      .selectFrom('alert_channel')
      .selectAll()
      .where('guild_id', '=', guildId)
      .executeTakeFirst();
    return row && { channelId: row.channel_id, setBy: row.set_by, fallbackTold: row.fallback_told === 1 };
  }

  /** The choice of every guild that has made one. */
  async channels(): Promise<{ guildId: string; channelId: string }[]> {
    const rows = await this.#db.selectFrom('alert_channel').select(['guild_id', 'channel_id']).execute();
    return rows.map(({ guild_id: guildId, channel_id: channelId }) => ({ guildId, channelId }));
  }

  async setChannel(guildId: string, channelId: string, setBy: string, nowMs: number): Promise<void> {
    const row = {
      guild_id: guildId,
      channel_id: channelId,
      set_by: setBy,
      set_at_ms: nowMs,
      fallback_told: 0,
    };
    await this.#db
      .insertInto('alert_channel')
      .values(row)
      .onConflict((conflict) => conflict.column('guild_id').doUpdateSet(row))
      .execute();
  }

  async unsetChannel(guildId: string): Promise<void> {
    await this.#db.deleteFrom('alert_channel').where('guild_id', '=', guildId).execute();
  }

  /** Guilds with items that aren't reported yet. */
  async guildIds(): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('alert_item')
      .select('guild_id')
      .distinct()
      .where('card_id', 'is', null)
      .execute();
    const cards = await this.#db
      .selectFrom('alert_card')
      .select('guild_id')
      .distinct()
      .where('message_id', 'is', null)
      .execute();
    return [...new Set([...rows, ...cards].map(({ guild_id }) => guild_id))];
  }

  /** Oldest first. */
  untold(guildId: string): Promise<AlertItemTable[]> {
    return this.#db
      .selectFrom('alert_item')
      .selectAll()
      .where('guild_id', '=', guildId)
      .where('card_id', 'is', null)
      .orderBy('at_ms')
      .orderBy('id')
      .limit(itemsMax)
      .execute();
  }

  /** Messages of the last hour, and all that aren't posted yet. */
  cards(guildId: string, nowMs: number): Promise<AlertCardTable[]> {
    return this.#db
      .selectFrom('alert_card')
      .selectAll()
      .where('guild_id', '=', guildId)
      .where(({ or, eb }) => or([eb('opened_at_ms', '>', nowMs - gatherMs), eb('message_id', 'is', null)]))
      .orderBy('opened_at_ms')
      .execute();
  }

  /**
   * Assigns items to messages, and stores new messages. In one transaction, so that nothing is reported twice or never.
   */
  async assign(
    newCards: readonly AlertCardTable[],
    itemIds: ReadonlyMap<string, readonly string[]>,
  ): Promise<void> {
    await transact(this.#db, async (tx) => {
      for (const card of newCards) {
        await tx.insertInto('alert_card').values(card).execute();
        if (card.instead_of !== null)
          await tx
            .updateTable('alert_channel')
            .set({ fallback_told: 1 })
            .where('guild_id', '=', card.guild_id)
            .execute();
      }
      for (const [cardId, ids] of itemIds)
        await tx
          .updateTable('alert_item')
          .set({ card_id: cardId })
          .where('id', 'in', [...ids])
          .execute();
    });
  }

  async posted(cardId: string, messageId: string, nowMs: number): Promise<void> {
    await this.#db
      .updateTable('alert_card')
      .set({ message_id: messageId, opened_at_ms: nowMs })
      .where('id', '=', cardId)
      .execute();
  }

  /** Removes a message that can't be posted where it was meant to be: its items look for another one. */
  async dissolve(card: AlertCardTable): Promise<void> {
    await transact(this.#db, async (tx) => {
      await tx.updateTable('alert_item').set({ card_id: null }).where('card_id', '=', card.id).execute();
      await tx.deleteFrom('alert_card').where('id', '=', card.id).execute();
      if (card.instead_of !== null)
        await tx
          .updateTable('alert_channel')
          .set({ fallback_told: 0 })
          .where('guild_id', '=', card.guild_id)
          .execute();
    });
  }

  card(guildId: string, cardId: string): Promise<AlertCardTable | undefined> {
    return this.#db
      .selectFrom('alert_card')
      .selectAll()
      .where('guild_id', '=', guildId)
      .where('id', '=', cardId)
      .executeTakeFirst();
  }

  async cardOfItem(itemId: string): Promise<AlertCardTable | undefined> {
    return this.#db
      .selectFrom('alert_item')
      .innerJoin('alert_card', 'alert_card.id', 'alert_item.card_id')
      .selectAll('alert_card')
      .where('alert_item.id', '=', itemId)
      .executeTakeFirst();
  }

  async cardIdsOf(deliveryId: string): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('alert_item')
      .select('card_id')
      .distinct()
      .where('delivery_id', '=', deliveryId)
      .where('card_id', 'is not', null)
      .execute();
    return rows.flatMap(({ card_id }) => card_id ?? []);
  }

  async removeOld(nowMs: number): Promise<void> {
    const beforeMs = nowMs - alertsKeptMs;
    await this.#db
      .deleteFrom('alert_item')
      .where('at_ms', '<', beforeMs)
      .where('card_id', 'is not', null)
      .execute();
    await this.#db.deleteFrom('alert_card').where('opened_at_ms', '<', beforeMs).execute();
  }
}
