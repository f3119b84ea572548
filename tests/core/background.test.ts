import { expect, test } from 'vitest';
import { inBackground } from '#core/background.ts';
import { createLogger } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';

test('a failure is logged with its facts, and nothing else is', async () => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', scrubber: new Scrubber(), write: (line) => lines.push(line) });
  await inBackground(logger, 'warn', Promise.resolve(), 'not done');
  expect(lines).toEqual([]);
  await inBackground(logger, 'error', Promise.reject(new Error('the disk is full')), 'not done', { part: 7 });
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 50, msg: 'not done', part: 7 });
  expect(lines[0]).toContain('the disk is full');
});
