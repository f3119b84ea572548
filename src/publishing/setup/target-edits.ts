import type { z } from 'zod';
import type { targetEdit } from '#contracts/actions/targets.ts';
import { transact } from '#storage/transaction.ts';
import { publishErrors } from '../errors.ts';
import type { Readiness } from '../host/readiness.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Publishers } from '../publishers.ts';
import type { PublishingComponents } from '../publishing-components.ts';
import { meantOptions } from '../targets/meant-options.ts';
import { checkedPlace } from '../targets/open-options.ts';
import type { Target, TargetStore } from '../targets/target-store.ts';
import { keepRedraft, type RedraftComponents, redrafts } from './redraft.ts';
import type { TargetService } from './target-service.ts';

type Request = z.output<typeof targetEdit.input>;

export interface TargetEditsComponents extends RedraftComponents {
  outbox: Outbox;
  targets: TargetStore;
  service: Pick<TargetService, 'view'>;
  publishers: Pick<Publishers, 'declared'>;
  readiness: Pick<Readiness, 'doubt'>;
  names?: PublishingComponents['names'];
}

/** Other settings for the same target: its credentials, pause, spending and history stay. */
export class TargetEdits {
  readonly #components: TargetEditsComponents;

  constructor(components: TargetEditsComponents) {
    this.#components = components;
  }

  /**
   * `asks`: whether the target is asked afterwards. Throws PUBLISH_NO_TARGET, PUBLISH_OPTIONS_INVALID, PUBLISH_PROBLEMS,
   * PUBLISH_TOO_MANY, OUTBOX_EDITED_MEANWHILE.
   */
  async edit(
    request: Request,
    signal: AbortSignal,
    { asks = true }: { asks?: boolean } = {},
  ): Promise<z.input<typeof targetEdit.output>> {
    const { db, outbox, targets, clock, publishers, service } = this.#components;
    const before = await targets.named(request.guildId, request.target);
    const wanted = edited(before, request);
    const found = publishers.declared(wanted.publisher);
    if (!found) throw publishErrors.PUBLISH_NO_PUBLISHER({ publisher: wanted.publisher });
    const names = this.#components.names?.(request.guildId);
    const after = { ...wanted, options: meantOptions(found, wanted.options, names) };
    checkedPlace(found, after.options);
    const changed = await redrafts(this.#components, before, after, signal);
    const redrafted = await transact(db, async (tx) => {
      await targets.update(tx, after);
      if (before.ordered !== after.ordered)
        await tx
          .updateTable('delivery')
          .set({ order_key: after.ordered ? after.id : null })
          .where('target_id', '=', after.id)
          .where('open', '=', 1)
          .execute();
      const kept = [];
      for (const each of changed)
        if (await keepRedraft(tx, each, clock.nowMs(), outbox.seals)) kept.push(each);
      return kept;
    });
    for (const { row, publication } of redrafted)
      outbox.changes.tell({ deliveryId: row.id, publicationId: publication.id });
    outbox.wake();
    if (asks) this.#components.readiness.doubt(after.id);
    return { ...(await service.view(after)), redraftedCount: redrafted.length };
  }
}

/** Absent stays; null removes. */
function edited(before: Target, request: Request): Target {
  const options: Target['options'] = { ...before.options, ...request.options };
  for (const [name, value] of Object.entries(options)) if (value === null) delete options[name];
  const { policy = before.policy, ordered = before.ordered, monthlyBudgetMicros, template } = request;
  return {
    ...before,
    options,
    policy,
    ordered,
    monthlyBudgetMicros:
      monthlyBudgetMicros === undefined ? before.monthlyBudgetMicros : (monthlyBudgetMicros ?? undefined),
    template: template === undefined ? before.template : (template ?? undefined),
  };
}
