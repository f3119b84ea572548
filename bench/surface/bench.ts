/** What people feel of the player: how soon it answers, sounds and changes, and what it costs. */
import type { BenchmarkOptions } from '../run.ts';
import { cachedPlay } from './cached-play.ts';
import { changes } from './changes.ts';
import { edits } from './edits.ts';
import { firstSound } from './first-sound.ts';
import { players } from './players.ts';
import { lineOf, type Part, rowsOf } from './row.ts';
import { seeks } from './seeks.ts';
import { suggestions } from './suggestions.ts';

const parts: Readonly<Record<string, Part>> = {
  'first-sound': firstSound,
  suggestions,
  changes,
  seeks,
  players,
  'cached-play': cachedPlay,
  edits,
};

export const benchmark = {
  title: 'The player as people feel it: first sound, suggestions, skip, pause, seek, memory, CPU, edits',
  options: { only: `parts, by comma: ${Object.keys(parts).join(', ')}` },
  async run({ only }: BenchmarkOptions) {
    const names = only?.split(',') ?? Object.keys(parts);
    const unknown = names.find((name) => !(name in parts));
    if (unknown !== undefined)
      throw new Error(`--only takes ${Object.keys(parts).join(', ')}, not ${unknown}`);
    const rows = [];
    for (const [name, part] of Object.entries(parts))
      if (names.includes(name)) rows.push(...(await rowsOf(name, part)));
    const report = { ok: rows.every(({ ok }) => ok), rows };
    return { report, table: rows.map(lineOf).join('\n') };
  },
};
