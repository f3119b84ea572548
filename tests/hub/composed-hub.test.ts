import { beforeEach, expect, test, vi } from 'vitest';
import type { PerformComponents } from '#access/perform.ts';
import type { Startable } from '#core/lifecycle.ts';
import { composeHub } from '../support/compose-hub.ts';

/** What the composition root hands to those that run the hub. */
const composed = vi.hoisted(() => ({
  actions: [] as string[],
  parts: [] as string[],
  examiners: (): readonly object[] => [],
}));
vi.mock('#access/perform.ts', async (importOriginal) => {
  const original = await importOriginal<typeof import('#access/perform.ts')>();
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

/** Those names in `found` that are listed here: a service added between them changes nothing. */
const spokenOf = (names: readonly string[], found: readonly string[]) =>
  found.filter((name) => names.includes(name));

test('parts of a whole hub start in this order, and stop in reverse', async () => {
  const order = [
    'storage',
    // Two hubs of one application would answer everything twice.
    'application lock',
    // The door asks it whom the hub serves.
    'home guilds',
    'discord',
    'voice',
    'mesh',
    'audio',
    'vault',
    'credentials',
    'artifacts',
    'outbox journal',
    'outbox dispatcher',
    'chains',
    'chain triggers',
    'news',
    'alerts',
    // Keeps what it recorded as artifacts.
    'recordings',
    'schedules',
    'web',
  ];
  await composeHub(full);
  expect(spokenOf(order, composed.parts)).toEqual(order);
  expect(new Set(composed.parts).size).toBe(composed.parts.length);
});

test('no HTTP door without an address to listen on', async () => {
  await composeHub({});
  expect(composed.parts).toContain('schedules');
  expect(composed.parts).not.toContain('web');
});

test('a process that only delivers has no door, no lock, and nothing that acts by the clock', async () => {
  const order = [
    'storage',
    'home guilds',
    'vault',
    'credentials',
    'artifacts',
    'outbox journal',
    'outbox dispatcher',
  ];
  await composeHub({ ...full, ...delivering });
  expect(spokenOf(order, composed.parts)).toEqual(order);
  const hubs = ['application lock', 'discord', 'voice', 'mesh', 'audio', 'recordings', 'schedules', 'web'];
  expect(spokenOf([...hubs, 'chains', 'chain triggers', 'news', 'alerts'], composed.parts)).toEqual([]);
});

test('a process that only delivers knows every action, too', async () => {
  await composeHub(full);
  const { actions } = composed;
  expect(actions).toContain('publish.create');
  await composeHub(delivering);
  expect(composed.actions).toEqual(actions);
});

test('examiners are asked in the order of their services', async () => {
  const order = ['HomeExaminer', 'DiscordExaminer', 'MeshExaminer', 'PublishingExaminer'];
  await composeHub(full);
  const asked = composed.examiners().map((examiner) => examiner.constructor.name);
  expect(spokenOf(order, asked)).toEqual(order);
  expect(asked.length).toBeGreaterThan(order.length);
});
