import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Shelves } from '#audio/media/shelves.ts';
import { Suggestions } from '#audio/media/suggestions.ts';
import { LibraryFolders } from '#audio/source/library-folders.ts';
import { systemClock } from '#core/clock.ts';
import type { Row } from './row.ts';

const fileCount = 20_000;
const filesPerFolder = 50;
const rounds = 100;
/** As people type them: letter by letter, words in any order, nothing that fits. */
const typedTexts = ['', 'e', 'ev', 'evening 99', 'choir song', 'ÜBER wolken', '7', 'nothing of it'];
/** A folder that was just written to is read again with each suggestion. */
const settledMs = 3_000;

/** How long somebody waits for suggestions from a large library whose tags are known, and what its index holds. */
export async function suggestions(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'guildmesh-surface-'));
  try {
    makeLibrary(folder);
    await setTimeout(settledMs);
    const before = heldMib();
    const { ask, tagged } = await indexOf(folder);
    await tagged();
    const addedMib = heldMib() - before;
    await ask('');
    const waits: number[] = [];
    for (let round = 0; round < rounds; round++)
      for (const typed of typedTexts) {
        const start = performance.now();
        await ask(typed);
        waits.push(performance.now() - start);
      }
    waits.sort((a, b) => a - b);
    const at = (share: number) => waits[Math.floor(share * (waits.length - 1))] ?? 0;
    const note = `${fileCount} files with tags, ${waits.length} suggestions, median ${at(0.5).toFixed(1)} ms, longest ${at(1).toFixed(0)} ms`;
    return [
      { what: 'suggestions, p99', value: at(0.99), unit: 'ms', most: 300, note },
      {
        what: 'index of the library, heap',
        value: addedMib,
        unit: 'MiB',
        most: 20,
        note: 'names, titles, artists',
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function makeLibrary(folder: string): void {
  for (let index = 0; index < fileCount; index++) {
    const show = join(folder, `Show ${Math.floor(index / filesPerFolder)}`);
    if (index % filesPerFolder === 0) mkdirSync(show);
    writeFileSync(join(show, `Evening ${index} – Über den Wolken.opus`), '');
  }
}

/** With tags for each file, as the background reader leaves them. */
async function indexOf(libraryDir: string) {
  const clock = systemClock();
  const kept = new Map<string, unknown>();
  const cache = {
    get: async (key: string) => kept.get(key),
    set: async (key: string) => kept.delete(key),
    delete: async (key: string) => kept.delete(key),
  };
  const facts = { read: async () => ({ title: '' }) };
  const library = new LibraryFolders({ libraryDir, guildLibraryDirs: {} });
  const shelves = new Shelves({ library, cache, facts, clock });
  const memory = { favourites: async () => [], recent: async () => [] };
  const index = new Suggestions({
    ...{ shelves, clock, memory: () => memory, farProgrammes: () => [], communities: { list: () => [] } },
    ...{ uploads: { of: async () => [] }, artifacts: () => ({ list: async () => [] }) },
  });
  const asker = { guildId: 'g', userId: 'u', role: 'member', membersSeeLibrary: true } as const;
  return {
    ask(typed: string) {
      void Promise.all(shelves.all().map((shelf) => shelf.refresh()));
      return index.suggest(typed, asker);
    },
    async tagged() {
      for (const shelf of shelves.all()) {
        await shelf.refresh();
        for (const [at, name] of shelf.files.entries())
          await shelf.keep(name, {
            ...{
              sizeBytes: 1,
              changedMs: 1,
              title: `Song of the evening ${at}`,
              artist: `Choir ${at % 500}`,
            },
            ...{ album: `Live at the hall ${at % 2_000}`, durationMs: 240_000 },
          });
      }
    },
  };
}

function heldMib(): number {
  globalThis.gc?.();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1_048_576;
}
