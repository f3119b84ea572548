import { describe, expect, test } from 'vitest';
import { whoMayRun, withWhoMay } from '#access/next-step.ts';
import { audioErrors } from '#audio/errors.ts';
import { formsOf } from '#commands/definition.ts';
import { commands } from '#commands/index.ts';
import type { Role } from '#contracts/actor.ts';
import { GuildmeshError } from '#core/errors.ts';
import { actionSpecs } from './action-specs.ts';
import { everyError, optionNames } from './every-error.ts';
import { oddities } from './plain-sentences.ts';
import { mentionsInText, problemOf, whoMayType } from './typed-commands.ts';

const errors = await everyError();
/** Errors that say an id, and why nothing else would do. */
const idsOfUse: Readonly<Record<string, string>> = {
  MESH_TRUST_UNCONFIRMED: 'what is confirmed at a terminal; in Discord a card shows it',
  NEIGHBOUR_NEW_KEY: 'a line to copy: by its name the other one would be meant',
};
const accessOf = (name: string) => actionSpecs.find((spec) => spec.name === name)?.access;

describe('every error', () => {
  test('is said in plain words', () => {
    expect(new Set(errors.map(({ code }) => code)).size).toBeGreaterThan(250);
    const odd = errors
      // They are for terminals and logs, and name what is looked up there.
      .filter(({ kind }) => kind !== 'operator')
      .flatMap(({ code, message, next }) =>
        [message, next].flatMap((text) =>
          oddities(text, optionNames).map((oddity) => ({ code, text, oddity })),
        ),
      );
    const excused = odd.filter(({ code, oddity }) => code in idsOfUse && oddity.includes('id'));
    expect([...new Set(excused.map(({ code }) => code))].sort()).toEqual(Object.keys(idsOfUse).sort());
    expect(odd.filter((each) => !excused.includes(each))).toEqual([]);
  });

  test('says what happened and what to do, each ended once', () => {
    const wrong = errors.filter(({ message, next }) => message === '' || next === '' || /\.\.$/.test(next));
    expect(wrong).toEqual([]);
  });

  test('names commands that can be typed', () => {
    const named = errors.flatMap(({ code, message, next }) =>
      [...mentionsInText(message), ...mentionsInText(next)].map((text) => ({ code, text })),
    );
    expect(named.length).toBeGreaterThan(80);
    const problems = named.flatMap(({ code, text }) => {
      const problem = problemOf(text);
      return problem === undefined || problem.includes('without') ? [] : [`${code}: ${problem}`];
    });
    expect([...new Set(problems)]).toEqual([]);
  });

  test.each(['member', 'dj', 'publisher'] as const)('tells a %s who may do what they may not', (role) => {
    const wrong = errors.flatMap((error) => {
      const { next } = withWhoMay(new GuildmeshError({ ...error, details: {} }), role, accessOf);
      const others = mentionsInText(next).filter((text) => !mayType(role, text));
      return others.length > 0 && !/manager|publisher|operator|DJ|people who host/i.test(next)
        ? [`${error.code}: ${next}`]
        : [];
    });
    expect([...new Set(wrong)]).toEqual([]);
  });
});

function mayType(role: Role, text: string): boolean {
  const who = whoMayType(text) ?? 'everyone';
  const order = ['everyone', 'member', 'dj', 'publisher', 'manager', 'operator'];
  return order.indexOf(who) <= order.indexOf(role);
}

test('a live channel in which nobody is heard is no station that is off the air', () => {
  const source = 'channel:123456789012345678';
  const silent = audioErrors.AUDIO_SOURCE_TIMEOUT({ source, timeoutMs: 10_000, stage: 'opened' });
  expect(silent.message).toBe(
    'Nobody in <#123456789012345678> has spoken yet, or nobody there has agreed to be heard.',
  );
  expect(silent.next).toContain('/consent give');
});

describe('who may type a command', () => {
  const forms = commands.flatMap(({ definition }) =>
    formsOf(definition).map(({ words }) => [definition.name, words].filter(Boolean).join(' ')),
  );

  test('is known from its action, as its page says', () => {
    const wrong = forms.flatMap((line) => {
      const said = whoMayType(`/${line}`) ?? 'everyone';
      const known = whoMayRun(line, accessOf) ?? 'member';
      return said === known || (known === 'member' && said === 'everyone')
        ? []
        : [`${line}: ${said}, ${known}`];
    });
    expect(wrong).toEqual([]);
  });

  test('is said once, and not where the sentence says it', () => {
    const error = (next: string) =>
      new GuildmeshError({ code: 'A_B', kind: 'user', message: 'No.', details: {}, next });
    const said = (next: string, role?: Role) => withWhoMay(error(next), role, accessOf).next;
    expect(said('Start it with /relay start.', 'member')).toBe(
      'Start it with /relay start. That is for publishers: ask one of them.',
    );
    expect(said('Start it with /relay start.', 'publisher')).toBe('Start it with /relay start.');
    expect(said('A publisher uses /relay start.', 'member')).toBe('A publisher uses /relay start.');
    expect(said('Type /play to go on.')).toBe('Type /play to go on.');
    expect(said('See https://a.example/relay/start.')).toBe('See https://a.example/relay/start.');
    expect(said('Hold it: /deliveries pause target:a.', 'publisher')).toContain('That is for managers');
  });
});
