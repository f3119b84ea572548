import type { NewDelivery } from '#publishing/outbox/delivery.ts';
import type { DeathDeck } from './deaths.ts';
import type { Front } from './front.ts';
import type { Tally } from './tally.ts';
import type { WorkOrder } from './worker.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface SlotComponents {
  front: Front;
  tally: Tally;
  deck: DeathDeck;
  /** Loads a process; it is loaded while the one before lives. */
  spawn(): WorkerProcess;
  /** The next publication that nobody has asked for yet. */
  nextDelivery(): NewDelivery;
}

export type SlotOrder = Omit<WorkOrder, 'deliveries' | 'dieAt' | 'untilDone' | 'places'>;

const loadMaxMs = 2 * 60_000;
const lifeMaxMs = 10_000;
/** A process that has nothing in hand any more may still find something that has just become due. */
const idleMs = 20;
/** From an answer that has left to the death that is tied to it: while it is read and written down. */
const answerReadMaxMs = 6;

/** One worker of a database: a name, and process after process that bears it. */
export class Slot {
  readonly #components: SlotComponents;
  readonly #order: SlotOrder;

  constructor(components: SlotComponents, order: SlotOrder) {
    this.#components = components;
    this.#order = order;
  }

  /** `mayLive`: asked before each life. */
  async live(mayLive: () => boolean): Promise<void> {
    const { spawn, nextDelivery } = this.#components;
    let unacknowledged: NewDelivery[] = [];
    let next = spawn();
    while (mayLive()) {
      const life = next;
      if ((await life.line('warm', loadMaxMs)) === undefined) throw new Error('a worker could not be loaded');
      next = spawn();
      const deliveries = [...unacknowledged, nextDelivery()];
      await this.#live(life, deliveries);
      const acknowledged = life.acknowledged();
      unacknowledged = deliveries.filter(({ id }) => !acknowledged.includes(id));
    }
    await next.kill();
  }

  async #live(life: WorkerProcess, deliveries: NewDelivery[]): Promise<void> {
    const { front, tally, deck } = this.#components;
    const publisher = deliveries.at(-1)?.publisher ?? '';
    const { death, isPlanned } = deck.draw(publisher);
    // What it is to die at comes then.
    front.isCalm = isPlanned;
    const dieAt = death.kind === 'ordered' ? { ...death.at, publisher } : undefined;
    if (death.kind === 'aimed') {
      const { moment, nth } = death;
      const delayMs = moment === 'answer' ? Math.random() * answerReadMaxMs : 0;
      front.aim = { publisher, moment, nth, strike: () => strike(life, delayMs) };
    }
    const { places } = front;
    front.life = { hadEffect: false };
    life.order({ ...this.#order, places, deliveries, dieAt, untilDone: false });
    if (death.kind === 'random') await life.ended(death.afterMs);
    else await life.line('idle', lifeMaxMs).then(() => life.ended(idleMs));
    const ended = life.isOver;
    const struck = death.kind === 'aimed' && front.aim === undefined;
    front.aim = undefined;
    await life.kill();
    if (dieAt && ended) tally.death(`${dieAt.side} ${dieAt.write}`);
    else if (death.kind === 'random') tally.death('random');
    else if (!struck) {
      tally.death('overdue');
      if (isPlanned) deck.putBack(publisher, death);
    }
  }
}

async function strike(life: WorkerProcess, delayMs: number): Promise<void> {
  if (delayMs > 0) await life.ended(delayMs);
  await life.kill();
}
