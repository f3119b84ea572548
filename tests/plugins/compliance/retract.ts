import { expect, test } from 'vitest';
import type { Fate, Receipt, Step } from '#contracts/publisher.ts';
import type { ComplianceFixture } from '../compliance.ts';
import type { Attempt, AttemptInit } from './attempt.ts';
import { type FakePlatform, type Fault, isWrite } from './fake-platform.ts';

export interface RetractParts<Options> {
  fixture: ComplianceFixture<Options>;
  platform(): Promise<FakePlatform>;
  attempt(on: FakePlatform, init?: Partial<AttemptInit>): Attempt;
  steps(): readonly Step[];
  deliverAll(on: FakePlatform, all: readonly Step[]): Promise<Record<string, Receipt>>;
  fateOf(error: unknown): Fate;
}

/** What was published can be taken back, once and for all, whatever is lost on the way. */
export function describeRetract<Options>(parts: RetractParts<Options>): void {
  const { fixture, platform, attempt, steps, deliverAll, fateOf } = parts;
  const { publisher } = fixture;
  const retract = publisher.retract?.bind(publisher);

  test('it declares that it takes back exactly if it can', () => {
    expect(publisher.takesBack === true).toBe(retract !== undefined);
  });

  if (!retract) return;

  function visible(on: FakePlatform): string[] {
    const ids = on.effects().map(({ id }) => id);
    return fixture.staysAfterRetract ? ids.filter((id) => !fixture.staysAfterRetract?.test(id)) : ids;
  }

  async function published(): Promise<{ on: FakePlatform; back: readonly Step[] | undefined }> {
    const on = await platform();
    const all = steps();
    const receipts = await deliverAll(on, all);
    const retraction = retract?.(all, receipts) ?? { why: '' };
    expect(retract?.(all, receipts)).toEqual(retraction);
    if ('why' in retraction) {
      // A clause, after which a person knows what to do.
      expect(retraction.why).toMatch(/^[^A-Z].{15,}[^.]$/);
      return { on, back: undefined };
    }
    expect(JSON.parse(JSON.stringify(retraction.steps))).toEqual(retraction.steps);
    expect(new Set(retraction.steps.map(({ id }) => id)).size).toBe(retraction.steps.length);
    return { on, back: retraction.steps };
  }

  test('what it takes back is gone, is found to be, and may be taken back again', async () => {
    const { on, back } = await published();
    if (!back) return;
    for (const step of back) {
      expect(await publisher.find(attempt(on), step, {})).toEqual({ state: 'absent' });
      const receipt = await publisher.execute(attempt(on), step, {});
      expect(await publisher.find(attempt(on), step, {})).toEqual({ state: 'found', receipt });
      expect(await publisher.execute(attempt(on, { context: { attempt: 2 } }), step, {})).toEqual(receipt);
    }
    expect(visible(on)).toEqual([]);
  });

  test.each<Fault['kind']>(['drop-before', 'drop-after', 'drop-during'])(
    'taking back meets %s: gone in the end',
    async (kind) => {
      const { on, back } = await published();
      if (!back) return;
      const writesBefore = on.server.requests.filter(isWrite).length;
      on.server.expectFaults({ 0: { kind } as Fault });
      await deliverAll(on, back);
      expect(on.server.requests.filter(isWrite).length).toBeGreaterThan(writesBefore);
      expect(visible(on)).toEqual([]);
    },
  );

  test('a dry run takes nothing back', async () => {
    const { on, back } = await published();
    const [first] = back ?? [];
    if (!first) return;
    const shown = visible(on);
    const error = await publisher.execute(attempt(on, { dryRun: true }), first, {}).catch((e: unknown) => e);
    expect(fateOf(error)).toMatchObject({ state: 'rejected', reason: expect.stringContaining('dry run') });
    expect(visible(on)).toEqual(shown);
  });
}
