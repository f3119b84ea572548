import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditRowView } from '#contracts/actions/audit.ts';
import { seen } from './support/answers.ts';
import { customIdsOf } from './support/components.ts';
import { Door } from './support/door.ts';

let door: Door;
beforeAll(async () => {
  door = await Door.open();
});
afterAll(() => door.close());

/** As long as cursors are: milliseconds with a fraction, and an id. */
const cursor = '1796057653538.5386:01999999-0000-7000-8000-000000000001';
const row: AuditRowView = {
  cursor,
  atMs: 1_796_057_653_538,
  actor: 'guild-member:300000000000000001:100000000000000001',
  action: 'artifact.archive-thread',
  outcome: 'ok',
};

test('the buttons of a page lead to older rows and back, whatever they are of', async () => {
  door.services.answers['audit.list'] = () => ({ rows: [row], before: cursor });
  const owner = door.as('owner');
  const first = await seen(await owner.run(`/access audit action:${row.action}`));
  const { 'audit-page': older = '' } = customIdsOf(first.message);
  expect(first.text).toContain('What happened here');
  const second = await seen(await owner.click(first.message.id, older));
  expect(second.text).toContain('artifact.archive');
  const asked = door.services.runs.filter(({ action }) => action === 'audit.list').map(({ input }) => input);
  expect(asked).toMatchObject([
    { action: row.action, everywhere: false },
    { action: row.action, everywhere: false, before: cursor },
  ]);
});
