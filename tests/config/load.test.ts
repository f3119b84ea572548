import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ConfigSources, loadConfig } from '#config/load.ts';
import { describeOptions } from '#config/options.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { Secret } from '#core/secret.ts';

const token = 'MTIzNDU2Nzg5.token.of-the-bot';

function load(env: ConfigSources['env'], file?: unknown, files: Record<string, string> = {}) {
  return loadConfig({
    env,
    ...(file === undefined ? {} : { file: { path: 'hub.json', text: JSON.stringify(file) } }),
    readFile: (path) => {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
  });
}

function problemsOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (isGuildmeshError(error, 'CONFIG_INVALID')) return error.details.problems as string[];
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('values', () => {
  test('an empty configuration is complete', () => {
    const config = load({});
    expect(config.discord).toEqual({
      apiUrl: 'https://discord.com/api',
      guildIds: [],
      leaveOtherGuilds: false,
      commandScope: 'guild',
    });
    expect(config.audio.bufferProfile).toBe('music');
    expect(config.stateDir).toBeUndefined();
  });

  test('the file replaces defaults and the environment replaces the file', () => {
    const file = { audio: { bufferMs: 500, bitrateKbps: 64 } };
    const config = load({ GUILDMESH_AUDIO_BUFFER_MS: '600' }, file);
    expect(config.audio).toMatchObject({ bufferMs: 600, bitrateKbps: 64, relaysMax: 16 });
  });

  test('every form of option can be set by environment', () => {
    const config = load({
      GUILDMESH_STATE_DIR: '/tmp/state',
      GUILDMESH_MESH_MDNS: 'off',
      GUILDMESH_VOICE_REJOINS_MAX: '0',
      GUILDMESH_AUDIO_ALLOWED_PRIVATE_HOSTS: '127.0.0.1:8000, radio.lan ,[::1]:80',
      GUILDMESH_DISCORD_API_URL: 'http://127.0.0.1:4000/api/',
      GUILDMESH_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0,/ip6/::1/tcp/0',
      GUILDMESH_AUDIO_GUILD_LIBRARY_DIRS: '{"110000000000000001":"/srv/north"}',
    });
    expect(config.audio.guildLibraryDirs).toEqual({ '110000000000000001': '/srv/north' });
    expect(config.stateDir).toBe('/tmp/state');
    expect(config.mesh.mdns).toBe(false);
    expect(config.mesh.listen).toEqual(['/ip4/127.0.0.1/tcp/0', '/ip6/::1/tcp/0']);
    expect(config.voice.rejoinsMax).toBe(0);
    expect(config.audio.allowedPrivateHosts).toEqual(['127.0.0.1:8000', 'radio.lan', '[::1]:80']);
    expect(config.discord.apiUrl).toBe('http://127.0.0.1:4000/api');
  });

  test.each(['north=/srv/north', '["/srv/north"]', '{"north":"/srv/north"}', '{"110000000000000001":7}'])(
    'folders by guild are no %s',
    (text) => {
      const problems = problemsOf(() => load({ GUILDMESH_AUDIO_GUILD_LIBRARY_DIRS: text }));
      expect(problems).toEqual([expect.stringMatching(/^GUILDMESH_AUDIO_GUILD_LIBRARY_DIRS: /)]);
    },
  );

  test('an empty environment value counts as not set', () => {
    expect(load({ GUILDMESH_AUDIO_BUFFER_MS: '', DISCORD_TOKEN: '', GUILDMESH_NONSENSE: '' })).toEqual(
      load({}),
    );
  });

  test('GUILDMESH_CONFIG names the file', () => {
    const files = { '/etc/hub.json': '{"community":{"name":"South"}}' };
    expect(load({ GUILDMESH_CONFIG: '/etc/hub.json' }, undefined, files).community.name).toBe('South');
  });
});

describe('what a process does', () => {
  const shared = {
    GUILDMESH_PROCESS_ROLES: 'publisher',
    GUILDMESH_STORAGE_POSTGRES_URL: 'postgres://hub@db/hub',
    GUILDMESH_ARTIFACTS_DIR: '/srv/artifacts',
    DISCORD_TOKEN: token,
  };

  test('is all, unless it is set to deliver only', () => {
    expect(load({}).process.roles).toBe('all');
    expect(load(shared).process.roles).toBe('publisher');
    expect(problemsOf(() => load({ GUILDMESH_PROCESS_ROLES: 'voice' }))).toEqual([
      expect.stringMatching(/^GUILDMESH_PROCESS_ROLES: .*"all"\|"publisher"/),
    ]);
  });

  test.each(['GUILDMESH_STORAGE_POSTGRES_URL', 'GUILDMESH_ARTIFACTS_DIR', 'DISCORD_TOKEN'])(
    'to deliver only, it needs the hub’s %s',
    (name) => {
      const missing = [expect.stringMatching(new RegExp(`^${name}: `))];
      expect(() => load({ ...shared, [name]: '' })).toThrow(
        expect.objectContaining({ code: 'CONFIG_PUBLISHER_INCOMPLETE', details: { missing } }),
      );
    },
  );
});

describe('secrets', () => {
  test.each([
    [{ DISCORD_TOKEN: token }],
    [{ GUILDMESH_DISCORD_TOKEN: token }],
    [{ DISCORD_TOKEN_FILE: '/run/token' }],
    [{ GUILDMESH_DISCORD_TOKEN_FILE: '/run/token' }],
  ])('the token comes by %o', (env) => {
    const config = load(env, undefined, { '/run/token': `${token}\n` });
    expect(config.discord.token).toBeInstanceOf(Secret);
    expect(config.discord.token?.reveal()).toBe(token);
    expect(JSON.stringify(config)).not.toContain(token);
  });

  test('a secret in the file is refused without being shown', () => {
    const problems = problemsOf(() => load({}, { discord: { token } }));
    expect(problems).toEqual([
      'hub.json: discord.token is a secret and must not stand in the file; set GUILDMESH_DISCORD_TOKEN or GUILDMESH_DISCORD_TOKEN_FILE',
    ]);
  });

  test('a secret set twice is refused', () => {
    const problems = problemsOf(() => load({ DISCORD_TOKEN: token, GUILDMESH_DISCORD_TOKEN: token }));
    expect(problems).toEqual(['GUILDMESH_DISCORD_TOKEN and DISCORD_TOKEN are set together; set one of them']);
  });

  test('a missing or empty secret file is named', () => {
    expect(problemsOf(() => load({ DISCORD_TOKEN_FILE: '/none' }))).toEqual([
      "DISCORD_TOKEN_FILE: /none can't be read (ENOENT)",
    ]);
    expect(problemsOf(() => load({ DISCORD_TOKEN_FILE: '/e' }, undefined, { '/e': ' \n' }))).toEqual([
      'DISCORD_TOKEN_FILE: /e is empty',
    ]);
  });

  test('broken JSON is reported without quoting the file', () => {
    const file = { path: 'hub.json', text: `{"discord":{"token":"${token}" oops}}` };
    const problems = problemsOf(() => loadConfig({ file, env: {}, readFile: () => '' }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^hub\.json: is not valid JSON at line 1 column \d+$/);
  });
});

describe('problems', () => {
  test('all are reported at once, each blamed on where it stands', () => {
    const problems = problemsOf(() =>
      load(
        {
          GUILDMESH_AUDIO_BITRATE_KBPS: '9000',
          GUILDMESH_MESH_MDNS: 'maybe',
          GUILDMESH_MESH_LISTEN: 'localhost:4180',
          GUILDMESH_AUDIO_BUFER_MS: '400',
        },
        { voice: { rejoinsMax: 1.5 }, community: { name: '' }, audio: { bitrateKbs: 96 }, log: 'info' },
      ),
    );
    const blamed = problems.map((problem) => /^(hub\.json: )?[\w.]+/.exec(problem)?.[0]).sort();
    expect(blamed).toEqual(
      [
        'GUILDMESH_AUDIO_BITRATE_KBPS',
        'GUILDMESH_AUDIO_BUFER_MS',
        'GUILDMESH_MESH_LISTEN',
        'GUILDMESH_MESH_MDNS',
        'hub.json: audio.bitrateKbs',
        'hub.json: community.name',
        'hub.json: log',
        'hub.json: voice.rejoinsMax',
      ].sort(),
    );
    expect(problems).toContain(
      'GUILDMESH_AUDIO_BUFER_MS: there is no such option; did you mean GUILDMESH_AUDIO_BUFFER_MS?',
    );
    expect(problems).toContain(
      'hub.json: audio.bitrateKbs: there is no such option; did you mean audio.bitrateKbps?',
    );
  });

  test.each([
    [{ bufferMs: 1 }, 'bufferMs: there is no such option; did you mean audio.bufferMs?'],
    [{ adio: {} }, 'adio: there is no such option; did you mean audio?'],
    [{ zzzzzz: 1 }, 'zzzzzz: there is no such option'],
    [JSON.parse('{"__proto__":{"a":1}}'), '__proto__: there is no such option'],
    [[], 'must hold one JSON object'],
  ])('%j', (file, problem) => {
    expect(problemsOf(() => load({}, file))).toEqual([`hub.json: ${problem}`]);
  });

  test('credentials of targets are no options: people name them', () => {
    expect(load({ GUILDMESH_SECRET_BLOG_TOKEN: 'x', GUILDMESH_SECRET_BLOG_KEY_FILE: '/none' })).toBeTruthy();
  });

  test('a file that can not be read is named', () => {
    expect(problemsOf(() => load({ GUILDMESH_CONFIG: '/none.json' }))).toEqual([
      "GUILDMESH_CONFIG: /none.json can't be read (ENOENT)",
    ]);
  });

  test.each([
    'https://user:pw@discord.com/api',
    'ftp://discord.com/api',
    'https://discord.com/api?x=1',
    'discord.com',
  ])('the API address %s is refused', (apiUrl) => {
    expect(problemsOf(() => load({ GUILDMESH_DISCORD_API_URL: apiUrl })).length).toBeGreaterThan(0);
  });

  test.each(['127.0.0.1:99:1', 'http://radio.lan', 'a b', '::1', 'host:'])('%s is no host', (host) => {
    expect(problemsOf(() => load({ GUILDMESH_AUDIO_ALLOWED_PRIVATE_HOSTS: host }))).toHaveLength(1);
  });
});

describe('what is shipped', () => {
  test('the example file is accepted', () => {
    const path = 'config/hub.example.json';
    const config = loadConfig({
      file: { path, text: readFileSync(path, 'utf8') },
      env: {},
      readFile: () => '',
    });
    expect(config.community.name).toBe('North');
  });

  test('the example environment, with every line switched on, holds known names only', () => {
    const lines = readFileSync('.env.example', 'utf8').matchAll(/^#?([A-Z_]+)=(.*)$/gm);
    const env = Object.fromEntries([...lines].map(([, name, value]) => [name as string, value]));
    expect(env).toHaveProperty('GUILDMESH_STATE_DIR');
    const files = { '/run/secrets/discord-token': token, '/etc/guildmesh/hub.json': '{}' };
    expect(load(env, undefined, files).community.name).toBe('North');
  });

  test('docs/configuration.md is up to date', async () => {
    const { configurationDocument } = await import('#config/document.ts');
    await expect(configurationDocument()).toMatchFileSnapshot('../../docs/configuration.md');
  });

  test('every quantity says its unit, every option has one sentence and a name of its own', () => {
    const options = describeOptions();
    expect(new Set(options.map(({ envName }) => envName)).size).toBe(options.length);
    for (const option of options) {
      expect(option.sentence, option.path).toMatch(/^[A-Z][^.]*\.$/);
      if (option.form === 'number') expect(option.unit, option.path).toBeTruthy();
    }
  });
});
