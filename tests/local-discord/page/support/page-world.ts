import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import tls from 'node:tls';
import { build } from 'vite';
import { ids, northAndSouth } from '#demo/north-and-south.ts';
import type { Playground } from '../../../../packages/local-discord/src/contract.ts';
import { createPageMount, type HostPanel } from '../../../../packages/local-discord/src/page-api/mount.ts';
import { createPlayground } from '../../../../packages/local-discord/src/playground.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { type PageBot, startPageBot } from './page-bot.ts';

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
    mountPage: createPageMount({ panels: panelsIn(folder.path), distDirectory }),
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

/** One that tries all that a panel can do, and one that has no `createPanel`. */
function panelsIn(folder: string): HostPanel[] {
  const modulePath = join(folder, 'notes.js');
  const stylePath = join(folder, 'notes.css');
  const brokenPath = join(folder, 'broken.js');
  writeFileSync(modulePath, notesModule);
  writeFileSync(stylePath, '.note { font-style: italic; }');
  writeFileSync(brokenPath, 'export {};');
  return [
    { name: 'notes', modulePath, stylePath, data: { guild: 'South', channel: 'general', draft: '/ping' } },
    { name: 'broken', modulePath: brokenPath },
  ];
}

const notesModule = `
export function createPanel(page, { guild, channel, draft }) {
  return {
    title: 'Notes',
    mount(body) {
      const button = document.createElement('button');
      button.className = 'note';
      button.addEventListener('click', () => {
        const there = page.guilds().find(({ name }) => name === guild);
        page.openGuild(there.id);
        page.openChannel(there.channels.find(({ name }) => name === channel).id);
        page.setDraft(draft);
      });
      const show = () => {
        button.textContent = 'Note of ' + page.guilds().length + ' guilds';
      };
      show();
      const deeds = document.createElement('button');
      deeds.textContent = 'Do it';
      deeds.addEventListener('click', async () => {
        const { signal } = new AbortController();
        const problems = [
          await page.send('/panel'),
          await page.press('Refresh', signal),
          await page.choose('Green', signal),
          await page.press('Refresh', AbortSignal.abort()),
          await page.send('/silent'),
        ];
        deeds.textContent = problems.map((problem) => problem ?? 'done').join(' | ');
      });
      body.append(button, deeds);
      return page.onGuilds(show);
    },
  };
}
`;

async function buildInto(outDir: string): Promise<void> {
  const pageDirectory = join(import.meta.dirname, '../../../../packages/local-discord/src/page');
  await build({
    configFile: join(pageDirectory, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir, emptyOutDir: true },
  });
}
