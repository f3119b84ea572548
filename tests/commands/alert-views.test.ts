import { expect, test } from 'vitest';
import { alertView, detailsView, placeView } from '#commands/alerts/view.ts';
import type { AlertEntry, AlertView } from '#contracts/actions/alerts.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { assertFits } from '#discord/interactions/view-limits.ts';

const snowflake = '1234567890123456789';
const name32 = 'n'.repeat(32);
/** Each of its characters is escaped, which doubles it. */
const long = '*'.repeat(300);
const context = {
  sharedId: (name: string, data = '') => `g1.alerts.${name}.zzzzzzz.1000.aaaaaaaaaaaaaaaa.${data}`,
} as unknown as CommandContext;

const entry: AlertEntry = {
  ...{ kind: 'failed', target: name32, title: long, text: long, atMs: 1, waits: true },
  ...{ deliveryId: 'x'.repeat(36), publicationId: 'x'.repeat(36) },
};
const alert: AlertView = {
  ...{ id: 'x'.repeat(36), guildId: snowflake, openedAtMs: 1, total: 1e6, waiting: 1e6 - 1 },
  ...{ insteadOf: snowflake, isClosed: false, target: name32 },
  entries: Array.from({ length: 8 }, () => entry),
  shares: [],
};
const { target: _, ...ofMany } = alert;
const shares = Array.from({ length: 12 }, () => ({ name: name32, count: 1e6 }));

const all: [string, View][] = [
  ['of one target', alertView(context, alert)],
  ['after a Retry', alertView(context, alert, { retriedCount: 1e6, leftCount: 1e6, resumedCount: 12 })],
  ['of everything else', alertView(context, { ...ofMany, shares })],
  ['in full', detailsView(alert)],
  ['where they go', placeView({ channelId: snowflake })],
];

test.each(all)('the largest alert fits into a message: %s', (_name, view) => {
  expect(() => assertFits(view)).not.toThrow();
});

const one = { ...alert, total: 1, waiting: 1, entries: [entry] };

test('what waits has Review and Retry; what is settled has neither', () => {
  const labels = (view: View) =>
    [...JSON.stringify(view).matchAll(/"label":"(\w+)"/g)].map(([, word]) => word);
  expect(labels(alertView(context, one))).toEqual(['Review', 'Retry', 'Refresh']);
  expect(labels(alertView(context, { ...one, entries: [{ ...entry, kind: 'approval' }] }))).toEqual([
    'Review',
    'Refresh',
  ]);
  const settled = alertView(context, { ...one, waiting: 0, entries: [{ ...entry, waits: false }] });
  expect(labels(settled)).toEqual([]);
  expect(JSON.stringify(settled)).toContain('settled');
});

test('how much of it there is stands on it, also of what isn’t listed', () => {
  expect(JSON.stringify(alertView(context, { ...alert, total: 1_000, waiting: 1_000 }))).toMatch(
    /1,000 posts to .*996 more are counted here/,
  );
});
