import { randomUUID } from 'node:crypto';
import type { DeliveryView, PublicationView } from '#contracts/actions/publish.ts';
import type { KnownTargets, PublicationOrder, Publications } from '#contracts/publications.ts';
import { defineErrors } from '#core/errors.ts';

const errors = defineErrors({
  PUBLISH_NO_TARGET: {
    kind: 'user',
    message: (d: { target: string }) => `There is no target “${d.target}” here.`,
    next: () => 'Add it first.',
  },
  PUBLISH_TIME_PASSED: {
    kind: 'user',
    message: () => 'That time has passed.',
    next: () => 'Publish now instead.',
  },
});

export interface Ordered {
  order: PublicationOrder;
  /** When the order came, by the wall clock. */
  atMs: number;
  /** When its deliveries leave. */
  dueAtMs: number;
  withdrawnAtMs?: number;
  view: PublicationView;
}

/** The publishing side of the contract, in memory and on the test's clock: what is due has left. */
export class FakePublications implements Publications, KnownTargets {
  readonly ordered = new Map<string, Ordered>();
  /** Orders that came, repeated ones too. */
  orderCount = 0;
  /** Thrown by the next calls, one each; `after` the effect or before it. */
  readonly accidents: { when: 'before' | 'after'; error: Error }[] = [];
  /** A delivery that is due, and waits for somebody all the same. */
  waits: { publicationId: string; target: string } | undefined;
  readonly #nowMs: () => number;
  readonly #targets: readonly string[];

  constructor(nowMs: () => number, targets: readonly string[] = ['news', 'blog', 'archive']) {
    this.#nowMs = nowMs;
    this.#targets = targets;
  }

  /** What goes out, or went out, in time order. */
  sent(): { title: string; dueAtMs: number; targets: string[] }[] {
    return [...this.ordered.values()]
      .map((one) => ({ title: one.order.content.title, dueAtMs: one.dueAtMs, targets: this.#leaving(one) }))
      .filter(({ targets }) => targets.length > 0)
      .sort((a, b) => a.dueAtMs - b.dueAtMs);
  }

  async named(_guildId: string, name: string): Promise<unknown> {
    if (!this.#targets.includes(name)) throw errors.PUBLISH_NO_TARGET({ target: name });
    return name;
  }

  async order(order: PublicationOrder): Promise<PublicationView> {
    this.orderCount += 1;
    const accident = this.accidents.shift();
    if (accident?.when === 'before') throw accident.error;
    const key = `${order.guildId}/${order.cause}`;
    const present = this.ordered.get(key) ?? (await this.#create(key, order));
    if (accident?.when === 'after') throw accident.error;
    return this.#viewOf(present);
  }

  async withdraw(guildId: string, publicationId: string): Promise<PublicationView> {
    const present = this.#byId(guildId, publicationId);
    if (!present) throw new Error('no such publication');
    if (present.dueAtMs > this.#nowMs() || this.waits?.publicationId === publicationId)
      present.withdrawnAtMs ??= this.#nowMs();
    return this.#viewOf(present);
  }

  async move(guildId: string, publicationId: string, dueAtMs: number): Promise<PublicationView> {
    const present = this.#byId(guildId, publicationId);
    if (!present) throw new Error('no such publication');
    present.dueAtMs = dueAtMs;
    return this.#viewOf(present);
  }

  async find(guildId: string, publicationId: string): Promise<PublicationView | undefined> {
    const present = this.#byId(guildId, publicationId);
    return present && this.#viewOf(present);
  }

  onChange(): () => void {
    return () => undefined;
  }

  #byId(guildId: string, id: string): Ordered | undefined {
    return [...this.ordered.values()].find(({ view }) => view.id === id && view.guildId === guildId);
  }

  async #create(key: string, order: PublicationOrder): Promise<Ordered> {
    const nowMs = this.#nowMs();
    if (order.dueAtMs !== undefined && order.dueAtMs <= nowMs) throw errors.PUBLISH_TIME_PASSED();
    for (const target of order.targets) await this.named(order.guildId, target);
    const id = randomUUID();
    const view = {
      id,
      guildId: order.guildId,
      title: order.content.title,
      createdAtMs: nowMs,
      deliveries: [],
    };
    const made = { order, atMs: nowMs, dueAtMs: order.dueAtMs ?? nowMs, view };
    this.ordered.set(key, made);
    return made;
  }

  #leaving({ order, withdrawnAtMs }: Ordered): string[] {
    return withdrawnAtMs === undefined ? [...order.targets] : [];
  }

  #viewOf(one: Ordered): PublicationView {
    const left = one.dueAtMs <= this.#nowMs() && one.withdrawnAtMs === undefined;
    const state = one.withdrawnAtMs !== undefined ? 'cancelled' : left ? 'done' : 'scheduled';
    const isWaiting = (target: string) =>
      this.waits?.publicationId === one.view.id && this.waits.target === target;
    const isDue = one.dueAtMs <= this.#nowMs();
    const stateOf = (target: string) => {
      if (isWaiting(target)) return one.withdrawnAtMs === undefined ? 'awaiting-approval' : 'cancelled';
      // What had left stays.
      return this.waits?.publicationId === one.view.id && isDue ? 'done' : state;
    };
    return {
      ...one.view,
      deliveries: one.order.targets.map((target) => deliveryOf(one, target, stateOf(target))),
    };
  }
}

function deliveryOf(one: Ordered, target: string, state: DeliveryView['state']): DeliveryView {
  return {
    id: `${one.view.id}/${target}`,
    publicationId: one.view.id,
    title: one.view.title,
    target,
    publisher: 'fake',
    state,
    needsPerson: false,
    dueAtMs: one.dueAtMs,
    attempts: 0,
    approvals: { given: 0, needed: 0 },
    updatedAtMs: one.atMs,
  };
}
