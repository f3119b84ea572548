/** What a suggestion costs with a folder of many files: CPU for each letter that somebody types, memory for the index. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { LibraryIndex } from '#audio/source/library-index.ts';
import { namedSources } from '#audio/source/named-sources.ts';
import { systemClock } from '#core/clock.ts';
import type { BenchmarkOptions } from '../run.ts';

const typedTexts = ['', 'e', 'ep', 'episode 99', 'ÜBER', 'nothing of it', 'wolken'];
/** A folder that was just written to is read again with each suggestion. */
const settledMs = 3_000;

export const benchmark = {
  title: 'Suggestions from a large library: CPU each, memory of the index',
  options: { files: 'in one folder, default 10000' },
  async run(options: BenchmarkOptions) {
    const fileCount = Number(options.files ?? 10_000);
    const library = mkdtempSync(join(tmpdir(), 'guildmesh-library-'));
    try {
      mkdirSync(join(library, 'show'));
      for (let number = 1; number <= fileCount; number++)
        writeFileSync(join(library, 'show', `Episode ${number} – Über den Wolken.opus`), '');
      await setTimeout(settledMs);
      const before = process.memoryUsage.rss();
      const index = new LibraryIndex(systemClock());
      const suggestions: { typed: string; found: number; cpuMs: number }[] = [];
      for (const typed of typedTexts) {
        const start = process.cpuUsage();
        const found = await namedSources(index, [library], typed);
        const { user, system } = process.cpuUsage(start);
        suggestions.push({ typed, found: found.length, cpuMs: Math.round((user + system) / 100) / 10 });
      }
      const rssMib = Math.round((process.memoryUsage.rss() - before) / 104_857.6) / 10;
      const rows = suggestions.map(
        ({ typed, found, cpuMs }) => `${`“${typed}”`.padEnd(18)} ${found} found, ${cpuMs} ms`,
      );
      return {
        report: { fileCount, suggestions, rssMib },
        table: [...rows, `memory +${rssMib} MiB with garbage`].join('\n'),
      };
    } finally {
      rmSync(library, { recursive: true });
    }
  },
};
