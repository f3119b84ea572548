/** Holes per hour on synthetic networks: the hub's buffer against delays that never change. Simulated time. */
import { type BufferProfile, delayRangeOf } from '#audio/jitter/profiles.ts';
import { seeded } from '../../tests/support/seeded.ts';
import type { Benchmark } from '../run.ts';
import { arrivals, networks } from './network.ts';
import { type Outcome, playAdaptive, playFixed } from './players.ts';

const seeds = [1, 2, 3, 4, 5];
const hoursDefault = 8;
const fixedDelaysMs = [200, 400, 800];
const adaptiveProfiles: BufferProfile[] = ['talk', 'music', 'robust'];
const meanPayloadBytes = 240;

interface Row {
  network: string;
  player: string;
  seeds: number[];
  /** Simulated, all seeds together. */
  hours: number;
  /** Holes longer than the 100 ms a decoder conceals. */
  underrunsPerHour: number;
  /** Frames that were due and not there, one or more in a row. */
  dryTimesPerHour: number;
  /** What frames are held back beyond the fastest way through the network. */
  meanDelayMs: number;
  concealedPerHour: number;
  shortenedPerHour: number;
}

export const benchmark: Benchmark = {
  title: 'underruns per hour on good, Wi-Fi and bad networks: ours and fixed delays (simulated)',
  options: { hours: `simulated hours per seed and row (${hoursDefault})` },
  async run(options) {
    const hours = Number(options.hours ?? hoursDefault);
    const rows: Row[] = [];
    for (const network of Object.keys(networks) as (keyof typeof networks)[]) {
      const model = networks[network];
      for (const profile of adaptiveProfiles) {
        const range = delayRangeOf(profile);
        const player = profile === 'music' ? 'ours' : `ours, ${profile}`;
        const outcomes = seeds.map((seed) =>
          playAdaptive(range, model, arrivals(model, seeded(seed)), payloadBytes(seed), hours),
        );
        rows.push(rowOf(network, player, outcomes, hours));
      }
      for (const delayMs of fixedDelaysMs) {
        const outcomes = seeds.map((seed) => playFixed(delayMs, model, arrivals(model, seeded(seed)), hours));
        rows.push(rowOf(network, `fixed ${delayMs}`, outcomes, hours));
      }
    }
    return { report: { rows }, table: tableOf(rows) };
  },
};

/** Variable bit rate: about a bell around the mean, never silent. */
function payloadBytes(seed: number): () => number {
  const random = seeded(seed + 1_000);
  return () => Math.round(meanPayloadBytes * (0.5 + (random() + random() + random()) / 3));
}

function rowOf(network: string, player: string, outcomes: Outcome[], hoursEach: number): Row {
  const hours = hoursEach * outcomes.length;
  const sum = (key: keyof Outcome) => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  const perHour = (key: keyof Outcome) => Math.round((sum(key) / hours) * 100) / 100;
  return {
    ...{ network, player, seeds, hours },
    underrunsPerHour: perHour('underruns'),
    dryTimesPerHour: perHour('dryTimes'),
    meanDelayMs: Math.round(sum('delaySumMs') / sum('played')),
    concealedPerHour: perHour('concealed'),
    shortenedPerHour: perHour('shortened'),
  };
}

function tableOf(rows: Row[]): string {
  const head = ['network', 'player', 'underruns/h', 'dry/h', 'mean delay ms', 'concealed/h', 'shortened/h'];
  const body = rows.map((row) => [
    row.network,
    row.player,
    row.underrunsPerHour,
    row.dryTimesPerHour,
    row.meanDelayMs,
    row.concealedPerHour,
    row.shortenedPerHour,
  ]);
  return [head, ...body].map((cells) => cells.map((cell) => String(cell).padStart(14)).join('')).join('\n');
}
