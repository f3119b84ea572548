import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { isGuildmeshError } from '#core/errors.ts';
import { deliveryKeyOf } from '#publishing/outbox/keys.ts';
import { assertMove, transitions } from '#publishing/outbox/transitions.ts';
import type { DeliveryState } from '#publishing/tables/outbox.ts';
import { describeEngines } from '../../support/engines.ts';
import { type Accident, FakeTarget } from '../support/fake-target.ts';
import { outboxBench, stepOf } from '../support/outbox-bench.ts';

const url = 'https://target.example/seen';
const over: DeliveryState[] = ['done', 'cancelled', 'discarded'];

describe('the table', () => {
  test('has no way out of what is over', () => {
    for (const { from } of Object.values(transitions))
      for (const state of over) expect(from).not.toContain(state);
  });

  test('lets people do nothing to what a worker has in hand', () => {
    const workers = ['claim', 'finish', 'accept', 'postpone', 'doubt', 'refuse'];
    for (const [event, { from }] of Object.entries(transitions))
      if (!workers.includes(event)) expect(from, event).not.toContain('sending');
  });

  test('refuses a move that it does not list', () => {
    expect(() => assertMove('cancel', 'sending', 'cancelled')).toThrow();
    expect(() => assertMove('finish', 'sending', 'failed')).toThrow();
    assertMove('finish', 'sending', 'done');
  });
});

type Deed = 'cancel' | 'discard' | 'mark-done' | 'retry' | 'edit' | 'wait' | 'pause' | 'resume';
const deeds: Deed[] = [
  'cancel',
  'discard',
  'mark-done',
  'retry',
  'edit',
  'wait',
  'wait',
  'wait',
  'pause',
  'resume',
];
const accidents: Accident[] = [
  'none',
  'lost-before-effect',
  'lost-after-effect',
  'refused',
  'rate-limited',
  'not-sent',
  'authorisation-lost',
  'crash-before-effect',
  'crash-after-effect',
];
/** What one look from outside may pass over: a claim and what came of it. */
const refusals = ['OUTBOX_IN_FLIGHT', 'OUTBOX_NOT_POSSIBLE', 'OUTBOX_ALREADY_LEFT'];

describeEngines('any sequence of events', (on) => {
  test.runIf(on.engine === 'sqlite')(
    'stays in the table, and never doubles an effect',
    { timeout: 120_000 },
    async () => {
      const listed = new Set(
        Object.values(transitions).flatMap(({ from, to }) =>
          from.flatMap((a) => to.map((b) => `${a} > ${b}`)),
        ),
      );
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom(...deeds), { maxLength: 12 }),
          fc.array(fc.constantFrom(...accidents), { maxLength: 6 }),
          fc.boolean(),
          async (events, luck, readable) => {
            const target = new FakeTarget();
            target.readable = readable;
            target.accidents.push(...luck);
            const bench = await outboxBench(on, target.publisher());
            await sql`create table move (a text, b text)`.execute(bench.db);
            await sql`create trigger moved after update of state on delivery when old.state <> new.state
            begin insert into move values (old.state, new.state); end`.execute(bench.db);
            await bench.enqueue({ id: 'a' });
            for (const [index, event] of events.entries()) await happen(bench, event, index);
            const { rows } = await sql<{ a: string; b: string }>`select a, b from move`.execute(bench.db);
            for (const { a, b } of rows) expect(listed, `${a} > ${b}`).toContain(`${a} > ${b}`);
            const keys = target.effects.map(({ key, stepId }) => `${key}/${stepId}`);
            expect(keys.length, keys.join()).toBe(new Set(keys).size);
          },
        ),
        { numRuns: 40 },
      );
    },
  );
});

async function happen(
  bench: Awaited<ReturnType<typeof outboxBench>>,
  event: Deed,
  index: number,
): Promise<void> {
  const { operations } = bench;
  try {
    switch (event) {
      case 'wait':
        await bench.worker(`w${index}`, { soleProcess: true }).start();
        return await bench.clock.advance(20_000);
      case 'pause':
        return await bench.gate.pause('target', 'by-person', 'held');
      case 'resume':
        return void (await bench.gate.resume('target'));
      case 'mark-done':
        return await operations.markDone('guild', 'a', url);
      case 'edit': {
        const revision = (await bench.row('a')).revision + 1;
        const next = {
          revision,
          key: deliveryKeyOf('p', 't', revision),
          steps: [stepOf('post', `${revision}`)],
        };
        return await operations.edit('guild', 'a', { ...next, costMicros: 0, state: 'pending' });
      }
      default:
        return await operations[event]('guild', 'a');
    }
  } catch (error) {
    if (!isGuildmeshError(error) || !refusals.includes(error.code)) throw error;
  }
}
