import { describe, expect, test } from 'vitest';
import { refusalTests } from '../refusal-tests.ts';
import { accountsOf, unlisted } from './accounts.ts';
import { type Account, operationsIn, readDescription, refusalsOf } from './documented-refusals.ts';
import { runs } from './runs.ts';

describe.each(Object.keys(accountsOf))('%s', (id) => {
  const accounts = accountsOf[id]!;
  const description = readDescription(accounts.file);
  if (!description)
    process.stderr.write(`OFFICIAL_SPECS_DIR has no ${accounts.file}: its refusals are not gone through.\n`);

  test('asks what its list says, and each operation of the list', async () => {
    const requests = (await runs[id]?.()) ?? [];
    expect(unlisted(id, requests)).toEqual([]);
    const seen = operationsIn(accounts, requests);
    const unseen = Object.keys(accounts.operations).filter((operation) => !seen.has(operation));
    expect(unseen).toEqual([]);
  });

  test('each account names a row of the README’s table, or a reason', () => {
    const rows = Object.keys(refusalTests[id] ?? {});
    const all: Account[] = [
      ...Object.values(accounts.operations).flatMap((each) => Object.values(each)),
      ...(accounts.codes?.accounts.map(([, account]) => account) ?? []),
    ];
    for (const account of all) {
      if ('row' in account) expect(rows).toContain(account.row);
      else if ('never' in account) expect(account.never).toMatch(/^[a-z].{15,}/);
      else expect(accounts.codes).toBeDefined();
    }
  });

  test.skipIf(!description)('each refusal described is accounted for, and nothing else', () => {
    for (const [operation, own] of Object.entries(accounts.operations))
      expect({ [operation]: Object.keys(own).sort() }).toEqual({
        [operation]: refusalsOf(description!, operation)?.sort(),
      });
    for (const operation of accounts.undescribed) expect(refusalsOf(description!, operation)).toBeUndefined();
  });

  test.skipIf(!description || !accounts.codes)('each code is accounted for, and nothing else', () => {
    const { of, accounts: listed } = accounts.codes!;
    const fits = (pattern: string | RegExp, code: string) =>
      typeof pattern === 'string' ? pattern === code : pattern.test(code);
    const left = new Set(listed);
    const missing = of(description!).filter((code) => {
      const first = listed.find(([pattern]) => fits(pattern, code));
      if (first) left.delete(first);
      return !first;
    });
    expect(missing).toEqual([]);
    expect([...left].map(([pattern]) => String(pattern))).toEqual([]);
  });
});
