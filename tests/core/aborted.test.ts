import { expect, test } from 'vitest';
import { orAborted } from '#core/aborted.ts';

const never = new Promise<never>(() => undefined);

test('work that is over first settles the wait, and a later abort does nothing', async () => {
  const controller = new AbortController();
  let abandonedCount = 0;
  const abandon = () => abandonedCount++;
  expect(await orAborted(controller.signal, Promise.resolve('done'), { abandon })).toBe('done');
  await expect(orAborted(controller.signal, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  controller.abort();
  expect(abandonedCount).toBe(0);
});

test('an abort is the answer, whatever abandoning the work makes of it', async () => {
  const controller = new AbortController();
  const work = Promise.withResolvers<string>();
  const waiting = orAborted(controller.signal, work.promise, { abandon: () => work.resolve('abandoned') });
  controller.abort(new Error('no longer wanted'));
  await expect(waiting).rejects.toThrow('no longer wanted');
});

test('a signal that was aborted before abandons the work, too; the error may be another', async () => {
  let abandonedCount = 0;
  const abandon = () => abandonedCount++;
  const error = () => new Error('busy');
  await expect(orAborted(AbortSignal.abort(), never, { abandon, error })).rejects.toThrow('busy');
  expect(abandonedCount).toBe(1);
});
