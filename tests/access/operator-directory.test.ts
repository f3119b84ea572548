import { expect, onTestFinished, test } from 'vitest';
import { askAgainMs, askEveryMs, askTimeoutMs, OperatorDirectory } from '#access/home/operator-directory.ts';
import type { ApplicationFacts } from '#contracts/hosting.ts';
import { silentLogger } from '#core/logger.ts';
import { FakeClock } from '../support/fake-clock.ts';

const ada = { userId: '1', name: 'Ada' };
const noor = { userId: '2', name: 'Noor' };
const never = new AbortController().signal;

function directory(configured: string[] = []) {
  const clock = new FakeClock();
  const asked = { count: 0, answer: async (): Promise<ApplicationFacts> => facts(ada, noor) };
  const operators = new OperatorDirectory(
    {
      application: () => {
        asked.count += 1;
        return asked.answer();
      },
      clock,
      logger: silentLogger(),
    },
    configured,
  );
  onTestFinished(() => operators.stop());
  return { clock, asked, operators };
}

function facts(...operators: ApplicationFacts['operators']): ApplicationFacts {
  return { operators, isPublic: false };
}

test('nobody is an operator before Discord has answered, but those the configuration names', async () => {
  const { operators } = directory(['3']);
  expect(operators.isOperator('1')).toBe(false);
  expect(operators.isOperator('3')).toBe(true);
  await operators.watch(never);
  expect(['1', '2', '3', '4'].map((id) => operators.isOperator(id))).toEqual([true, true, true, false]);
  expect(operators.people()).toEqual([ada, noor, { userId: '3' }]);
});

test('an operator who left the team is none from the next hour on', async () => {
  const { clock, asked, operators } = directory();
  await operators.watch(never);
  asked.answer = async () => facts(ada);
  await clock.advance(askEveryMs - 1);
  expect(operators.isOperator('2')).toBe(true);
  await clock.advance(1);
  expect(operators.isOperator('2')).toBe(false);
  expect(asked.count).toBe(2);
});

test('while Discord is away the last answer holds, and it is asked again sooner', async () => {
  const { clock, asked, operators } = directory();
  await operators.watch(never);
  asked.answer = () => Promise.reject(new Error('503'));
  await clock.advance(askEveryMs);
  expect(operators.isOperator('2')).toBe(true);
  asked.answer = async () => facts(ada);
  await clock.advance(askAgainMs);
  expect(operators.isOperator('2')).toBe(false);
});

test('a Discord that never answers holds up the start for a bounded time', async () => {
  const clock = new FakeClock();
  const operators = new OperatorDirectory(
    {
      application: (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      clock,
      logger: silentLogger(),
    },
    [],
  );
  onTestFinished(() => operators.stop());
  let done = false;
  void operators.watch(never).then(() => (done = true));
  await clock.advance(askTimeoutMs - 1);
  expect(done).toBe(false);
  await clock.advance(1);
  expect(done).toBe(true);
  expect(operators.people()).toEqual([]);
});

test('nothing is asked after the stop', async () => {
  const { clock, asked, operators } = directory();
  await operators.watch(never);
  operators.stop();
  await clock.advance(3 * askEveryMs);
  expect(asked.count).toBe(1);
});
