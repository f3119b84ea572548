import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { z } from 'zod';
import type { ActionSpec, AnyAction } from '#contracts/action.ts';
import {
  nodeConnect,
  nodeForget,
  nodeStart,
  nodeStatus,
  nodeTrust,
  trustCard,
} from '#contracts/actions/node.ts';
import type { Actor } from '#contracts/actor.ts';
import type { AuditRow } from '#contracts/audit.ts';
import type { Intent, IntentStore } from '#contracts/intents.ts';
import type { TrustedCommunity, TrustedName, TrustStore } from '#contracts/trust-store.ts';
import { type Clock, systemChance, systemClock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { silentLogger } from '#core/logger.ts';
import { createMesh, type Mesh } from '#mesh/mesh.ts';
import type { MeshInit } from '#mesh/mesh-init.ts';
import { TestBroadcasts } from './broadcasts.ts';

export const manager: Actor = { kind: 'system', reason: 'test' };

export class MemoryTrust implements TrustStore {
  readonly rows = new Map<string, TrustedCommunity>();
  readonly named: TrustedName[] = [];

  async list(): Promise<TrustedCommunity[]> {
    return [...this.rows.values()];
  }

  async names(): Promise<TrustedName[]> {
    return this.named;
  }

  async put(community: TrustedCommunity): Promise<void> {
    this.rows.set(community.peerId, community);
    const { name, peerId, trustedAtMs } = community;
    this.named.push({ name: name.toLowerCase(), peerId, trustedAtMs });
  }

  async remove(peerId: string): Promise<void> {
    this.rows.delete(peerId);
  }
}

export class MemoryIntents implements IntentStore {
  readonly rows: Intent[] = [];

  async list(kind: Intent['kind']): Promise<Intent[]> {
    return this.rows.filter((row) => row.kind === kind);
  }

  async put(intent: Intent): Promise<void> {
    await this.remove(intent.kind, intent.key);
    this.rows.push(intent);
  }

  async remove(kind: Intent['kind'], key: string): Promise<void> {
    const index = this.rows.findIndex((row) => row.kind === kind && row.key === key);
    if (index >= 0) this.rows.splice(index, 1);
  }
}

export interface TestHub {
  name: string;
  mesh: Mesh;
  broadcasts: TestBroadcasts;
  trust: MemoryTrust;
  intents: MemoryIntents;
  /** What managers were told, and what the audit keeps of the hub itself. */
  told: string[];
  audited: AuditRow[];
  init: MeshInit;
  /** Performs an action as the doors would: input and output pass the schemas. */
  act<Input extends z.ZodType, Output extends z.ZodType>(
    spec: ActionSpec<Input, Output>,
    input: z.input<Input>,
    signal?: AbortSignal,
    actor?: Actor,
  ): Promise<z.output<Output>>;
}

/** A mesh on a free loopback port, without mDNS; stopped at the end of the test. */
export async function createHub(
  name: string,
  options: Partial<MeshInit> = {},
  clock: Clock = systemClock(),
): Promise<TestHub> {
  const directory = await mkdtemp(join(tmpdir(), 'mesh-'));
  const init: MeshInit = {
    communityName: name,
    version: '0.0.0',
    keyPath: join(directory, 'node.key'),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    announce: [],
    bootstrap: [],
    mdns: false,
    dhtServer: false,
    connectionsMax: 64,
    untrustedConnectionsMax: 8,
    inboundConnectionsPerSecondMax: 200,
    redialMs: 1_000,
    rebroadcastMax: 0,
    ...options,
  };
  const parts = {
    ...{ broadcasts: new TestBroadcasts(), trust: new MemoryTrust(), intents: new MemoryIntents() },
    ...{ told: [] as string[], audited: [] as AuditRow[] },
  };
  const hub = { name, init, ...parts, ...meshOf(init, parts, clock) };
  onTestFinished(async () => {
    await hub.mesh.stop?.();
    await rm(directory, { recursive: true, force: true });
  });
  await hub.mesh.start?.(new AbortController().signal);
  return hub;
}

/** The same hub as a new process would find it: same key, trust and intents. */
export async function reincarnate(hub: TestHub, options: Partial<MeshInit> = {}): Promise<TestHub> {
  const init = { ...hub.init, ...options };
  const next = { ...hub, init, ...meshOf(init, hub, systemClock()) };
  onTestFinished(async () => next.mesh.stop?.());
  await next.mesh.start?.(new AbortController().signal);
  return next;
}

function meshOf(
  init: MeshInit,
  parts: Pick<TestHub, 'broadcasts' | 'trust' | 'intents' | 'told' | 'audited'>,
  clock: Clock,
) {
  const mesh = createMesh(
    {
      offeredTo: (peerId) => parts.broadcasts.offeredTo(peerId),
      trust: parts.trust,
      intents: parts.intents,
      audit: { record: async (row) => void parts.audited.push(row) },
      tellManagers: async (text) => void parts.told.push(text),
      clock,
      chance: systemChance(),
      logger: silentLogger(),
    },
    init,
  );
  return { mesh, act: actOn(mesh.actions) };
}

export function actOn(actions: readonly AnyAction[]): TestHub['act'] {
  return async (spec, input, signal = new AbortController().signal, actor = manager) => {
    const action = actions.find((candidate) => candidate.spec === spec);
    if (!action) throw new Error(`no action ${spec.name}`);
    return spec.output.parse(await action.run({ actor, signal }, spec.input.parse(input)));
  };
}

export async function startedHub(name: string, options: Partial<MeshInit> = {}): Promise<TestHub> {
  const hub = await createHub(name, options);
  await hub.act(nodeStart, {});
  return hub;
}

export async function addressOf(hub: TestHub): Promise<string> {
  const status = await hub.act(nodeStatus, {});
  return status.addresses[0]!;
}

export async function peerIdOf(hub: TestHub): Promise<string> {
  const status = await hub.act(nodeStatus, {});
  return status.peerId!;
}

export async function connectHubs(from: TestHub, to: TestHub): Promise<void> {
  await from.act(nodeConnect, { address: await addressOf(to) });
  const peerId = await peerIdOf(from);
  await expect.poll(() => to.mesh.communities.find(peerId)?.name).toBe(from.name);
}

export async function trust(from: TestHub, to: TestHub): Promise<void> {
  await trustNow(from, { community: to.name });
}

/** As somebody does who presses *Confirm* below the card. */
export async function trustNow(hub: Pick<TestHub, 'act'>, input: z.input<typeof nodeTrust.input>) {
  try {
    return await hub.act(nodeTrust, input);
  } catch (error) {
    if (!isGuildmeshError(error, 'MESH_TRUST_UNCONFIRMED')) throw error;
    const { peerId: community, name, confirmation } = trustCard.parse(error.details);
    return hub.act(nodeTrust, { community, name, confirmation });
  }
}

export async function forget(from: TestHub, to: TestHub): Promise<void> {
  await from.act(nodeForget, { community: to.name });
}

/** Two connected hubs that trust each other. */
export async function friends(): Promise<{
  north: TestHub;
  south: TestHub;
  northId: string;
  southId: string;
}> {
  const [north, south] = await Promise.all([startedHub('North'), startedHub('South')]);
  await connectHubs(south, north);
  await trust(north, south);
  await trust(south, north);
  return { north, south, northId: await peerIdOf(north), southId: await peerIdOf(south) };
}

export function inTime(timeoutMs = 10_000): AbortSignal {
  return AbortSignal.timeout(timeoutMs);
}
