import { expect, test } from 'vitest';
import * as specs from '#contracts/actions/scheduling.ts';
import { createPlannedArtifacts } from '#scheduling/planned-artifacts.ts';
import { guildId, member, schedulingBench } from './support/bench.ts';

const actor = member();
const cid = 'a'.repeat(64);

test('an artifact that a schedule will still publish is planned, until nothing of it can leave any more', async () => {
  const bench = await schedulingBench();
  const { scheduling, perform } = bench.hub();
  await scheduling.start?.(new AbortController().signal);
  const planned = createPlannedArtifacts(bench.db);
  const { id } = await perform(specs.scheduleAdd, actor, {
    guildId,
    rule: { kind: 'once', at: { local: '2026-11-22T10:00', zone: 'UTC' } },
    what: { kind: 'publication', content: { title: 'News', body: '', media: [{ cid }] } },
    targets: ['news'],
  });
  expect(await planned.includes(cid)).toBe(true);
  expect(await planned.includes('b'.repeat(64))).toBe(false);
  // Over, but a run of it is due.
  await bench.db.updateTable('schedule').set({ next_slot_ms: null }).execute();
  expect(await planned.includes(cid)).toBe(false);
  const slot = {
    ...{ schedule_id: id, slot_ms: 1, guild_id: guildId, content: JSON.stringify({ media: [{ cid }] }) },
    ...{ targets: '["news"]', ordered_by: 'system', due_at_ms: 1, act_at_ms: 1, attempt_count: 0 },
    ...{ publication_id: null, error: null, recorded_at_ms: 1, run_number: 1 },
  };
  await bench.db
    .insertInto('schedule_slot')
    .values({ ...slot, state: 'due' })
    .execute();
  expect(await planned.includes(cid)).toBe(true);
  await bench.db.updateTable('schedule_slot').set({ state: 'enqueued' }).execute();
  expect(await planned.includes(cid)).toBe(false);
});
