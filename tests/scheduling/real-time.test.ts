import { expect, onTestFinished, test } from 'vitest';
import { createPerform } from '#access/perform.ts';
import { milestoneAdd, milestoneShow } from '#contracts/actions/scheduling.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { createScheduling } from '#scheduling/scheduling.ts';
import { formatLocal } from '#scheduling/time/local-time.ts';
import { rolesBy } from '../support/roles.ts';
import { homeEverywhere } from '../support/standings.ts';
import { startedStorage } from '../support/started-storage.ts';
import { storesOf } from '../support/tables.ts';
import { guildId, member } from './support/bench.ts';
import { FakePublications } from './support/fake-publications.ts';

test('a milestone a few seconds ahead is ordered by the real clock, in time', async () => {
  const clock = systemClock();
  const storage = await startedStorage();
  const publications = new FakePublications(() => clock.nowMs());
  const components = {
    db: storesOf(storage).db,
    clock,
    chance: systemChance(),
    logger: silentLogger(),
    standings: homeEverywhere,
  };
  const scheduling = createScheduling(
    { ...components, publications, targets: publications, announceMissed: async () => {} },
    // No lead: it is the loop that keeps the time, not the outbox.
    { milestoneLeadMs: 0 },
  );
  onTestFinished(() => scheduling.stop?.());
  await scheduling.start?.(new AbortController().signal);
  const perform = createPerform({
    actions: scheduling.actions,
    standings: homeEverywhere,
    roles: rolesBy(storesOf(storage).grants),
    ledger: storage.ledger,
    clock,
    logger: silentLogger(),
    stopping: new AbortController().signal,
  });
  const local = formatLocal(Math.ceil(clock.nowMs() / 1_000) * 1_000 + 3_000);
  const milestone = { guildId, title: 'Now', at: { local, zone: 'UTC' }, targets: ['news'], offsets: ['0'] };
  const { id, atMs } = await perform(milestoneAdd, member(), milestone);
  expect(publications.ordered.size).toBe(0);
  await clock.sleep(atMs - clock.nowMs() + 1_200);
  const [ordered] = [...publications.ordered.values()];
  expect(ordered?.atMs).toBeGreaterThanOrEqual(atMs);
  expect(ordered?.atMs).toBeLessThanOrEqual(atMs + 1_000);
  const { posts } = await perform(milestoneShow, member(), { guildId, id });
  expect(posts).toMatchObject([{ offset: '0', state: 'enqueued', publicationId: ordered?.view.id }]);
});
