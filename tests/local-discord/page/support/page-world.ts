import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import tls from 'node:tls';
import { build } from 'vite';
import { ids, northAndSouth } from '#demo/north-and-south.ts';
import type { Playground } from '../../../../packages/local-discord/src/contract.ts';
import { createPageMount } from '../../../../packages/local-discord/src/page-api/mount.ts';
import { createPlayground } from '../../../../packages/local-discord/src/playground.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { type PageBot, startPageBot } from './page-bot.ts';

export const HINTS = ['In South, #general: /ping · /relay start', 'Then listen.'];

export interface PageWorld {
  playground: Playground;
  bot: PageBot;
  stop(): Promise<void>;
}

/** The playground with its page, freshly built, and a real bot in the guilds South and Annex. */
export async function startPageWorld({ built = true } = {}): Promise<PageWorld> {
  const folder = temporaryFolder();
  const distDirectory = join(folder.path, 'dist');
  if (built) await buildInto(distDirectory);
  const southToken = 'playground.south-token-of-the-page-tests';
  const playground = createPlayground({
    seed: northAndSouth({ north: 'playground.north-token-of-the-page-tests', south: southToken }),
    stateDirectory: folder.path,
    mountPage: createPageMount({ hints: HINTS, distDirectory }),
  });
  await playground.start();
  // The bot of these tests lives in this process, so it has to trust the voice server's certificate here.
  const certificate = await readFile(playground.certificatePath, 'utf8');
  tls.setDefaultCACertificates([...tls.getCACertificates(), certificate]);
  const bot = await startPageBot(playground.apiUrl, southToken, [ids.southGuild, ids.annexGuild]);
  return {
    playground,
    bot,
    async stop() {
      await bot.stop();
      await playground.stop();
      folder[Symbol.dispose]();
    },
  };
}

async function buildInto(outDir: string): Promise<void> {
  const pageDirectory = join(import.meta.dirname, '../../../../packages/local-discord/src/page');
  await build({
    configFile: join(pageDirectory, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true },
  });
}
