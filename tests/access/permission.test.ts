import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { refusalOf, refusalOfInput } from '#access/permission.ts';
import { type ActionSpec, defineAction, type Scope } from '#contracts/action.ts';
import type { Actor, GuildMemberActor, Role } from '#contracts/actor.ts';
import type { Standing } from '#contracts/guild-standing.ts';

const host = {
  host: () => ({
    community: 'Ours',
    operators: [
      { userId: '900', name: 'Ada' },
      { userId: '901', name: 'Noor' },
      { userId: '902' },
      { userId: '903', name: 'Sol' },
    ],
  }),
};
const output = z.object({});

function specOf(scope: Scope, facts: Partial<ActionSpec> = {}): ActionSpec {
  const input = z.strictObject({ guildId: z.string() });
  return defineAction({
    name: 'x',
    summary: 'X.',
    input,
    output,
    scope,
    access: 'manager',
    effect: 'write',
    ...facts,
  });
}

const person: GuildMemberActor = {
  kind: 'guild-member',
  guildId: '1',
  userId: '2',
  displayName: 'Ada',
  roleIds: [],
  isGuildOwner: false,
  hasManageGuild: false,
  isOperator: false,
};
const operatorHere: Actor = { ...person, isOperator: true };
const operator: Actor = { kind: 'operator', userId: '2' };
const system: Actor = { kind: 'system', reason: 'test' };
const panel: Actor = { ...system, guildId: '1' };
const token: Actor = { kind: 'api-token', guildId: '1', tokenId: 't', createdBy: 'guild-member:1:2' };

function said(spec: ActionSpec, actor: Actor, role: Role | undefined, standing?: Standing) {
  return refusalOf(spec, actor, { role, standing }, host)?.code;
}

describe('by role and standing', () => {
  test('a guild’s action is for the role in a home or served guild', () => {
    for (const standing of ['home', 'served'] as const) {
      expect(said(specOf('guild'), person, 'manager', standing)).toBeUndefined();
      expect(said(specOf('guild'), person, 'publisher', standing)).toBe('ACTION_FORBIDDEN');
      expect(said(specOf('guild'), person, undefined, standing)).toBe('ACTION_FORBIDDEN');
    }
  });

  test('in a foreign guild nothing is done for anybody, the hub itself included', () => {
    for (const scope of ['guild', 'hub', 'person'] as const)
      for (const actor of [person, operatorHere, panel, token, { ...token, role: 'owner' as const }])
        expect(said(specOf(scope), actor, 'owner', 'foreign'), scope).toBe('ACTION_NOT_HOME');
  });

  test('what concerns the hub is a manager’s of a home guild, and operators’ where none was chosen', () => {
    expect(said(specOf('hub'), person, 'manager', 'home')).toBeUndefined();
    expect(said(specOf('hub'), person, 'owner', 'served')).toBe('ACTION_NOT_CHOSEN');
    expect(said(specOf('hub', { effect: 'read' }), person, 'owner', 'served')).toBeUndefined();
    expect(said(specOf('hub'), operatorHere, 'member', 'served')).toBeUndefined();
    expect(said(specOf('hub'), operatorHere, 'member', 'home')).toBeUndefined();
    expect(said(specOf('guild'), operatorHere, 'member', 'home')).toBe('ACTION_FORBIDDEN');
  });

  test('an operator’s action is for operators, in any guild', () => {
    const spec = specOf('hub', { access: 'operator' });
    for (const standing of ['home', 'served', 'foreign'] as const)
      expect(said(spec, operatorHere, 'member', standing)).toBeUndefined();
    expect(said(spec, operator, 'owner')).toBeUndefined();
    expect(said(spec, system, 'owner')).toBeUndefined();
    expect(said(spec, person, 'owner', 'home')).toBe('ACTION_FORBIDDEN');
    expect(said(spec, person, 'owner', 'foreign')).toBe('ACTION_NOT_HOME');
    expect(said(spec, { ...token, role: 'owner' }, 'owner', 'home')).toBe('ACTION_FORBIDDEN');
  });
});

describe('by kind of actor', () => {
  test('what is a person’s own is done by people alone', () => {
    const spec = specOf('person', { access: 'member' });
    expect(said(spec, person, 'member', 'home')).toBeUndefined();
    for (const actor of [token, { ...token, role: 'owner' as const }, system, operator])
      expect(said(spec, actor, 'owner', 'home')).toBe('ACTION_PERSON_ONLY');
  });

  test('a token without a role does only what names bare tokens, one with a role all but what names none', () => {
    const full = { ...token, role: 'manager' as const };
    expect(said(specOf('guild'), token, 'owner', 'home')).toBe('ACTION_NOT_BY_TOKEN');
    expect(said(specOf('guild', { byToken: 'bare' }), token, 'manager', 'home')).toBeUndefined();
    expect(said(specOf('guild', { byToken: 'bare' }), token, 'publisher', 'home')).toBe('ACTION_FORBIDDEN');
    expect(said(specOf('guild'), full, 'manager', 'home')).toBeUndefined();
    expect(said(specOf('guild'), full, 'member', 'home')).toBe('ACTION_FORBIDDEN');
    expect(said(specOf('guild', { byToken: 'never' }), full, 'owner', 'home')).toBe('ACTION_NOT_BY_TOKEN');
  });
});

describe('by the guild that is named', () => {
  test.each([person, operatorHere, panel, token])('$kind reaches its own guild only', (actor) => {
    expect(refusalOfInput(specOf('guild'), actor, { guildId: '1' })).toBeUndefined();
    for (const input of [{ guildId: '9' }, {}, undefined, { guildId: ['1'] }])
      expect(refusalOfInput(specOf('guild'), actor, input)?.code).toBe('ACTION_OTHER_GUILD');
  });

  test('who belongs to no guild names any, and a person’s own need not name one', () => {
    for (const actor of [operator, system])
      expect(refusalOfInput(specOf('guild'), actor, { guildId: '9' })).toBeUndefined();
    expect(refusalOfInput(specOf('person'), person, {})).toBeUndefined();
    expect(refusalOfInput(specOf('person'), person, { guildId: '9' })?.code).toBe('ACTION_OTHER_GUILD');
    expect(refusalOfInput(specOf('hub'), person, {})).toBeUndefined();
  });
});

test('the sentence for strangers names whose hub it is, whom to ask and what they type, and no more people than fit', () => {
  const error = refusalOf(specOf('guild'), person, { role: undefined, standing: 'foreign' }, host);
  expect(error?.message).toContain('Ours');
  expect(error?.next).toContain('Ada or Noor');
  expect(error?.next).not.toContain('903');
  expect(error?.next).toContain('/access home add');
});
