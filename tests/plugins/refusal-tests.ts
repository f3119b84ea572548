import { existsSync } from 'node:fs';
import { plugins } from '#plugins/index.ts';
import type { RefusalTests } from './refusal-titles.ts';

/** By plugin: its own `refusals.ts`. */
export const refusalTests: Readonly<Record<string, RefusalTests>> = Object.fromEntries(
  await Promise.all(
    plugins.map(async ({ id }) => {
      const url = new URL(`./${id}/refusals.ts`, import.meta.url);
      const own: { refusals?: RefusalTests } = existsSync(url) ? await import(url.href) : {};
      return [id, own.refusals ?? {}] as const;
    }),
  ),
);
