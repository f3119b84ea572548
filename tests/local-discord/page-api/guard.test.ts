import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ids, northAndSouth } from '#demo/north-and-south.ts';
import type { Playground } from '../../../packages/local-discord/src/contract.ts';
import {
  filesBodyMaxBytes,
  textBodyMaxBytes,
} from '../../../packages/local-discord/src/page-api/act-routes.ts';
import { createPageMount } from '../../../packages/local-discord/src/page-api/mount.ts';
import { apiPrefix, livePath } from '../../../packages/local-discord/src/page-api/protocol.ts';
import { socketsMax } from '../../../packages/local-discord/src/page-api/upgrades.ts';
import { createPlayground } from '../../../packages/local-discord/src/playground.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let playground: Playground;
const folder = temporaryFolder();
const links = [{ title: 'Elsewhere', url: 'http://127.0.0.1:9/' }];
const panels = [
  { name: 'notes', modulePath: `${folder.path}/notes.js`, data: ['Type `/ping`'] },
  {
    name: 'gone',
    modulePath: `${folder.path}/gone.js`,
    stylePath: `${folder.path}/gone.css`,
    data: () => 'as it is now',
  },
];
const ada = { guildId: ids.northGuild, userId: ids.ada };

beforeAll(async () => {
  playground = createPlayground({
    seed: northAndSouth({ north: 'playground.token-north', south: 'playground.token-south' }),
    stateDirectory: folder.path,
    mountPage: createPageMount({ panels, links, distDirectory: `${folder.path}/none` }),
  });
  await playground.start();
});
afterAll(async () => {
  await playground.stop();
  folder[Symbol.dispose]();
});

interface Answered {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

/** `fetch` forbids what is tried here: foreign Host and Origin headers. */
function ask(
  path: string,
  init: { headers?: Record<string, string>; method?: string; body?: string } = {},
): Promise<Answered> {
  const { port } = new URL(playground.pageUrl);
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method: init.method ?? 'GET', headers: init.headers ?? {} },
      (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(init.body);
  });
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answered> {
  return ask(`${apiPrefix}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

function codeOf({ body }: Answered): string {
  return JSON.parse(body).code;
}

describe('who may use the page', () => {
  test.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', '192.0.2.1'])(
    'refuses Host "%s"',
    async (host) => {
      for (const path of ['/', `${apiPrefix}/world`]) {
        const answered = await ask(path, { headers: { host } });
        expect(answered.status).toBe(421);
        expect(codeOf(answered)).toBe('PAGE_HOST_REFUSED');
      }
    },
  );

  test('takes the names of this machine', async () => {
    const { port } = new URL(playground.pageUrl);
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      expect((await ask(`${apiPrefix}/panels`, { headers: { host: `${name}:${port}` } })).status).toBe(200);
    }
  });

  test.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'https://localhost'])(
    'refuses Origin "%s"',
    async (origin) => {
      const answered = await post('/say', { ...ada, channelId: ids.northGeneral, content: 'x' }, { origin });
      expect(answered.status).toBe(403);
      expect(codeOf(answered)).toBe('PAGE_ORIGIN_REFUSED');
      expect(playground.world.messages(ids.northGeneral)).toEqual([]);
    },
  );

  test('refuses a socket of a foreign site', async () => {
    const socket = new WebSocket(`${playground.pageUrl.replace('http', 'ws')}${livePath.slice(1)}`, {
      origin: 'http://evil.example',
    });
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('error', () => {});
    });
    expect(status).toBe(403);
  });

  test('refuses more sockets than named', async () => {
    const url = `${playground.pageUrl.replace('http', 'ws')}${livePath.slice(1)}`;
    const open = (): Promise<WebSocket | undefined> =>
      new Promise((resolve) => {
        const socket = new WebSocket(url);
        socket.on('open', () => resolve(socket));
        socket.on('error', () => resolve(undefined));
      });
    const sockets = await Promise.all(Array.from({ length: socketsMax }, open));
    expect(sockets.every((socket) => socket)).toBe(true);
    expect(await open()).toBeUndefined();
    for (const socket of sockets) socket?.terminate();
  });
});

describe('what the page may send', () => {
  test('refuses text, which a foreign form could post without being asked', async () => {
    const answered = await ask(`${apiPrefix}/say`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ ...ada, channelId: ids.northGeneral, content: 'x' }),
    });
    expect(codeOf(answered)).toBe('PAGE_BODY_INVALID');
    expect(answered.body).toContain('Unsupported Media Type');
  });

  test('names what is wrong with a body', async () => {
    const answered = await post('/say', { ...ada, channelId: 'x' });
    expect(codeOf(answered)).toBe('PAGE_BODY_INVALID');
    expect(JSON.parse(answered.body).message).toMatch(/channelId: must be a snowflake; content:/);
  });

  test('refuses bodies that are too large, by route', async () => {
    const say = await post('/say', {
      ...ada,
      channelId: ids.northGeneral,
      content: 'x'.repeat(textBodyMaxBytes),
    });
    expect([say.status, codeOf(say)]).toEqual([413, 'PAGE_BODY_TOO_LARGE']);
    const bytes = 'A'.repeat(filesBodyMaxBytes);
    const run = await post('/run', {
      ...ada,
      channelId: ids.northGeneral,
      typed: '/x',
      attachments: [{ name: 'a', bytes }],
    });
    expect([run.status, codeOf(run)]).toEqual([413, 'PAGE_BODY_TOO_LARGE']);
  });

  test.each([
    [{ ...ada, guildId: '5' }, 'PAGE_GUILD_UNKNOWN'],
    [{ ...ada, userId: ids.sol }, 'PAGE_MEMBER_UNKNOWN'],
  ])('names an unknown guild or member', async (act, code) => {
    const answered = await post('/say', { ...act, channelId: ids.northGeneral, content: 'x' });
    expect([answered.status, codeOf(answered)]).toEqual([404, code]);
  });

  test('hands on what Discord refuses as an answer', async () => {
    const answered = await post('/run', {
      ...ada,
      channelId: ids.northGeneral,
      typed: '/nothing',
      attachments: [],
    });
    expect(answered.status).toBe(200);
    expect(JSON.parse(answered.body).refusal.code).toBe('PLAYGROUND_COMMAND_UNKNOWN');
  });

  test('acts', async () => {
    await post('/say', { ...ada, channelId: ids.northGeneral, content: 'hello' });
    expect(playground.world.messages(ids.northGeneral).at(-1)?.content).toBe('hello');
  });
});

describe('what is served', () => {
  test('has a policy that allows this origin alone', async () => {
    const { headers } = await ask('/');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-inline|'unsafe-eval'/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('says how to build a page that is not built', async () => {
    const { status, body } = await ask('/');
    expect(status).toBe(503);
    expect(body).toContain('npm run build:page');
    expect(body).toContain('PAGE_NOT_BUILT');
  });

  test('stays inside its folder', async () => {
    expect((await ask('/assets/..%2F..%2Fpackage.json')).status).toBeGreaterThanOrEqual(400);
  });

  test('knows its routes, and only the channels there are', async () => {
    expect(codeOf(await ask(`${apiPrefix}/nothing`))).toBe('PAGE_ROUTE_UNKNOWN');
    expect(codeOf(await ask(`${apiPrefix}/channels/5/messages`))).toBe('PAGE_CHANNEL_UNKNOWN');
    expect(codeOf(await ask(`${apiPrefix}/guilds/5`))).toBe('PAGE_GUILD_UNKNOWN');
  });

  test('lists the panels and links of its host, and serves their files', async () => {
    expect(JSON.parse((await ask(`${apiPrefix}/panels`)).body)).toEqual({
      panels: [
        { name: 'notes', module: '/panels/notes.js', data: ['Type `/ping`'] },
        { name: 'gone', module: '/panels/gone.js', style: '/panels/gone.css', data: 'as it is now' },
      ],
      links,
    });
    writeFileSync(`${folder.path}/notes.js`, 'export const a = 1;');
    const { status, headers, body } = await ask('/panels/notes.js');
    expect({ status, body }).toEqual({ status: 200, body: 'export const a = 1;' });
    expect(headers['content-type']).toContain('text/javascript');
    expect(headers['content-security-policy']).toBeDefined();
    const gone = await ask('/panels/gone.css');
    expect({ status: gone.status, code: codeOf(gone) }).toEqual({ status: 503, code: 'PAGE_PANEL_MISSING' });
    expect((await ask('/panels/notes.css')).status).toBe(404);
  });

  test.each([['../notes'], [''], ['a'.repeat(41)], ['twice', 'twice']])(
    'takes no panel named %s',
    async (...names) => {
      const mountPage = createPageMount({ panels: names.map((name) => ({ name, modulePath: 'a.js' })) });
      const other = createPlayground({
        seed: { bots: [], users: [], guilds: [] },
        stateDirectory: folder.path,
        mountPage,
      });
      await expect(other.start()).rejects.toMatchObject({ code: 'PAGE_PANEL_NAME_INVALID' });
    },
  );

  test('leaves the rest of the server to Discord', async () => {
    const { status, headers } = await ask('/api/v10/gateway');
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toBeUndefined();
  });
});
