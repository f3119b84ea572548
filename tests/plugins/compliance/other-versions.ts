import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Fate, Json, Publisher, Receipt, Step } from '#contracts/publisher.ts';
import { rejection } from '../../support/rejection.ts';
import type { Attempt } from './attempt.ts';
import type { FakePlatform } from './fake-platform.ts';

interface OtherVersionsInit {
  fixture: { name: string; publisher: Publisher; undecidable?: boolean };
  platform(): Promise<FakePlatform>;
  attempt(on: FakePlatform): Attempt;
  deliverAll(on: FakePlatform, steps: readonly Step[]): Promise<Record<string, Receipt>>;
  fateOf(error: unknown): Fate;
}

/** Steps wait for days, and the hub is updated meanwhile. Kept is what the release before wrote for each fixture. */
export function describeOtherVersions(init: OtherVersionsInit): void {
  const { fixture, platform, attempt, deliverAll, fateOf } = init;
  const { publisher } = fixture;
  const kept = keptSteps(fixture.name);

  test.runIf(kept.length > 0)('steps of the version before still land, and are found', async () => {
    const on = await platform();
    const receipts = await deliverAll(on, kept);
    expect(on.effects().length).toBeGreaterThan(0);
    for (const step of kept) {
      const found = await publisher.find(attempt(on), step, receipts);
      if (fixture.undecidable && found.state === 'cannot-tell') continue;
      expect(found, step.id).toMatchObject({ state: 'found' });
    }
  });

  test.runIf(kept.length > 0)('only a step that can’t be read is rejected, with what to do', async () => {
    const on = await platform();
    for (const step of kept) {
      for (const strange of [{ ...step, payload: {} }, ...withoutOne(step)]) {
        const execute = () => publisher.execute(attempt(on), strange, {});
        const find = () => publisher.find(attempt(on), strange, {});
        for (const run of [execute, find]) {
          const fate = fateOf(await rejection(run()));
          expect(fate, JSON.stringify(strange.payload)).toEqual({
            state: 'rejected',
            reason: `the step “${step.id}” was made by another version of this publisher: edit the publication`,
          });
        }
      }
    }
    expect(on.server.writeCount).toBe(0);
  });
}

function keptSteps(name: string): readonly Step[] {
  const file = `${name.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}.json`;
  const path = new URL(`../steps-of-before/${file}`, import.meta.url);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : [];
}

/**
 * Replaces each list in it by something that is no list: an older reader would have failed on it in the middle of its
 * work.
 */
function withoutOne(step: Step): Step[] {
  return Object.entries(step.payload)
    .filter(([, value]) => Array.isArray(value))
    .map(([name]) => ({ ...step, payload: { ...step.payload, [name]: 'another form' satisfies Json } }));
}
