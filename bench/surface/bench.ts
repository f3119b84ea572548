/** What people feel of the player: how soon it answers, sounds and changes, and what it costs. */
import type { BenchmarkOptions } from '../run.ts';
import { cachedPlay } from './cached-play.ts';
import { isReached, lineOf, type Part, type Row } from './row.ts';
import { suggestions } from './suggestions.ts';

const parts: Readonly<Record<string, Part>> = {
  suggestions,
  'cached-play': cachedPlay,
};

export const benchmark = {
  title: 'The player as people feel it: suggestions, first sound, skip, seek, cost',
  options: { only: `one part: ${Object.keys(parts).join(', ')}` },
  async run({ only }: BenchmarkOptions) {
    const rows: Row[] = [];
    for (const [name, part] of Object.entries(parts))
      if (only === undefined || only === name) rows.push(...(await part()));
    if (rows.length === 0) throw new Error(`--only takes one of ${Object.keys(parts).join(', ')}`);
    const report = { ok: rows.every(isReached), rows };
    return { report, table: rows.map(lineOf).join('\n') };
  },
};
