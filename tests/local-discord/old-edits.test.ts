import type { TextChannel } from 'discord.js';
import { afterEach, expect, test, vi } from 'vitest';
import { useHarness } from './support/harness.ts';
import { ids } from './support/small-world.ts';

const harness = useHarness();
const hourMs = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
});

test('messages over an hour old are edited three times in 6 s and channel, then refused with 30046', async () => {
  const channel = harness.client.channels.cache.get(ids.text) as TextChannel;
  const [first, second] = [await channel.send('first'), await channel.send('second')];
  const edit = async (id: string) => {
    const path = `/channels/${ids.text}/messages/${id}`;
    const { status, body } = await harness.call('PATCH', path, { body: { content: 'new' } });
    return status === 200 ? status : [status, body.code, typeof body.retry_after];
  };
  // Only the date: answers still travel in real time.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * hourMs });
  const fresh = await channel.send('fresh');
  const answers = [];
  for (const { id } of [first, second, first, second, fresh]) answers.push(await edit(id));
  expect(answers).toEqual([200, 200, 200, [429, 30046, 'number'], 200]);
  vi.setSystemTime(Date.now() + 6_000);
  expect(await edit(second.id)).toBe(200);
});
