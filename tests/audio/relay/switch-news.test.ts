import { expect, test } from 'vitest';
import { SwitchNews, switchesForgottenMs, switchesToldMax } from '#audio/relay/switch-news.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const event = { from: 'a', to: 'b', why: 'stalled' } as const;

test('a source that comes and goes is reported so often and no more, and again later', async () => {
  const clock = new FakeClock();
  const news = new SwitchNews({ clock });
  const told = Array.from({ length: switchesToldMax + 2 }, () => news.text(event));
  expect(told.filter((text) => text !== undefined)).toHaveLength(switchesToldMax);
  expect(told[switchesToldMax - 1]).toContain('/relay status');
  await clock.advance(switchesForgottenMs);
  expect(news.text(event)).toBe('“a” gives no sound: “b” plays in its place. It is tried again by itself.');
});
