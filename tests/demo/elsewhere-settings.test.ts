import { readFileSync } from 'node:fs';
import { createElsewhere } from '@guildmesh/elsewhere';
import { expect, test } from 'vitest';
import { loadConfig } from '#config/load.ts';
import { elsewhereSettings, webSettings } from '#demo/elsewhere-settings.ts';

const readFile = (path: string) => readFileSync(path, 'utf8');

test('hubs take the settings: every platform with a base address is a stand-in, and two may be private', () => {
  const elsewhere = createElsewhere();
  const env = elsewhereSettings(elsewhere);
  const { plugins, playground } = loadConfig({ env, readFile });
  expect(playground.tokensUrl).toBe(elsewhere.pageUrl);
  expect(plugins.github?.apiUrl).toBe(`${elsewhere.pageUrl}/github-api`);
  const { host } = new URL(elsewhere.pageUrl);
  expect(plugins.webhook?.allowedPrivateHosts).toEqual([host]);
  expect(plugins.mastodon?.allowedPrivateHosts).toEqual([host]);
  const allowed = Object.keys(env).filter((name) => name.includes('ALLOWED'));
  expect(allowed).toHaveLength(2);
});

test('tokens for trying come from this machine alone', () => {
  const env = { GUILDMESH_PLAYGROUND_TOKENS_URL: 'http://192.168.1.2:4282' };
  expect(() => loadConfig({ env, readFile })).toThrow('must be an address of this machine');
});

test('each hub has a web page of its own; what people set is for the first', () => {
  const set = {
    GUILDMESH_WEB_LISTEN: '127.0.0.1:4281',
    GUILDMESH_WEB_PUBLIC_URL: 'https://a.example',
    HOME: '/',
  };
  expect(webSettings(set)).toEqual({
    common: { HOME: '/' },
    first: { GUILDMESH_WEB_LISTEN: '127.0.0.1:4281', GUILDMESH_WEB_PUBLIC_URL: 'https://a.example' },
    second: { GUILDMESH_WEB_LISTEN: '127.0.0.1:0' },
  });
  expect(webSettings({}).first).toEqual({ GUILDMESH_WEB_LISTEN: '127.0.0.1:0' });
});
