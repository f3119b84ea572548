import { beforeEach, expect, test, vi } from 'vitest';
import { loadConfig } from '#config/load.ts';
import type { PerformComponents } from '#contracts/perform.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import { silentLogger } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';
import { createHub } from '../../src/hub/hub.ts';

/** What the composition root hands to those that run the hub. */
const composed = vi.hoisted(() => ({
  actions: [] as string[],
  parts: [] as string[],
  examiners: (): readonly object[] => [],
}));
vi.mock('#contracts/perform.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('#contracts/perform.ts')>();
  const createPerform = (components: PerformComponents) => {
    composed.actions = components.actions.map(({ spec }) => spec.name);
    return original.createPerform(components);
  };
  return { ...original, createPerform };
});
vi.mock('#core/lifecycle.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('#core/lifecycle.ts')>();
  class Lifecycle {
    constructor(_: object, parts: readonly Startable[]) {
      composed.parts = parts.map(({ name }) => name);
    }
  }
  return { ...original, Lifecycle };
});
vi.mock('#discord/doctor/doctor.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('#discord/doctor/doctor.ts')>();
  const createDoctor: typeof original.createDoctor = (components) => {
    composed.examiners = components.examiners;
    return original.createDoctor(components);
  };
  return { ...original, createDoctor };
});

beforeEach(() => {
  composed.actions = [];
  composed.parts = [];
});

const full = { GUILDMESH_WEB_LISTEN: '127.0.0.1:0' };
const delivering = {
  GUILDMESH_PROCESS_ROLES: 'publisher',
  GUILDMESH_STORAGE_POSTGRES_URL: 'postgres://nobody@127.0.0.1:1/never',
  GUILDMESH_VAULT_KEY: 'ab'.repeat(32),
  GUILDMESH_ARTIFACTS_DIR: '/nonexistent/artifacts',
};

async function compose(env: Record<string, string>): Promise<void> {
  const config = loadConfig({ env: { DISCORD_TOKEN: 'never-used', ...env }, readFile: () => '' });
  await createHub(config, {
    clock: systemClock(),
    chance: systemChance(),
    logger: silentLogger(),
    scrubber: new Scrubber(),
    environment: { get: () => undefined },
    stateDirectory: '/nonexistent/never-used',
    searchPath: '',
    onFatal: () => {},
  });
}

test('parts of a whole hub, in the order they start; they stop in reverse', async () => {
  await compose(full);
  expect(composed.parts).toMatchInlineSnapshot(`
    [
      "storage",
      "application lock",
      "home guilds",
      "discord",
      "voice",
      "mesh",
      "audio",
      "vault",
      "credentials",
      "artifacts",
      "outbox journal",
      "outbox dispatcher",
      "chains",
      "chain triggers",
      "news",
      "alerts",
      "recordings",
      "schedules",
      "web",
    ]
  `);
});

test('no HTTP door without an address to listen on', async () => {
  await compose({});
  expect(composed.parts.at(-1)).toMatchInlineSnapshot(`"schedules"`);
});

test('parts of a process that only delivers, in the order they start', async () => {
  await compose(delivering);
  expect(composed.parts).toMatchInlineSnapshot(`
    [
      "storage",
      "home guilds",
      "vault",
      "credentials",
      "artifacts",
      "outbox journal",
      "outbox dispatcher",
    ]
  `);
});

test('a process that only delivers knows every action, too', async () => {
  await compose(full);
  const { actions } = composed;
  expect(actions).toContain('publish.create');
  await compose(delivering);
  expect(composed.actions).toEqual(actions);
});

test('examiners, in the order they are asked', async () => {
  await compose(full);
  expect(composed.examiners().map((examiner) => examiner.constructor.name)).toMatchInlineSnapshot(`
    [
      "HomeExaminer",
      "DiscordExaminer",
      "MeshExaminer",
      "Object",
      "PublishingExaminer",
    ]
  `);
});
