import { type Row, rounded } from './measure.ts';
import type { Mode } from './plan.ts';

/** At this many channels ours is held against the others. */
const comparedAtChannels = 300;

export interface Ratios {
  typicalOverOurs: number | null;
  discordPlayerOverOurs: number | null;
  discordPlayerSharedOverOurs: number | null;
  distubeOverOurs: number | null;
  oursOverLimit: number | null;
}

/**
 * CPU per packet, one over the other. A bot that runs an ffmpeg for each guild can't be measured at 300 guilds: there
 * its cheapest row counts, which is the fairest to it.
 */
export function ratiosOf(rows: Row[]): { dave: Ratios; plain: Ratios } {
  return { dave: ratios(rows.filter(({ dave }) => dave)), plain: ratios(rows.filter(({ dave }) => !dave)) };
}

function ratios(rows: Row[]): Ratios {
  const ours = costOf(rows, 'ours');
  return {
    typicalOverOurs: over(cheapestOf(rows, 'typical'), ours),
    discordPlayerOverOurs: over(cheapestOf(rows, 'discord-player'), ours),
    discordPlayerSharedOverOurs: over(costOf(rows, 'discord-player-shared'), ours),
    distubeOverOurs: over(cheapestOf(rows, 'distube'), ours),
    oursOverLimit: over(ours, costOf(rows, 'limit')),
  };
}

/** At 300 channels, or at the most that were measured. */
function costOf(rows: Row[], mode: Mode): number | undefined {
  const own = rows.filter((row) => row.mode === mode);
  const exact = own.find(({ channels }) => channels === comparedAtChannels);
  return (exact ?? own.at(-1))?.cpuMicrosPerPacket;
}

function cheapestOf(rows: Row[], mode: Mode): number | undefined {
  const costs = rows.filter((row) => row.mode === mode).map(({ cpuMicrosPerPacket }) => cpuMicrosPerPacket);
  return costs.length > 0 ? Math.min(...costs) : undefined;
}

function over(one: number | undefined, other: number | undefined): number | null {
  return one === undefined || other === undefined ? null : rounded(one / other);
}
