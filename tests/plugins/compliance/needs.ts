import { expect, test } from 'vitest';
import type { Fate, Step } from '#contracts/publisher.ts';
import { rejection } from '../../support/rejection.ts';
import type { ComplianceFixture } from '../compliance.ts';
import type { Attempt, AttemptInit } from './attempt.ts';
import type { FakePlatform } from './fake-platform.ts';

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

/** What a lamp is lit by: without what a publisher says it needs, nothing may leave. */
export function describeNeeds<Options>(suite: Suite<Options>): void {
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
}
