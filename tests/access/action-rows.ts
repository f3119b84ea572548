import type { PatternName } from './who-may.ts';

/**
 * The pattern of who may, and an input that is right except for `guildId`, which the table adds where the pattern knows
 * two guilds.
 */
export type ActionRow = readonly [may: PatternName, input?: object];

const id = 'x1';
const channelId = '500000000000000001';
const discordRoleId = '400000000000000001';
const at = { local: '2030-12-24T18:00', zone: 'Europe/Berlin' };
const once = { kind: 'once', at };
const content = { title: 'Version 1' };
const targets = ['news'];

/** Every action of the hub. One that is missing here may be done by nobody, and fails. */
export const actionRows: Readonly<Record<string, ActionRow>> = {
  'access.list': ['members'],
  'access.grant': ['managers', { discordRoleId, role: 'publisher' }],
  'access.revoke': ['managers', { discordRoleId }],

  'audit.list': ['managers'],

  'access.home.list': ['operators'],
  'access.home.add': ['operators', { guildIds: ['100000000000000009'], confirm: true }],
  'access.home.remove': ['operators', { guildId: '100000000000000009' }],

  'token.add': ['managers, no token', { name: 'ci' }],
  'token.list': ['managers'],
  'token.revoke': ['managers', { id }],

  'node.start': ['managers, of the hub'],
  'node.stop': ['managers, of the hub'],
  'node.status': ['members, of the hub'],
  'node.peers': ['members, of the hub'],
  'node.connect': ['managers, of the hub', { address: '/ip4/192.0.2.1/tcp/4180' }],
  'node.trust': ['managers, of the hub', { community: 'South' }],
  'node.forget': ['managers, of the hub', { community: 'South' }],

  'broadcast.start': ['publishers', { source: 'sample' }],
  'broadcast.stop': ['publishers', { broadcast: id }],
  'broadcast.audience': ['publishers', { broadcast: id, audience: 'community' }],
  'broadcast.next': ['publishers', { broadcast: id }],
  'broadcast.list': ['members'],
  'source.list': ['publishers'],

  'relay.start': ['publishers', { channelId, broadcast: id }],
  'relay.stop': ['publishers', { channelId }],
  'relay.next': ['publishers', { channelId }],
  'relay.status': ['members'],
  'relay.chime': ['managers', { channelId: '500000000000000002' }],
  'relay.configure': ['managers', { onMove: 'return' }],
  'relay.volume': ['publishers', { percent: 80 }],

  'player.play': ['members', { what: 'sample' }],
  'player.status': ['members'],
  'player.queue': ['members', { page: 1 }],
  'player.skip': ['members', { itemId: id }],
  'player.stop': ['members'],
  'player.pause': ['members'],
  'player.resume': ['members'],
  'player.clear': ['members', { whose: 'all' }],
  'player.seek': ['members', { itemId: id, atMs: 0 }],
  'player.move': ['members', { itemId: id }],
  'player.remove': ['members', { itemId: id }],
  'player.shuffle': ['members'],
  'player.undo': ['members', { undoId: id }],
  'player.configure': ['members', { loop: 'all' }],
  'player.favourite': ['members', { itemId: id, keep: true }],
  'player.share-list': ['managers'],
  'player.share': ['managers', { peerIds: [id] }],
  'player.unshare': ['managers', { peerIds: [id] }],
  'player.suggest': ['members', { search: 'evening' }],
  'player.look': ['members', { what: 'North', state: 'absent' }],
  'player.look-stop': ['members'],
  'player.cover': ['members', { coverId: id }],

  'consent.show': ['members, of themselves'],
  'consent.choose': ['members, of themselves', { choice: 'given' }],
  'consent.rule': ['managers', { rule: 'ask' }],

  'recording.start': ['publishers', { broadcast: id }],
  'recording.stop': ['publishers', { recording: id }],
  'recording.list': ['members'],

  'artifact.add': ['publishers', { label: 'log', content: { kind: 'text', text: 'done' } }],
  'artifact.upload': ['publishers, bare tokens too', { sizeBytes: 4, label: 'log' }],
  'artifact.list': ['publishers'],
  'artifact.show': ['publishers, bare tokens too', { cid: 'a'.repeat(64) }],
  'artifact.archive-thread': ['publishers', { channelId }],

  'target.add': ['managers', { name: 'news', publisher: 'discord' }],
  'target.kinds': ['managers'],
  'target.setup': ['managers', { kind: 'discord:message' }],
  'target.change': ['managers', { target: 'news', answers: {} }],
  'target.copy': ['managers', { target: 'news', called: 'other' }],
  'target.show': ['publishers', { target: 'news' }],
  'target.choices': ['managers', { target: 'news' }],
  'target.edit': ['managers', { target: 'news' }],
  'target.remove': ['managers', { target: 'news' }],
  'target.list': ['publishers'],
  'target.verify': ['managers', { target: 'news' }],
  'target.pause': ['managers', { target: 'news' }],
  'target.resume': ['managers', { target: 'news' }],
  'publish.connect': ['managers', { target: 'news' }],

  'publish.preview': ['publishers', { content, targets }],
  'publish.create': ['publishers', { content, targets }],
  'publish.edit': ['publishers', { publicationId: id, content }],
  'publish.approve': ['publishers, no token', { deliveryId: id, stepsHash: 'h' }],
  'publish.cancel': ['publishers', { publicationId: id }],
  'publication.draft': ['publishers', { publicationId: id }],
  'publication.show': ['publishers', { publicationId: id }],
  'publication.preview': ['publishers', { publicationId: id }],

  'delivery.list': ['publishers'],
  'delivery.retry': ['publishers', { deliveryId: id }],
  'delivery.done': ['publishers', { deliveryId: id, url: 'https://example.org/1' }],
  'delivery.discard': ['publishers', { deliveryId: id }],
  'delivery.take-back': ['publishers', { deliveryId: id }],

  'alerts.here': ['managers', { channelId }],
  'alerts.off': ['managers'],
  'alerts.test': ['managers'],
  'alert.show': ['publishers', { alertId: id }],
  'alert.retry': ['publishers', { alertId: id }],

  'chain.add': ['managers', { name: 'release', trigger: { kind: 'manual' }, links: [{ targets }] }],
  'chain.list': ['publishers'],
  'chain.show': ['publishers', { chain: 'release' }],
  'chain.remove': ['managers', { chain: 'release' }],
  'chain.run': ['publishers', { chain: 'release', kind: 'start', label: 'v1' }],

  'schedule.read-time': ['publishers', { text: 'in 2 h' }],
  'schedule.preview': ['publishers', { rule: once }],
  'schedule.add': ['publishers', { rule: once, what: { kind: 'digest', title: 'Week' }, targets }],
  'schedule.edit': ['publishers', { id, content: { title: 'Weekly' } }],
  'schedule.list': ['publishers'],
  'schedule.pause': ['publishers', { id, paused: true }],
  'schedule.remove': ['publishers', { id }],

  'milestone.add': ['publishers', { title: 'Version 1', at, targets }],
  'milestone.edit': ['publishers', { id, title: 'Version 2' }],
  'milestone.list': ['members'],
  'milestone.show': ['members', { id }],
  'milestone.done': ['publishers', { id }],
  'milestone.remove': ['publishers', { id }],

  'doctor.run': ['members'],
  'guild.card': ['managers', { channelId: '500000000000000001' }],
  'guild.configure': ['managers'],
  'guild.settings': ['members'],
  'guild.setup': ['managers'],
};
