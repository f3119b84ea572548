import { expect, test } from 'vitest';
import type { Fate, Receipt, Step } from '#contracts/publisher.ts';
import { rejection } from '../../support/rejection.ts';
import type { ComplianceFixture } from '../compliance.ts';
import type { Attempt, AttemptInit } from './attempt.ts';
import type { FakePlatform } from './fake-platform.ts';

export interface PatienceParts<Options> {
  fixture: ComplianceFixture<Options>;
  platform(): Promise<FakePlatform>;
  attempt(on: FakePlatform, init?: Partial<AttemptInit>): Attempt;
  steps(): readonly Step[];
  deliverAll(on: FakePlatform, all: readonly Step[]): Promise<Record<string, Receipt>>;
  fateOf(error: unknown): Fate;
}

/** What landed may be out of sight for a while: it is not called failed, and not absent, for that. */
export function describePatience<Options>(parts: PatienceParts<Options>): void {
  const { fixture, platform, attempt, steps, deliverAll, fateOf } = parts;
  const { publisher, lag } = fixture;

  test('it says how far its lists may lag behind', () => {
    const { patienceMs, settleDelayMs } = publisher.describe;
    expect(patienceMs, `${publisher.id}: patienceMs, beside settleDelayMs`).toBeDefined();
    expect(patienceMs).toBeGreaterThanOrEqual(settleDelayMs);
  });

  test.skipIf(!lag)('an answer lost before a list that lags: unknown until it is proven', async () => {
    const on = await platform();
    const [step] = steps().slice(-1) as [Step];
    const earlier = await deliverAll(on, steps().slice(0, -1));
    const countBefore = on.effects().length;
    lag?.(on, true);
    on.server.expectFaults({ 0: { kind: 'drop-after' } });
    const fates: Fate[] = [];
    for (const nth of [1, 2]) {
      const context = attempt(on, { context: { attempt: nth } });
      fates.push(fateOf(await rejection(publisher.execute(context, step, earlier))));
      expect(await publisher.find(attempt(on), step, earlier)).toEqual({ state: 'absent' });
    }
    expect(fates).toMatchObject([{ state: 'unknown' }, { state: 'unknown', saysThere: true }]);
    lag?.(on, false);
    expect(await publisher.find(attempt(on), step, earlier)).toMatchObject({ state: 'found' });
    expect(on.effects().length).toBe(countBefore + 1);
  });
}
