import { beforeEach, expect, test, vi } from 'vitest';
import { type HubConfig, loadConfig } from '#config/load.ts';
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
    const { examiners } = components;
    composed.examiners = () => (typeof examiners === 'function' ? examiners() : examiners);
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

async function compose(env: Record<string, string>, watch = (config: HubConfig) => config): Promise<void> {
  const config = loadConfig({ env: { DISCORD_TOKEN: 'never-used', ...env }, readFile: () => '' });
  await createHub(watch(config), {
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

test('what can be asked of a hub, whatever its process does', async () => {
  await compose(full);
  const { actions } = composed;
  expect([...actions].sort()).toMatchInlineSnapshot(`
    [
      "access.grant",
      "access.home.add",
      "access.home.list",
      "access.home.remove",
      "access.list",
      "access.revoke",
      "alert.retry",
      "alert.show",
      "alerts.here",
      "alerts.off",
      "alerts.test",
      "artifact.add",
      "artifact.archive-thread",
      "artifact.list",
      "artifact.show",
      "artifact.upload",
      "audit.list",
      "broadcast.audience",
      "broadcast.list",
      "broadcast.next",
      "broadcast.start",
      "broadcast.stop",
      "chain.add",
      "chain.list",
      "chain.remove",
      "chain.run",
      "chain.show",
      "consent.choose",
      "consent.rule",
      "consent.show",
      "delivery.discard",
      "delivery.done",
      "delivery.list",
      "delivery.retry",
      "doctor.run",
      "milestone.add",
      "milestone.done",
      "milestone.edit",
      "milestone.list",
      "milestone.remove",
      "milestone.show",
      "node.connect",
      "node.forget",
      "node.peers",
      "node.start",
      "node.status",
      "node.stop",
      "node.trust",
      "publication.draft",
      "publication.preview",
      "publication.show",
      "publish.approve",
      "publish.cancel",
      "publish.connect",
      "publish.create",
      "publish.edit",
      "publish.preview",
      "recording.list",
      "recording.start",
      "recording.stop",
      "relay.configure",
      "relay.next",
      "relay.start",
      "relay.status",
      "relay.stop",
      "relay.volume",
      "schedule.add",
      "schedule.edit",
      "schedule.list",
      "schedule.pause",
      "schedule.preview",
      "schedule.remove",
      "source.list",
      "target.add",
      "target.edit",
      "target.list",
      "target.pause",
      "target.remove",
      "target.resume",
      "target.verify",
      "token.add",
      "token.list",
      "token.revoke",
    ]
  `);
  await compose(delivering);
  expect([...composed.actions].sort()).toEqual([...actions].sort());
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

test('options that a hub reads while it is composed', async () => {
  const read = new Set<string>();
  await compose(full, (config) => watched(config, '', read));
  expect([...read].sort()).toMatchInlineSnapshot(`
    [
      "artifacts.artifactBytesMax",
      "artifacts.countMax",
      "artifacts.dir",
      "artifacts.freeBytesMin",
      "artifacts.guildBytesMax",
      "artifacts.retentionDays",
      "artifacts.totalBytesMax",
      "artifacts.watchStableMs",
      "audio.allowedPrivateHosts",
      "audio.bitrateKbps",
      "audio.broadcastsMax",
      "audio.broadcastsPerGuildMax",
      "audio.bufferMs",
      "audio.bufferProfile",
      "audio.decodersMax",
      "audio.decodersPerGuildMax",
      "audio.ffmpegPath",
      "audio.loudnessLufs",
      "audio.relaysMax",
      "audio.sourceIdleTimeoutMs",
      "audio.sourceOpenTimeoutMs",
      "audio.sourceReturnAfterMs",
      "audio.sourceStallTimeoutMs",
      "audio.subscribersMax",
      "community.name",
      "discord.apiUrl",
      "discord.commandScope",
      "discord.guildIds",
      "discord.leaveOtherGuilds",
      "discord.token",
      "mesh.announce",
      "mesh.bootstrap",
      "mesh.connectionsMax",
      "mesh.dhtServer",
      "mesh.inboundConnectionsPerSecondMax",
      "mesh.listen",
      "mesh.mdns",
      "mesh.rebroadcastMax",
      "mesh.redialMs",
      "mesh.untrustedConnectionsMax",
      "operators",
      "plugins.x.apiUrl",
      "process.roles",
      "shutdown.drainMs",
      "storage.beginAnew",
      "voice.joinTimeoutMs",
      "voice.rejoinsMax",
      "voice.secureTimeoutMs",
      "web.allowedHosts",
      "web.exposed",
      "web.listen",
      "web.trustedProxies",
      "web.uploadTimeoutMs",
    ]
  `);
});

/** The same values; each leaf that is read is noted by its path. */
function watched<T extends object>(value: T, path: string, read: Set<string>): T {
  return new Proxy(value, {
    get(target, key) {
      const inner: unknown = Reflect.get(target, key);
      if (typeof key === 'symbol') return inner;
      const isGroup = inner !== null && typeof inner === 'object' && inner.constructor === Object;
      if (isGroup) return watched(inner, `${path}${key}.`, read);
      read.add(`${path}${key}`);
      return inner;
    },
  });
}
