import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '#core/secret.ts';

test('a secret shows its value only when asked to', () => {
  const secret = new Secret('the value');
  expect(secret.reveal()).toBe('the value');
  const accidents = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ secret }, { showHidden: true, depth: 9 }),
    Object.values(structuredClone({ secret }).secret).join(),
  ];
  for (const text of accidents) expect(text).not.toContain('the value');
});
