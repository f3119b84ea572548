import { z } from 'zod';
import { valueWithoutHostFacts } from '#core/text/host-facts.ts';
import { defineAction } from '../action.ts';

/** A peer id, or the name a community was trusted under, or a discovered community's own name if unique. */
export const communityReference = z.string().trim().min(1).max(128);

export const communityView = z.object({
  peerId: z.string(),
  name: z.string(),
  trusted: z.boolean(),
  connected: z.boolean(),
  addresses: z.array(z.string()),
});
export type CommunityOutput = z.output<typeof communityView>;

export const nodeStatusView = z.object({
  state: z.enum(['stopped', 'starting', 'running', 'stopping']),
  peerId: z.string().optional(),
  communityName: z.string(),
  addresses: z.array(z.string()),
  startedAtMs: z.number().optional(),
  connectionCount: z.number().int(),
  trustedConnectedCount: z.number().int(),
  trustedCount: z.number().int(),
  discoveredCount: z.number().int(),
  /** "tls" or "noise", by connection, as negotiated. */
  encrypters: z.array(z.string()),
});
export type NodeStatus = z.output<typeof nodeStatusView>;

const nothing = z.strictObject({});

export const nodeStart = defineAction({
  name: 'node.start',
  summary: 'Start the libp2p node, so that other communities can be found and reached.',
  input: nothing,
  output: nodeStatusView,
  scope: 'hub',
  access: 'manager',
  effect: 'write',
});

export const nodeStop = defineAction({
  name: 'node.stop',
  summary: 'Stop the libp2p node: streams to other communities end cleanly first.',
  input: nothing,
  output: nodeStatusView,
  scope: 'hub',
  access: 'manager',
  effect: 'write',
});

export const nodeStatus = defineAction({
  name: 'node.status',
  summary: 'Show the node: state, addresses, connections.',
  input: nothing,
  output: nodeStatusView,
  scope: 'hub',
  access: 'member',
  effect: 'read',
  belowManager: valueWithoutHostFacts,
});

export const nodePeers = defineAction({
  name: 'node.peers',
  summary: 'List the communities that are trusted or were found.',
  input: nothing,
  output: z.object({ communities: z.array(communityView) }),
  scope: 'hub',
  access: 'member',
  effect: 'read',
  belowManager: valueWithoutHostFacts,
});

export const nodeConnect = defineAction({
  name: 'node.connect',
  summary: 'Dial a multiaddr or a known community now.',
  input: z.strictObject({ address: z.string().trim().min(1).max(512) }),
  output: communityView,
  scope: 'hub',
  access: 'manager',
  effect: 'write',
});

/** What somebody must have seen before a community is trusted. MESH_TRUST_UNCONFIRMED carries it as its details. */
export const trustCard = z.object({
  peerId: z.string(),
  /** The name it would have here: ours if we chose one, else what the hub says of itself, which anybody can claim. */
  name: z.string(),
  /** Six, made from both keys: the other side sees the same. */
  words: z.array(z.string()),
  /** Key of another hub that was trusted under this name before. */
  otherPeerId: z.string().optional(),
  /** The word that confirms exactly this card. */
  confirmation: z.string(),
});
export type TrustCardOutput = z.output<typeof trustCard>;

export const nodeTrust = defineAction({
  name: 'node.trust',
  summary: 'Trust a community: it may see and subscribe to our broadcasts, once it trusts us too we to its.',
  input: z.strictObject({
    community: communityReference,
    /** Our name for it; its own, unverified one otherwise. */
    name: z.string().trim().min(1).max(64).optional(),
    /** The six safety words as the other side reads them out. */
    words: z.string().trim().min(1).max(256).optional(),
    /** Confirmation of a card that the asker has seen: see `trustCard`. */
    confirmation: z.string().trim().min(1).max(80).optional(),
    /** Time for finding a hub of that name, milliseconds. */
    waitMs: z.number().int().min(0).max(10_000).default(10_000),
  }),
  /** The words, for comparing with the other side, are present while our node runs. */
  output: communityView.extend({ words: z.array(z.string()).optional() }),
  scope: 'hub',
  access: 'manager',
  effect: 'write',
});

export const nodeForget = defineAction({
  name: 'node.forget',
  summary: 'Withdraw trust from a community at once: its streams and connections are cut.',
  input: z.strictObject({ community: communityReference }),
  output: communityView,
  scope: 'hub',
  access: 'manager',
  effect: 'write',
});
