import type { ExpressionBuilder } from 'kysely';
import type { Receipt, Step } from '#contracts/publisher.ts';
import type {
  DeliveryAttemptTable,
  DeliveryState,
  DeliveryStepTable,
  DeliveryTable,
  OutboxTables,
} from '../tables/outbox.ts';
import type { DeliveryChanges, Progress } from './changes.ts';
import type { Database } from './delivery.ts';
import { readReceipt, readStep } from './stored-steps.ts';

/** A delivery as people and panels see it. */
export interface Delivery {
  id: string;
  publicationId: string;
  guildId: string;
  targetId: string;
  publisher: string;
  revision: number;
  state: DeliveryState;
  /** A person must decide: failed, or unknown without a next try. */
  needsPerson: boolean;
  /** When it leaves, or is retried, looked up or confirmed next. */
  dueAtMs: number | undefined;
  attempts: number;
  costMicros: number;
  stepsHash: string;
  error: { code: string; text: string } | undefined;
  receipt: Receipt | undefined;
  /** The delivery whose result it takes back. */
  takesBack: string | undefined;
  /** For an upload of this hub. */
  progress: Progress | undefined;
  createdAtMs: number;
  updatedAtMs: number;
}

export interface DeliveryStep {
  step: Step;
  state: DeliveryStepTable['state'];
  firstAttemptAtMs: number | undefined;
  lastAttemptAtMs: number | undefined;
  receipt: Receipt | undefined;
}

export interface DeliveryAttempt {
  stepId: string;
  kind: DeliveryAttemptTable['kind'];
  atMs: number;
  /** undefined: running, or interrupted by the end of the process. */
  outcome: string | undefined;
  detail: string | undefined;
}

export interface DeliveryFilter {
  guildId: string;
  publicationId?: string;
  targetId?: string;
  /** Those that take something back are left out. */
  posts?: true;
  /** `open`: all that aren't settled; `needs-person`: those that wait for somebody's decision. */
  only: 'open' | 'needs-person' | 'all';
  limit: number;
}

/** Reads what the outbox holds. */
export class Deliveries {
  readonly #db: Database;
  readonly #changes: Pick<DeliveryChanges, 'progressOf'>;

  constructor(components: { db: Database; changes: Pick<DeliveryChanges, 'progressOf'> }) {
    this.#db = components.db;
    this.#changes = components.changes;
  }

  async get(guildId: string, deliveryId: string): Promise<Delivery | undefined> {
    const row = await this.#db
      .selectFrom('delivery')
      .selectAll()
      .where('id', '=', deliveryId)
      .where('guild_id', '=', guildId)
      .executeTakeFirst();
    return row && this.#view(row);
  }

  /** Those that need a person first, then the newest. */
  async list(filter: DeliveryFilter): Promise<Delivery[]> {
    const query = this.#db
      .selectFrom('delivery')
      .selectAll()
      .where('guild_id', '=', filter.guildId)
      .$if(filter.publicationId !== undefined, (q) =>
        q.where('publication_id', '=', filter.publicationId ?? ''),
      )
      .$if(filter.targetId !== undefined, (q) => q.where('target_id', '=', filter.targetId ?? ''))
      .$if(filter.posts === true, (q) => q.where('takes_back', 'is', null))
      .orderBy('id', 'desc')
      .limit(filter.limit);
    const waiting = await query.where(needsPerson).execute();
    if (filter.only === 'needs-person' || waiting.length >= filter.limit)
      return waiting.map((row) => this.#view(row));
    const others = await query
      .where((eb) => eb.not(needsPerson(eb)))
      .$if(filter.only === 'open', (q) => q.where('open', '=', 1))
      .execute();
    return [...waiting, ...others].slice(0, filter.limit).map((row) => this.#view(row));
  }

  /** Those that take back the results of these, oldest first. */
  async takingBack(guildId: string, deliveryIds: readonly string[]): Promise<Delivery[]> {
    if (deliveryIds.length === 0) return [];
    const rows = await this.#db
      .selectFrom('delivery')
      .selectAll()
      .where('guild_id', '=', guildId)
      .where(
        'publication_id',
        'in',
        this.#db
          .selectFrom('delivery as made')
          .select('made.publication_id')
          .where('made.id', 'in', [...deliveryIds]),
      )
      .where('takes_back', 'in', [...deliveryIds])
      .orderBy('id')
      .execute();
    return rows.map((row) => this.#view(row));
  }

  async steps(deliveryId: string): Promise<DeliveryStep[]> {
    const rows = await this.#db
      .selectFrom('delivery_step')
      .selectAll()
      .where('delivery_id', '=', deliveryId)
      .orderBy('ordinal')
      .execute();
    return rows.map((row) => ({
      step: readStep(row).step,
      state: row.state,
      firstAttemptAtMs: row.first_attempt_at_ms ?? undefined,
      lastAttemptAtMs: row.last_attempt_at_ms ?? undefined,
      receipt: readReceipt(row.receipt),
    }));
  }

  /** The journal, newest first. */
  async attempts(deliveryId: string, limit: number): Promise<DeliveryAttempt[]> {
    const rows = await this.#db
      .selectFrom('delivery_attempt')
      .selectAll()
      .where('delivery_id', '=', deliveryId)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      stepId: row.step_id,
      kind: row.kind,
      atMs: row.at_ms,
      outcome: row.outcome ?? undefined,
      detail: row.detail ?? undefined,
    }));
  }

  /** Targets at which one of these failed, or which one of these found no longer letting the hub in. */
  async failedAt(deliveryIds: readonly string[]): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('delivery')
      .leftJoin('target_pause', 'target_pause.target_id', 'delivery.target_id')
      .select('delivery.target_id')
      .distinct()
      .where('delivery.id', 'in', [...deliveryIds])
      .where((eb) =>
        eb.or([eb('delivery.state', '=', 'failed'), eb('target_pause.reason', '=', 'authorisation-lost')]),
      )
      .execute();
    return rows.map(({ target_id }) => target_id);
  }

  #view(row: DeliveryTable): Delivery {
    return {
      id: row.id,
      publicationId: row.publication_id,
      guildId: row.guild_id,
      targetId: row.target_id,
      publisher: row.publisher,
      revision: row.revision,
      state: row.state,
      needsPerson: isForPerson(row),
      dueAtMs: row.due_at_ms ?? undefined,
      attempts: row.attempt_count,
      costMicros: row.cost_micros,
      stepsHash: row.steps_hash,
      error: row.error_code === null ? undefined : { code: row.error_code, text: row.error_text ?? '' },
      receipt: readReceipt(row.receipt),
      takesBack: row.takes_back ?? undefined,
      progress: this.#changes.progressOf(row.id),
      createdAtMs: row.created_at_ms,
      updatedAtMs: row.updated_at_ms,
    };
  }
}

/** It waits until somebody decides. */
export function isForPerson(row: { state: string | null; claim_at_ms: number | null }): boolean {
  return row.state === 'failed' || (row.state === 'unknown' && row.claim_at_ms === null);
}

/** The same, as a query. */
export function needsPerson(eb: ExpressionBuilder<OutboxTables, 'delivery'>) {
  return eb.or([
    eb('state', '=', 'failed'),
    eb.and([eb('state', '=', 'unknown'), eb('claim_at_ms', 'is', null)]),
  ]);
}
