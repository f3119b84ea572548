import { expect, test } from 'vitest';
import { publishCreate } from '#contracts/actions/publish.ts';
import { targetAdd, targetList, targetVerify } from '#contracts/actions/targets.ts';
import type { PublisherPlugin } from '#contracts/publisher.ts';
import { silentLogger } from '#core/logger.ts';
import { Publishers } from '#publishing/publishers.ts';
import { pluginOf } from './support/plugin-of.ts';
import { guildId, publishingBench } from './support/publishing-bench.ts';
import { SpeakingTarget } from './support/speaking-target.ts';

const target = { guildId, name: 'square', publisher: 'fake', policy: 'none' } as const;

/** Its code can't be loaded as often as `failing` says. */
function lazy() {
  const place = new SpeakingTarget();
  const code = pluginOf(place.speaker('fake'));
  const loads = { count: 0, failing: 0 };
  const plugin: PublisherPlugin = {
    ...code,
    load: () => {
      loads.count += 1;
      return loads.failing-- > 0 ? Promise.reject(new Error('no such file')) : code.load();
    },
  };
  return { place, plugin, loads };
}

test('the code of a publisher loads once, however many ask for it at the same time', async () => {
  const { plugin, loads } = lazy();
  const publishers = new Publishers({ publishers: [plugin], logger: silentLogger() });
  expect(publishers.declared('fake')?.describe.title).toBe('Fake fake');
  expect(loads.count).toBe(0);
  const [one, other] = await Promise.all([publishers.loaded('fake'), publishers.loaded('fake')]);
  expect(one).toBe(other);
  expect(await publishers.loaded('fake')).toBe(one);
  expect(loads.count).toBe(1);
  expect(await publishers.loaded('other')).toBeUndefined();
});

test('code that does not load is an error that says so, and is tried again at the next use', async () => {
  const { plugin, loads } = lazy();
  loads.failing = 1;
  const publishers = new Publishers({ publishers: [plugin], logger: silentLogger() });
  const both = await Promise.allSettled([publishers.loaded('fake'), publishers.loaded('fake')]);
  for (const each of both)
    expect(each).toMatchObject({ reason: { code: 'PUBLISH_NOT_LOADED', cause: new Error('no such file') } });
  expect(loads.count).toBe(1);
  expect(await publishers.loaded('fake')).toMatchObject({ id: 'fake' });
});

test('targets are added and listed without the code; a check of one says that it does not load', async () => {
  const { plugin, loads } = lazy();
  const { act, log } = await publishingBench({ publishers: [plugin] });
  await act(targetAdd, target);
  expect((await act(targetList, { guildId, ask: false })).targets).toMatchObject([{ name: 'square' }]);
  expect(loads.count).toBe(0);
  loads.failing = 1;
  expect((await act(targetVerify, { guildId, target: 'square' })).problems).toEqual([
    expect.stringMatching(/could not load its code for Fake fake.*log/),
  ]);
  expect(log.join()).toContain('no such file');
  expect(await act(targetVerify, { guildId, target: 'square' })).toMatchObject({ problems: [] });
});

test('a delivery waits until the code of its publisher loads, and then leaves once', async () => {
  const first = lazy();
  const bench = await publishingBench({ publishers: [first.plugin] });
  await bench.act(targetAdd, target);
  const local = new Date(bench.clock.nowMs() + 120_000).toISOString().slice(0, 16);
  await bench.act(publishCreate, {
    ...{ guildId, targets: ['square'], at: { local, zone: 'UTC' } },
    content: { title: 'Hello', body: 'World' },
  });
  await bench.stop();
  const { place, plugin, loads } = lazy();
  // The look at targets takes the first.
  loads.failing = 3;
  const again = await publishingBench({ ...bench, publishers: [plugin], folder: bench.folder });
  await again.clock.advance(121_000);
  expect(loads.count).toBeGreaterThan(0);
  expect(place.texts).toEqual([]);
  for (let minute = 0; minute < 10; minute++) await again.clock.advance(60_000);
  expect(loads.count).toBe(4);
  expect(place.texts).toEqual(['Hello\nWorld']);
});
