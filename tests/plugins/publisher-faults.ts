import { existsSync } from 'node:fs';
import { plugins } from '#plugins/index.ts';
import type { PublisherFaults } from './fault-kinds.ts';

/** By plugin: its own `faults.ts`; tests/architecture/publishers.test.ts says what to do where it is missing. */
export const publisherFaults: ReadonlyMap<string, PublisherFaults> = new Map(
  await Promise.all(
    plugins.map(async ({ id }) => {
      const url = new URL(`./${id}/faults.ts`, import.meta.url);
      const { faults }: { faults?: PublisherFaults } = existsSync(url) ? await import(url.href) : {};
      if (!faults) throw new Error(`tests/plugins/${id}/faults.ts is missing, or exports no \`faults\``);
      return [id, faults] as const;
    }),
  ),
);
