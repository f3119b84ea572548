import type { Kysely } from 'kysely';
import type { AlertEntry, AlertView } from '#contracts/actions/alerts.ts';
import type { Clock } from '#core/clock.ts';
import type { Scrubber } from '#core/scrubber.ts';
import { findPublications } from '../drafts/publication-store.ts';
import { isForPerson } from '../outbox/deliveries.ts';
import type { AlertCardTable } from '../tables/alerts.ts';
import type { Schema } from '../tables/schema.ts';
import type { TargetStore } from '../targets/target-store.ts';
import { gatherMs } from './gathering.ts';

const entriesMax = 8;
const sharesMax = 12;

export interface AlertViewsComponents {
  db: Kysely<Schema>;
  targets: Pick<TargetStore, 'byIds'>;
  scrubber: Pick<Scrubber, 'of'>;
  clock: Pick<Clock, 'nowMs'>;
}

/** The current state of what one message reports. */
export class AlertViews {
  readonly #components: AlertViewsComponents;

  constructor(components: AlertViewsComponents) {
    this.#components = components;
  }

  async view(card: AlertCardTable): Promise<AlertView> {
    const { targets, clock } = this.#components;
    const rows = await this.#rows(card.id);
    const newest = [...rows].reverse();
    const shown = [...newest.filter(waits), ...newest.filter((row) => !waits(row))].slice(0, entriesMax);
    const topics = Map.groupBy(rows, ({ topic }) => topic);
    const known = await targets.byIds([...topics.keys()]);
    const name = (topic: string) => known.get(topic)?.name;
    const sizes = [...topics].map(([topic, all]) => ({ name: name(topic) ?? 'others', count: all.length }));
    const target = topics.size === 1 ? name([...topics.keys()][0] ?? '') : undefined;
    return {
      id: card.id,
      guildId: card.guild_id,
      ...(target === undefined ? {} : { target }),
      openedAtMs: card.opened_at_ms,
      total: rows.length,
      waiting: rows.filter(waits).length,
      entries: await this.#entries(card.guild_id, shown, name),
      shares: topics.size > 1 ? sizes.sort((a, b) => b.count - a.count).slice(0, sharesMax) : [],
      ...(card.instead_of === null ? {} : { insteadOf: card.instead_of }),
      isClosed: clock.nowMs() - card.opened_at_ms >= gatherMs,
    };
  }

  /** Deliveries of a message that still need a person, oldest first. */
  async waitingDeliveries(card: AlertCardTable): Promise<{ id: string; errorCode: string | null }[]> {
    const rows = await this.#rows(card.id);
    return rows.flatMap((row) =>
      row.delivery_id !== null && row.kind !== 'approval' && waits(row)
        ? { id: row.delivery_id, errorCode: row.error_code }
        : [],
    );
  }

  /** A delivery that failed twice within the hour counts once, at the later time. Oldest first. */
  async #rows(cardId: string): Promise<Row[]> {
    const { db, clock } = this.#components;
    const rows = await db
      .selectFrom('alert_item')
      .leftJoin('delivery', 'delivery.id', 'alert_item.delivery_id')
      .leftJoin('target_pause', (join) =>
        join.onRef('target_pause.target_id', '=', 'alert_item.topic').on('alert_item.kind', '=', 'hold'),
      )
      .select([
        'alert_item.id',
        'alert_item.kind',
        'alert_item.topic',
        'alert_item.delivery_id',
        'alert_item.text',
        'alert_item.at_ms',
        'delivery.state',
        'delivery.claim_at_ms',
        'delivery.publication_id',
        'delivery.error_code',
        'delivery.error_text',
        'target_pause.since_ms',
        'target_pause.until_ms',
      ])
      .where('alert_item.card_id', '=', cardId)
      .orderBy('alert_item.at_ms')
      .orderBy('alert_item.id')
      .execute();
    const nowMs = clock.nowMs();
    const counted = rows.map((row) => ({
      ...row,
      isHeld: row.since_ms !== null && (row.until_ms === null || Number(row.until_ms) > nowMs),
    }));
    return [...new Map(counted.map((row) => [row.delivery_id ?? row.id, row])).values()];
  }

  async #entries(
    guildId: string,
    rows: readonly Row[],
    name: (topic: string) => string | undefined,
  ): Promise<AlertEntry[]> {
    const publications = await findPublications(
      this.#components.db,
      rows.flatMap(({ publication_id }) => publication_id ?? []),
    );
    const scrubber = this.#components.scrubber.of(guildId);
    return rows.map((row) => {
      const publication = publications.find(({ id }) => id === row.publication_id);
      const target = name(row.topic);
      const error = row.error_text === null ? '' : `${row.error_text} (${row.error_code})`;
      return {
        kind: row.kind,
        ...(target === undefined ? {} : { target }),
        ...(publication ? { title: scrubber.scrub(publication.content.title) } : {}),
        text: scrubber.scrub(row.text ?? error),
        atMs: row.at_ms,
        ...(row.delivery_id === null ? {} : { deliveryId: row.delivery_id }),
        ...(row.publication_id === null ? {} : { publicationId: row.publication_id }),
        waits: waits(row),
      };
    });
  }
}

interface Row {
  id: string;
  kind: AlertEntry['kind'];
  topic: string;
  delivery_id: string | null;
  text: string | null;
  at_ms: number;
  state: string | null;
  claim_at_ms: number | null;
  publication_id: string | null;
  error_code: string | null;
  error_text: string | null;
  isHeld: boolean;
}

/** Items that nobody can act on again, such as a missed run, don't wait. */
function waits(row: Row): boolean {
  if (row.kind === 'hold') return row.isHeld;
  if (row.kind === 'approval') return row.state === 'awaiting-approval';
  return isForPerson(row);
}
