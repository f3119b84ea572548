import { expect, test } from 'vitest';
import { roleAtLeast, roles } from '#contracts/actor.ts';

test('a stronger role may do all that a weaker one may, and never the other way', () => {
  for (const [strength, role] of roles.entries())
    for (const [neededStrength, needed] of roles.entries())
      expect(roleAtLeast(role, needed), `${role} for ${needed}`).toBe(strength <= neededStrength);
  expect(roleAtLeast('owner', 'member')).toBe(true);
  expect(roleAtLeast('member', 'publisher')).toBe(false);
});
