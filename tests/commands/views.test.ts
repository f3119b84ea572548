import { describe, expect, test } from 'vitest';
import { grantsView } from '#commands/access/view.ts';
import { keptThreadView } from '#commands/archive/view.ts';
import { listView, liveView } from '#commands/broadcast/view.ts';
import { chainCard, chainsView, runCard } from '#commands/chain/view.ts';
import { deliveriesView } from '#commands/deliveries/view.ts';
import { findingsView } from '#commands/doctor/view.ts';
import { commandView, overviewView } from '#commands/help/view.ts';
import { commands } from '#commands/index.ts';
import { milestoneCard, milestonesView } from '#commands/milestone/view.ts';
import { lookingView, trustCardView, trustedView } from '#commands/node/trust-view.ts';
import { communitiesView, communityView, statusView } from '#commands/node/view.ts';
import { panelView } from '#commands/publish/panel-view.ts';
import { fullTextView, previewView } from '#commands/publish/preview-view.ts';
import { reviewView } from '#commands/publish/review-view.ts';
import {
  connectView,
  newTokenView,
  targetsView,
  targetView,
  tokensView,
  verifiedView,
} from '#commands/publish/target-view.ts';
import { statusView as relayStatusView, relayView, settingsView } from '#commands/relay/view.ts';
import { runsView, scheduleCard, schedulesView } from '#commands/schedule/view.ts';
import { matching } from '#commands/suggestions.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { customIdLengthMax } from '#discord/interactions/limits.ts';
import { assertFits } from '#discord/interactions/view-limits.ts';
import { walk } from '../discord/support/components.ts';

let nonce = 1_000;
/** As long as the real ones get: version, names, expiry, nonce and mac before the data. */
const context = {
  customId: (name: string, data = '') => `g1.broadcast.${name}.zzzzzzz.${nonce++}.aaaaaaaaaaaaaaaa.${data}`,
  sharedId: (name: string, data = '') => `g1.deliveries.${name}.zzzzzzz.${nonce++}.aaaaaaaaaaaaaaaa.${data}`,
  keep: async () => 'abcdefghijk',
} as unknown as CommandContext;

/** Each of its characters is escaped, which doubles it. */
const long = '*'.repeat(300);
const many = <T>(make: (index: number) => T, count = 60) =>
  Array.from({ length: count }, (_, index) => make(index));
const snowflake = '1234567890123456789';

const community = {
  peerId: `12D3KooW${'x'.repeat(44)}`,
  name: long,
  trusted: true,
  connected: true,
  addresses: [],
};
const sixWords = many(() => 'sandwich', 6);
const trustCard = {
  ...{ peerId: community.peerId, name: long, words: sixWords, otherPeerId: community.peerId },
  confirmation: 'x'.repeat(80),
};
const status = {
  state: 'running' as const,
  peerId: community.peerId,
  communityName: long,
  addresses: many((index) => `/ip4/203.0.113.${index}/tcp/4001/p2p/${community.peerId}`),
  startedAtMs: 1_760_000_000_000,
  connectionCount: 300,
  trustedConnectedCount: 60,
  trustedCount: 60,
  discoveredCount: 999,
  encrypters: many((index) => (index % 2 ? 'tls' : 'noise')),
};
const broadcast = {
  id: 'abcdefghijklmnop',
  guildId: snowflake,
  audience: 'server' as const,
  live: true,
  title: long,
  source: `https://radio.example/${'x'.repeat(1_900)}`,
  sources: Array.from({ length: 4 }, (_, index) => ({
    source: `https://radio.example/${index}/${'x'.repeat(1_900)}`,
    inUse: index === 1,
    state: index === 1 ? ('flowing' as const) : ('waiting' as const),
    leftOut: { count: 10_000, of: 20_000, reasons: [long, long] },
    ...(index === 1 ? {} : { problem: { code: 'AUDIO_SOURCE_LOST', message: long, next: long } }),
  })),
  lastSwitch: { atMs: 1, from: long, to: long, why: 'stalled' as const },
  origin: { peerId: community.peerId, community: long, broadcastId: 'abc', path: [community.peerId] },
  state: 'reconnecting' as const,
  startedAtMs: 1,
  framesSent: 1e9,
  subscriberCount: 1e6,
};
const remote = {
  peerId: community.peerId,
  community: long,
  broadcasts: many(() => ({
    reference: `abc@${long}`,
    id: 'abc',
    title: long,
    startedAtMs: 1,
    subscriberCount: 1,
  })),
};
const relay = {
  guildId: snowflake,
  guildName: long,
  channelId: snowflake,
  channelName: long,
  broadcast: long,
  title: long,
  community: long,
  state: 'reconnecting' as const,
  mode: 'constant' as const,
  deafened: false,
  problem: { code: 'VOICE_GAVE_UP', message: long, next: long },
  retryAtMs: 1,
  e2ee: true,
  volumePercent: 200,
  startedAtMs: 1,
  framesPlayed: 1e9,
  framesMissed: 1e9,
  bufferedFrames: 1e3,
  latencyMs: 1e6,
  framesConcealed: 1e9,
  bufferTargetMs: 2_000,
  closeCodes: Object.fromEntries([4006, 4009, 4014, 4015, 4022].map((code) => [code, 1e6])),
  rejoinCount: 1e6,
};
const finding = { id: 'x', level: 'problem' as const, text: long, fix: long };

const uuid = '01999999-0000-7000-8000-000000000001';
const name32 = 'a-'.repeat(16);
const longUrl = `https://example.org/${'x_(*)'.repeat(400)}`;
const delivery = {
  id: uuid,
  publicationId: uuid,
  title: long,
  target: name32,
  publisher: name32,
  state: 'unknown' as const,
  needsPerson: true,
  dueAtMs: 1,
  url: longUrl,
  error: { code: 'OUTBOX_UNKNOWN', text: long },
  attempts: 99,
  approvals: { given: 1, needed: 2 },
  paused: long,
  leftover: { what: long, url: longUrl },
  updatedAtMs: 1,
};
const publication = (state: 'unknown' | 'awaiting-approval', url = longUrl) => ({
  id: uuid,
  guildId: snowflake,
  title: long,
  createdAtMs: 1,
  dueAtMs: 1,
  deliveries: many(() => ({ ...delivery, state, needsPerson: state === 'unknown', url }), 20),
});
const previewTarget = (index: number) => ({
  target: `${name32.slice(0, 28)}${index}`,
  publisher: name32,
  title: long,
  parts: many(() => ({ label: long, text: '`'.repeat(5_000) }), 25),
  steps: many(() => long),
  warnings: many(() => long),
  problems: many(() => long),
  costMicros: 123_456_789,
  policy: 'two-people' as const,
  stepsHash: 'f'.repeat(64),
  deliveryId: uuid,
  state: 'awaiting-approval' as const,
});
const preview = (count: number) => ({
  targets: many(previewTarget, count),
  costMicros: 1e9,
  dueAtMs: 1,
  when: long,
});
const target = {
  guildId: snowflake,
  id: uuid,
  name: name32,
  publisher: long,
  title: long,
  options: { long },
  policy: 'two-people' as const,
  monthlyBudgetMicros: 1e9,
  spentThisMonthMicros: 1e9,
  ordered: true,
  credentials: many(() => ({ name: long, present: false, required: true, help: long }), 5),
  lamp: { state: 'refused' as const, word: 'Refused', reasons: many(() => long, 6) },
  paused: { reason: long, detail: long },
};
const milestone = {
  id: uuid,
  guildId: snowflake,
  title: long,
  description: long,
  when: long,
  atMs: 1,
  zone: 'Europe/Berlin',
  state: 'open' as const,
  progressPercent: 100,
  artifacts: many(() => 'a'.repeat(64), 20),
  targets: many(() => name32, 20),
  posts: many(
    () => ({
      offset: '-999d',
      atMs: 1,
      state: 'enqueued' as const,
      deliveries: many(() => ({ target: name32, state: 'failed' as const, needsPerson: true }), 20),
    }),
    12,
  ),
};
const schedule = {
  id: uuid,
  guildId: snowflake,
  title: long,
  rule: long,
  zone: long,
  targets: many(() => name32, 20),
  kind: 'digest' as const,
  policy: 'once' as const,
  graceMs: 1e9,
  jitterMs: 1e9,
  paused: false,
  next: many(() => ({ atMs: 1, text: long }), 20),
  missed: { count: 1_000, lastMs: 1, text: long },
};
const chainRun = {
  id: uuid,
  label: long,
  state: 'stopped' as const,
  link: 9,
  reason: long,
  links: many(
    () => ({ deliveries: many(() => ({ target: name32, id: uuid, state: long, url: longUrl }), 10) }),
    10,
  ),
  startedAtMs: 1,
  updatedAtMs: 1,
};
const chain = {
  guildId: snowflake,
  id: uuid,
  name: name32,
  trigger: { kind: 'artifact' as const, label: long },
  title: long,
  body: long,
  tags: [],
  links: many(() => ({ targets: many(() => name32, 10), withArtifacts: true }), 10),
  runs: many(() => chainRun),
};
const token = { id: uuid, name: long, createdBy: long, createdAtMs: 1, expiresAtMs: 1, lastUsedAtMs: 1 };
const draftId = 'abcdefghijk';

const fullest: [string, View][] = [
  ...[1, 2, 7, 20].map((count): [string, View] => [
    `publish post, ${count} targets`,
    previewView(context, { title: long, preview: preview(count), draftId, isEdit: count === 7 }),
  ]),
  ['publish post, in full', fullTextView(context, previewTarget(10), { draftId, page: 1 })],
  ['panel in trouble', panelView(context, publication('unknown'))],
  ['panel in trouble, short links', panelView(context, publication('unknown', 'https://example.org/1'))],
  ['panel awaiting approval', panelView(context, publication('awaiting-approval'))],
  ['review', await reviewView(context, many(previewTarget, 20), 'p'.repeat(36))],
  ['publish targets', targetsView({ targets: many(() => target), publishers: [] })],
  ['publish target add', targetView('Target added', target)],
  [
    'publish target verify',
    verifiedView(name32, {
      account: long,
      problems: many(() => long),
      remarks: many(() => long),
      quota: long,
    }),
  ],
  [
    'publish connect',
    connectView({
      target: name32,
      credentials: many(() => ({ name: long, help: long, present: true, environmentName: long })),
      link: { url: `https://example.org/${'x'.repeat(900)}`, expiresAtMs: 1 },
    }),
  ],
  ['publish token list', tokensView(many(() => token))],
  ['publish token add', newTokenView({ ...token, token: long })],
  [
    'deliveries list',
    deliveriesView(context, { deliveries: many(() => delivery), scope: `needs-person/${name32}` }),
  ],
  [
    'deliveries list, no trouble',
    deliveriesView(context, {
      deliveries: many(() => ({ ...delivery, needsPerson: false })),
      scope: 'open/',
    }),
  ],
  [
    'archive thread',
    keptThreadView({
      title: long,
      url: longUrl,
      messageCount: 1e6,
      isCut: true,
      artifacts: many(
        () => ({
          cid: 'a'.repeat(64),
          sizeBytes: 1e12,
          mediaType: long,
          label: long,
          source: long,
          createdAtMs: 1,
        }),
        2,
      ),
    }),
  ],
  ['milestone list', milestonesView({ milestones: many(() => milestone) })],
  ['milestone show', milestoneCard(context, 'Milestone', milestone)],
  ['schedule list', schedulesView({ schedules: many(() => schedule) })],
  ['schedule add', scheduleCard(context, 'Planned', schedule)],
  ['schedule preview', runsView(long, schedule.next)],
  ['chain list', chainsView({ chains: many(() => chain) })],
  ['chain show', chainCard(context, 'Chain', chain)],
  ['chain run', runCard(name32, chainRun)],
  ['node status', statusView(context, status)],
  ['node peers', communitiesView({ communities: many(() => community) })],
  ['node connect', communityView('Connected', community)],
  ['node trust', trustedView({ ...community, words: sixWords })],
  ['node trust, its card', trustCardView(trustCard, 'x'.repeat(100))],
  ['node trust, meanwhile', lookingView(long)],
  ['broadcast start', liveView(context, broadcast)],
  ['broadcast list', listView(context, { own: many(() => broadcast), remote: many(() => remote) })],
  ['relay start', relayView(context, relay)],
  [
    'relay settings',
    settingsView({ guildId: snowflake, onMove: 'return', leaveAfterMs: 86_400_000, volumePercent: 200 }),
  ],
  ['relay status', relayStatusView(context, { relays: many(() => relay) })],
  [
    'access list',
    grantsView('Access', {
      grants: many(() => ({ guildId: snowflake, discordRoleId: snowflake, role: 'manager' })),
      yourRole: 'owner',
    }),
  ],
  [
    'doctor',
    findingsView(
      context,
      [...many(() => finding), ...many(() => ({ ...finding, level: 'ok' as const }))],
      snowflake,
    ),
  ],
  ['help', overviewView(commands)],
  ...commands.map((command): [string, View] => [`help ${command.definition.name}`, commandView(command)]),
];

describe.each(fullest)('the fullest view of /%s', (_, view) => {
  test('fits into one message', () => {
    expect(() => assertFits(view)).not.toThrow();
  });

  test('has buttons Discord takes', () => {
    const ids = walk(view.components).flatMap((part) =>
      'custom_id' in part ? [String(part.custom_id)] : [],
    );
    for (const id of ids) expect(id.length).toBeLessThanOrEqual(customIdLengthMax);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test('a view too large for Discord is refused, not sent', () => {
  const text = (length: number) => ({ components: [{ type: 10, content: 'x'.repeat(length) }] }) as View;
  expect(() => assertFits(text(4_000))).not.toThrow();
  expect(() => assertFits(text(4_001))).toThrow(expect.objectContaining({ code: 'DISCORD_REPLY_TOO_LARGE' }));
  const parts = { components: many(() => ({ type: 10, content: 'x' }), 41) } as View;
  expect(() => assertFits(parts)).toThrow(expect.objectContaining({ code: 'DISCORD_REPLY_TOO_LARGE' }));
});

test('suggestions fit Discord’s list, and a value is never cut', () => {
  const choices = matching(
    [...many((index) => ({ name: long, value: `v${index}` })), { name: 'long', value: long }],
    '',
  );
  expect(choices).toHaveLength(25);
  for (const { name } of choices) expect(name.length).toBeLessThanOrEqual(100);
  expect(matching([{ name: 'long', value: long }], '')).toEqual([]);
  expect(matching([{ name: 'A\u202eb', value: '1' }], 'a')).toEqual([{ name: 'Ab', value: '1' }]);
});

test('a token whose maker left is listed as refused', () => {
  const token = { id: 'a', name: 'ci', createdBy: 'x', createdAtMs: 0, expiresAtMs: 5_000 };
  const text = JSON.stringify(tokensView([{ ...token, orphanedAtMs: 1 }, token]));
  expect(text.match(/refused: whoever made it has left/g)).toHaveLength(1);
});
