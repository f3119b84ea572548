import { expect, test } from 'vitest';
import type { Fate, Step } from '#contracts/publisher.ts';
import { rejection } from '../../support/rejection.ts';
import type { ComplianceFixture } from '../compliance.ts';
import type { Attempt, AttemptInit } from './attempt.ts';
import { everyWrite } from './everywhere.ts';
import type { Answer, FakePlatform } from './fake-platform.ts';

export interface Refusal {
  name: string;
  answer: Answer;
}

interface Suite<Options> {
  fixture: ComplianceFixture<Options>;
  platform(): Promise<FakePlatform>;
  attempt(on: FakePlatform, init?: Partial<AttemptInit>): Attempt;
  credentials: Readonly<Record<string, string>>;
  steps(): readonly Step[];
  fateOf(error: unknown): Fate;
  /** What people are shown. */
  shown: unknown[];
}

/**
 * Without the credentials that a publisher says it needs nothing may leave. An account that has lost access is reported
 * as a problem of the target, not of the post: the outbox then holds all, and lets each leave once.
 */
export function describeRights<Options>(suite: Suite<Options>): void {
  const { fixture, attempt, fateOf, shown } = suite;
  const { publisher, options } = fixture;

  test('without what it needs nothing leaves, and verify says what is missing', async () => {
    const needs = publisher.needs(options);
    const described = publisher.describe.credentials.map(({ name }) => name);
    expect(needs.map(({ name }) => name).filter((name) => !described.includes(name))).toEqual([]);
    const [step] = suite.steps();
    for (const { name } of needs.filter(({ required }) => required)) {
      const on = await suite.platform();
      const { [name]: _, ...credentials } = suite.credentials;
      const { problems } = await publisher.verify(attempt(on, { credentials, dryRun: true }), options);
      shown.push(problems);
      expect(problems.length, `problems without ${name}`).toBeGreaterThan(0);
      const fate = fateOf(await rejection(publisher.execute(attempt(on, { credentials }), step as Step, {})));
      expect(fate.state, fate.reason).toBe('authorisation-lost');
      expect(on.effects()).toEqual([]);
    }
  });

  test('it is known how the platform takes a right away', () => {
    expect(fixture.lostRights.length).toBeGreaterThan(0);
  });

  test.each(fixture.lostRights)('lost rights hold the target: $name', async ({ answer }) => {
    const on = await suite.platform();
    on.server.expectFaults(everyWrite({ kind: 'answer', answer }));
    const [step] = suite.steps();
    const fate = fateOf(await rejection(publisher.execute(attempt(on), step as Step, {})));
    expect(fate.state, fate.reason).toBe('authorisation-lost');
    expect(on.effects()).toEqual([]);
    // The right is back.
    on.server.expectFaults({});
    const before = on.effects().length;
    await publisher.execute(attempt(on), step as Step, {});
    expect(on.effects().length - before, 'effects').toBeLessThanOrEqual(1);
  });
}
