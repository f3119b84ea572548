import { expect, test } from 'vitest';
import { listView, liveView } from '#commands/broadcast/view.ts';
import { consentCard } from '#commands/consent/view.ts';
import type { BroadcastView } from '#contracts/actions/broadcast.ts';
import { type Audience, audienceWords } from '#contracts/audio.ts';
import type { CommandContext } from '#contracts/command.ts';

const snowflake = '300000000000000001';
const context = {
  guildId: snowflake,
  nowMs: 1,
  customId: (name: string, data = '') => `${name}:${data}`,
} as unknown as CommandContext;
const broadcast: BroadcastView = {
  ...{ id: 'abc', guildId: snowflake, audience: 'server', live: true, title: 'Talk', state: 'live' },
  ...{ source: 'tone', sources: [{ source: 'tone', inUse: true, state: 'flowing' }] },
  ...{ startedAtMs: 1, framesSent: 1, subscriberCount: 0 },
};

test('a broadcast’s card says who hears it and offers to widen, and what that does to a live channel', () => {
  const shown = (audience: Audience, live: boolean) => {
    const text = JSON.stringify(liveView(context, { ...broadcast, audience, live }));
    const offered = ['All our servers', 'Neighbours too'].filter((label) => text.includes(label));
    return { offered, says: text.includes(audienceWords[audience]), anew: text.includes('starts anew') };
  };
  expect(shown('server', true)).toEqual({
    offered: ['All our servers', 'Neighbours too'],
    says: true,
    anew: true,
  });
  expect(shown('community', false)).toEqual({ offered: ['Neighbours too'], says: true, anew: false });
  expect(shown('neighbours', true)).toEqual({ offered: [], says: true, anew: false });
});

test('a broadcast of another server of this community is listed without a button to stop it', () => {
  const stops = (guildId: string) =>
    JSON.stringify(listView(context, { own: [{ ...broadcast, guildId }], remote: [] })).includes(
      'stop-listed',
    );
  expect([stops(context.guildId), stops('1')]).toEqual([true, false]);
});

test('/consent names in words who hears each live channel', () => {
  const live = [{ channelId: snowflake, audience: 'neighbours' as const, heard: false }];
  const text = JSON.stringify(consentCard({ rule: 'ask', choice: 'given', heard: true, live }));
  expect(text).toContain(`<#${snowflake}> is being broadcast, heard by ${audienceWords.neighbours}`);
  expect(text).toContain('you are left out');
});
