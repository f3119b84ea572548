import { describe, expect, test } from 'vitest';
import { grantsView } from '#commands/access/view.ts';
import { listView, liveView } from '#commands/broadcast/view.ts';
import { findingsView } from '#commands/doctor/view.ts';
import { commandView, overviewView } from '#commands/help/view.ts';
import { commands } from '#commands/index.ts';
import { communitiesView, communityView, statusView } from '#commands/node/view.ts';
import { statusView as relayStatusView, relayView } from '#commands/relay/view.ts';
import { matching } from '#commands/suggestions.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { customIdLengthMax } from '#discord/interactions/limits.ts';
import { assertFits } from '#discord/interactions/view-limits.ts';
import { walk } from '../discord/support/components.ts';

let nonce = 1_000;
/** As long as the real ones get: version, names, expiry, nonce and mac before the data. */
const context = {
  customId: (name: string, data = '') => `g1.broadcast.${name}.zzzzzzz.${nonce++}.aaaaaaaaaaaaaaaa.${data}`,
} as CommandContext;

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
  title: long,
  source: `https://radio.example/${'x'.repeat(1_900)}`,
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
  e2ee: true,
  startedAtMs: 1,
  framesPlayed: 1e9,
  framesMissed: 1e9,
  bufferedFrames: 1e3,
  latencyMs: 1e6,
  rejoinCount: 1e6,
};
const finding = { id: 'x', level: 'problem' as const, text: long, fix: long };

const fullest: [string, View][] = [
  ['node status', statusView(context, status)],
  ['node peers', communitiesView({ communities: many(() => community) })],
  ['node trust', communityView('Trusted', community)],
  ['broadcast start', liveView(context, broadcast)],
  ['broadcast list', listView(context, { own: many(() => broadcast), remote: many(() => remote) })],
  ['relay start', relayView(context, relay)],
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
