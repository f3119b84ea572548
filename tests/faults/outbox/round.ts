import { join } from 'node:path';
import type { Secret } from '#core/secret.ts';
import { memoryFolder } from '../../support/temporary-folder.ts';
import { deliveryOf, stepKeysOf } from './plan.ts';
import type { OrderedDeath, WorkOrder } from './worker.ts';
import { WorkerProcess } from './worker-process.ts';
import { startWorld, type World } from './world.ts';

export interface RoundInit {
  kills: number;
  /** Processes at once on the same database. */
  workers: number;
  /** Absent: a file of its own. */
  postgresUrl: Secret | undefined;
  lookUpBeforeRetry: boolean;
  script: string;
  cacheFolder: string;
  /** Stops killing then, whatever is left of the number. */
  endsAtMs: number;
}

export interface RoundResult {
  kills: number;
  publications: number;
  delivered: number;
  lost: number;
  duplicated: number;
  unknownForHuman: number;
  /** What landed while workers were being killed, and not in the quiet end. */
  effectsUnderFire: number;
}

const publicationsPerLife = 1;
/** A random end comes within this time of an effect at the targets, */
const randomLifeMaxMs = 30;
/** or, one in so many, while the worker starts. */
const endsAtStart = 10;
const effectMaxMs = 700;
/** An ordered death that found nothing to die at is helped along. */
const orderedLifeMaxMs = 500;
const orderedNthMax = 3;
/** Most ordered deaths stand around the end of an attempt: the effect has happened and is not yet written down, or just. */
const orderedWrites: readonly OrderedDeath['write'][] = [
  'claim',
  'beginAttempt',
  'beginAttempt',
  'endAttempt',
  'endAttempt',
  'endAttempt',
  'endAttempt',
  'release',
];
const startMaxMs = 20_000;
const drainMaxMs = 90_000;

/** Kills the workers of one fresh database again and again, lets the last one finish, and counts what the targets saw. */
export async function runRound(init: RoundInit): Promise<RoundResult> {
  using folder = memoryFolder();
  const world = await startWorld();
  try {
    const round = new Round(init, world, join(folder.path, 'hub.db'));
    await round.kill();
    const effectsUnderFire = sumOf(world.effects.values());
    world.calm();
    return { ...judge(await round.finish(), round.asked, world), kills: round.kills, effectsUnderFire };
  } finally {
    await world.close();
  }
}

class Round {
  kills = 0;
  /** Publications asked for so far: 0 to `asked` - 1. */
  asked = 0;
  readonly #init: RoundInit;
  readonly #world: World;
  readonly #file: string;

  constructor(init: RoundInit, world: World, file: string) {
    this.#init = init;
    this.#world = world;
    this.#file = file;
  }

  async kill(): Promise<void> {
    await Promise.all(
      Array.from({ length: this.#init.workers }, (_, slot) => this.#killSlot(`worker-${slot}`)),
    );
  }

  /** What became of every delivery. */
  async finish(): Promise<Record<string, string>> {
    const last = this.#spawn();
    try {
      await last.line('warm', startMaxMs);
      const publications = Array.from({ length: this.asked }, (_, index) => index);
      last.order({ ...this.#order('worker-0', publications), untilDone: true });
      const line = await last.line('states ', drainMaxMs);
      if (line === undefined) throw new Error('the last worker did not finish');
      return JSON.parse(line.slice('states '.length));
    } finally {
      await last.kill();
    }
  }

  async #killSlot(worker: string): Promise<void> {
    let unacknowledged: number[] = [];
    let next = this.#spawn();
    while (this.kills < this.#init.kills && Date.now() < this.#init.endsAtMs) {
      this.kills++;
      const life = next;
      await life.line('warm', startMaxMs);
      // Loading costs more than living: the next one loads meanwhile.
      next = this.#spawn();
      const fresh = Array.from({ length: publicationsPerLife }, () => this.asked++);
      const publications = [...unacknowledged, ...fresh];
      await this.#live(life, worker, publications);
      const acknowledged = life.acknowledged();
      unacknowledged = publications.filter((index) => !acknowledged.includes(index));
    }
    await next.kill();
  }

  async #live(life: WorkerProcess, worker: string, publications: number[]): Promise<void> {
    const ordered = Math.random() < 0.5;
    const dieAt = ordered ? anyDeath() : undefined;
    life.order({ ...this.#order(worker, publications), dieAt });
    if (ordered) await life.ended(orderedLifeMaxMs);
    else {
      if (Math.random() * endsAtStart >= 1)
        await Promise.race([this.#world.nextEffect(), life.ended(effectMaxMs)]);
      await life.ended(Math.random() * randomLifeMaxMs);
    }
    await life.kill();
  }

  #order(worker: string, publications: number[]): WorkOrder {
    const { postgresUrl, lookUpBeforeRetry } = this.#init;
    return {
      worker,
      file: postgresUrl ? undefined : this.#file,
      postgresUrl: postgresUrl?.reveal(),
      worldUrl: this.#world.url,
      lookUpBeforeRetry,
      publications,
      dieAt: undefined,
      untilDone: false,
    };
  }

  #spawn(): WorkerProcess {
    return new WorkerProcess(this.#init.script, this.#init.cacheFolder, this.#world.url);
  }
}

function anyDeath(): OrderedDeath {
  return {
    write: orderedWrites[Math.floor(Math.random() * orderedWrites.length)] ?? 'endAttempt',
    side: Math.random() < 0.5 ? 'before' : 'after',
    nth: 1 + Math.floor(Math.random() * orderedNthMax),
  };
}

/** The targets' own count decides, not what the outbox believes. */
function judge(states: Record<string, string>, asked: number, world: World) {
  const result = { publications: asked, delivered: 0, lost: 0, duplicated: 0, unknownForHuman: 0 };
  for (let index = 0; index < asked; index++) {
    const state = states[deliveryOf(index).id];
    const effects = stepKeysOf(index).map((key) => world.effects.get(key) ?? 0);
    if (effects.some((count) => count > 1)) result.duplicated++;
    if (state === 'unknown') result.unknownForHuman++;
    else if (state === 'done' && effects.every((count) => count > 0)) result.delivered++;
    else result.lost++;
  }
  return result;
}

function sumOf(counts: Iterable<number>): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}
