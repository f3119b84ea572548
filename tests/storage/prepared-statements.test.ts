import { DatabaseSync } from 'node:sqlite';
import { beforeEach, expect, test } from 'vitest';
import { PreparedStatements, preparedMax, preparedSqlCharsMax } from '#storage/prepared-statements.ts';

let asked: string[];
let prepared: PreparedStatements<object>;

beforeEach(() => {
  asked = [];
  prepared = new PreparedStatements((sql) => {
    asked.push(sql);
    return {};
  });
});

test('prepares a text once', () => {
  expect(prepared.of('select 1')).toBe(prepared.of('select 1'));
  expect(asked).toHaveLength(1);
});

test('keeps those asked for last, and no more than its limit', () => {
  prepared.of('select 0');
  for (let index = 1; index < preparedMax; index++) prepared.of(`select ${index}`);
  prepared.of('select 0');
  prepared.of('select one more');
  asked = [];
  prepared.of('select 0');
  expect(asked).toEqual([]);
  prepared.of('select 1');
  expect(asked).toEqual(['select 1']);
});

test('does not keep long texts', () => {
  const long = `select ${'1 +'.repeat(preparedSqlCharsMax)} 1`;
  prepared.of(long);
  prepared.of(long);
  expect(asked).toHaveLength(2);
});

test('forgets all when tables may have changed: a column added later is seen', () => {
  const database = new DatabaseSync(':memory:');
  const statements = new PreparedStatements((sql) => database.prepare(sql));
  statements.of('create table t (a)').run();
  statements.of('insert into t values (1)').run();
  const before = statements.of('select * from t');
  expect(before.all()).toEqual([{ a: 1 }]);
  statements.of('alter table t add column b').run();
  expect(statements.of('select * from t')).not.toBe(before);
  expect(statements.of('select * from t').all()).toEqual([{ a: 1, b: null }]);
  database.close();
});
