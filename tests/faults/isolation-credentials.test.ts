import { expect, test } from 'vitest';
import { runCredentialFaults } from './isolation/credentials.ts';

const credentials = 300;

test(`${credentials} credentials of one guild cost another no write and no audit row; the control loses both`, async () => {
  const report = await runCredentialFaults({ credentials, seed: 7 });
  const shown = JSON.stringify(report);
  expect(report, shown).toMatchObject({
    ...{ writes: credentials, failures: {}, failureCount: 0, lostRows: 0 },
    ok: true,
  });
  expect(report.control.failureCount, shown).toBeGreaterThan(report.control.writes / 4);
  expect(report.control.lostRows, shown).toBeGreaterThan(report.control.writes / 4);
}, 120_000);
