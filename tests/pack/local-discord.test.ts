import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pack } from '#pack/pack.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/**
 * The package as others get it, in an empty folder. It is unpacked where npm would put it, and its dependencies, only
 * those it names, are links to the ones that are installed here: no registry is asked.
 */
const empty = temporaryFolder();
const installed = join(empty.path, 'node_modules/@guildmesh/local-discord');

beforeAll(async () => {
  const tarball = await pack({ folder: 'packages/local-discord', into: empty.path });
  mkdirSync(installed, { recursive: true });
  const { status, stderr } = spawnSync('tar', ['xzf', tarball, '-C', installed, '--strip-components=1']);
  expect({ status, stderr: String(stderr) }).toEqual({ status: 0, stderr: '' });
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  for (const name of [...Object.keys(dependencies), 'discord.js', '@types/node', 'undici-types']) {
    const link = join(empty.path, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve('node_modules', name), link);
  }
  writeFileSync(join(empty.path, 'package.json'), '{ "type": "module" }\n');
});
afterAll(() => empty[Symbol.dispose]());

function node(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: empty.path,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** The code blocks of its README, in order. */
function readmeCode(): string[] {
  const readme = readFileSync(join(installed, 'README.md'), 'utf8');
  return [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code);
}

test('it is JavaScript with declarations, its page is built, and nothing else is in it', () => {
  const paths = readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
  expect(paths.filter((name) => /(?<!\.d)\.tsx?$/.test(name))).toEqual([]);
  expect(paths).toEqual(expect.arrayContaining(['README.md', 'LICENSE', 'index.html', 'playground.d.ts']));
  expect(paths.filter((name) => /test|tsconfig|vite/.test(name))).toEqual([]);
});

test('a bot logs in and answers a slash command, as its README says', () => {
  const [start = '', inATest = ''] = readmeCode();
  const script = `
    import assert from 'node:assert/strict';
    import { oneGuildIds } from '@guildmesh/local-discord/one-guild';
    ${start}
    if (!bot.isReady()) await new Promise((ready) => bot.once('clientReady', ready));
    bot.on('interactionCreate', (interaction) => interaction.reply('Pong'));
    await bot.application.commands.set([{ name: 'ping', description: 'Answers' }]);
    ${inATest}
    const page = await fetch(discord.pageUrl);
    assert.equal(page.status, 200);
    const [, asset] = /src="(\\/assets\\/[^"]+)"/.exec(await page.text());
    assert.equal((await fetch(new URL(asset, discord.pageUrl))).status, 200);
    await bot.destroy();
    await discord.stop();
    console.log('answered');
  `;
  writeFileSync(join(empty.path, 'bot.js'), script);
  expect(node('bot.js')).toEqual({ status: 0, stdout: 'answered\n', stderr: '' });
});

test('TypeScript finds the types of each export', () => {
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const subpaths = Object.keys(exports).map((path) => path.replace('*', 'voice-server').slice(1));
  const used = `
    import { createPlayground } from '@guildmesh/local-discord';
    import { oneGuild } from '@guildmesh/local-discord/one-guild';
    export const discord = createPlayground({ seed: oneGuild({ token: 'a' }), stateDirectory: '.' });
    export const url: string = discord.pageUrl;
    // @ts-expect-error: a world needs a token
    oneGuild({});
  `;
  const all = subpaths.map(
    (path, index) => `import type * as e${index} from '@guildmesh/local-discord${path}';`,
  );
  writeFileSync(join(empty.path, 'use.ts'), `${all.join('\n')}\n${used}`);
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'dom'],
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  };
  writeFileSync(join(empty.path, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
  const { status, stdout } = node(resolve('node_modules/typescript/bin/tsc'));
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
});
