import { join } from 'node:path';
import type { Secret } from '#core/secret.ts';
import { memoryFolder } from '../../support/temporary-folder.ts';
import type { Accident } from './accidents.ts';
import type { DeathDeck, DeathName } from './deaths.ts';
import { Front } from './front.ts';
import { type Judged, judge } from './judge.ts';
import { kinds, newDeliveryAt, plannedAt } from './plan.ts';
import { Platforms } from './platforms.ts';
import { Slot } from './slot.ts';
import { Tally, zeros } from './tally.ts';
import type { DeliveryEnd } from './worker.ts';
import { WorkerProcess, type WorkerScript } from './worker-process.ts';

export interface RoundInit {
  script: WorkerScript;
  /** Processes at once on the same database. */
  workers: number;
  /** Absent: a file of its own. */
  postgresUrl: Secret | undefined;
  lookUpBeforeRetry: boolean;
  deck: DeathDeck;
  /** Asked before each kill; false ends the killing. */
  mayKill(): boolean;
}

export interface RoundResult extends Judged {
  kills: number;
  /** Processes of whose requests at least one took effect before they were killed. */
  livesWithEffect: number;
  /** What landed while processes were being killed, and not in the quiet end; by kind. */
  effectsUnderFire: Record<string, number>;
  blindResends: number;
  deaths: Record<DeathName, number>;
  accidents: Record<Accident, number>;
}

const drainMaxMs = 5 * 60_000;

/** Kills the workers of one fresh database again and again, lets the last one finish, and counts what the platforms saw. */
export async function runRound(init: RoundInit): Promise<RoundResult> {
  using folder = memoryFolder();
  const platforms = await Platforms.open(folder.path);
  const tally = new Tally();
  const fronts = await Promise.all(Array.from({ length: init.workers }, () => Front.open(platforms, tally)));
  try {
    const round = new Round(init, { fronts, tally }, join(folder.path, 'hub.db'));
    await round.kill();
    const effectsUnderFire = byKind(platforms.effectCounts());
    const { livesWithEffect } = tally;
    for (const front of fronts) front.accidentOf = () => undefined;
    const ends = await round.finish();
    const judged = judge({ asked: round.asked, effectCounts: platforms.effectCounts(), ends, tally });
    const { blindResends, deaths, accidents } = tally;
    return {
      ...judged,
      kills: round.kills,
      livesWithEffect,
      effectsUnderFire,
      blindResends,
      deaths,
      accidents,
    };
  } finally {
    await Promise.all(fronts.map((front) => front.close()));
    await platforms.close();
  }
}

class Round {
  kills = 0;
  /** Publications asked for so far: 0 to `asked` - 1. */
  asked = 0;
  readonly #init: RoundInit;
  readonly #parts: { fronts: readonly Front[]; tally: Tally };
  readonly #file: string;

  constructor(init: RoundInit, parts: { fronts: readonly Front[]; tally: Tally }, file: string) {
    this.#init = init;
    this.#parts = parts;
    this.#file = file;
  }

  async kill(): Promise<void> {
    const { fronts, tally } = this.#parts;
    const slots = fronts.map((front, index) => {
      const spawn = () => new WorkerProcess(this.#init.script);
      const { deck } = this.#init;
      const components = { front, tally, deck, spawn, nextDelivery: () => newDeliveryAt(this.asked++) };
      return new Slot(components, this.#orderOf(`worker-${index}`));
    });
    await Promise.all(
      slots.map((slot) =>
        slot.live(() => {
          const may = this.#init.mayKill();
          if (may) this.kills++;
          return may;
        }),
      ),
    );
  }

  /** What became of every delivery. */
  async finish(): Promise<Record<string, DeliveryEnd>> {
    const deliveries = Array.from({ length: this.asked }, (_, index) => newDeliveryAt(index));
    const { places } = this.#parts.fronts[0] as Front;
    const last = new WorkerProcess(this.#init.script);
    try {
      last.order({
        ...this.#orderOf('worker-0'),
        places,
        deliveries,
        dieAt: undefined,
        untilDone: true,
      });
      const line = await last.line('ends ', drainMaxMs);
      if (line === undefined) throw new Error('the last worker did not finish');
      return JSON.parse(line.slice('ends '.length));
    } finally {
      await last.kill();
    }
  }

  #orderOf(worker: string) {
    const { postgresUrl, lookUpBeforeRetry } = this.#init;
    const file = postgresUrl ? undefined : this.#file;
    return { worker, file, postgresUrl: postgresUrl?.reveal(), lookUpBeforeRetry };
  }
}

function byKind(effectCounts: ReadonlyMap<number, number>): Record<string, number> {
  const sums = zeros(kinds.map(({ name }) => name));
  for (const [index, count] of effectCounts)
    if (index >= 0) sums[plannedAt(index).kind.name] = (sums[plannedAt(index).kind.name] ?? 0) + count;
  return sums;
}
