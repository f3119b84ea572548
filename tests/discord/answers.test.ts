import { afterAll, beforeAll, expect, test } from 'vitest';
import { Door } from './support/door.ts';

let door: Door;
beforeAll(async () => {
  door = await Door.open();
});
afterAll(() => door.close());

test('a typed /node status is answered by the service behind it', async () => {
  const answer = await door.as('member').run('/node status');
  const text = await answer.text();
  expect(answer.ephemeral).toBe(true);
  expect(text).toContain('Node running');
  expect(text).toContain('**North**');
});
