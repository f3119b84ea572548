import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '#commands/index.ts';
import { type Role, roleAtLeast, roles } from '#contracts/actor.ts';
import { whoMayChoose, whoMayType } from '../contracts/typed-commands.ts';
import { seen } from './support/answers.ts';
import { Door } from './support/door.ts';
import { formsOf, typedForms } from './support/forms.ts';
import { channels, elsewhere, type Person } from './support/seed.ts';
import { specs } from './support/services.ts';

let door: Door;
beforeAll(async () => {
  door = await Door.open();
});
afterAll(() => door.close());

async function say(person: Person, typed: string, guildId?: string): Promise<string> {
  door.clock.skip(60_000);
  const { text, ephemeral } = await seen(await door.as(person, guildId).run(typed));
  if (text.includes('ACTION_FORBIDDEN')) expect(ephemeral).toBe(true);
  return text;
}

/** What was asked for by people: panels of earlier answers go on being read meanwhile. */
function asked() {
  return door.services.runs.filter(({ actor }) => actor.kind !== 'system');
}

/** Refusals that name the Discord roles that may, and what they read for it. */
const readForRefusal: Readonly<Record<string, string>> = { setup: 'access.list' };

test('every form of every command is in the table', () => {
  expect(Object.keys(typedForms).sort()).toEqual(formsOf(commands).sort());
});

/** What no role of a server gives: people who host the hub may. */
const forOperators = Object.keys(typedForms).filter((form) => form.startsWith('access home '));

/** The commands that need no role: they show only what everybody can read anyway. */
const openToAll = ['help'];

const ofRoles = Object.entries(typedForms).filter(([form]) => !forOperators.includes(form));

describe.each(ofRoles)('/%s', (form, typed) => {
  /** The strictest access among the actions it performs, as seen when the owner runs it. */
  async function needed(): Promise<Role | undefined> {
    door.services.runs.length = 0;
    await say('owner', typed);
    const ran = asked().map(({ action }) => specs.find(({ name }) => name === action)?.access);
    return roles.filter((role) => ran.includes(role)).sort((a, b) => roles.indexOf(a) - roles.indexOf(b))[0];
  }

  test('is done for exactly the roles its actions name', async () => {
    const access = await needed();
    expect(access === undefined).toBe(openToAll.includes(form));
    expect(whoMayType(`/${form}`), 'docs/commands.md').toBe(access ?? 'everyone');
    for (const person of roles) {
      door.services.runs.length = 0;
      const text = await say(person, typed);
      const allowed = access === undefined || roleAtLeast(person, access);
      expect(text.includes('ACTION_FORBIDDEN'), `${person}: ${text}`).toBe(!allowed);
      const ran = asked().filter(({ action }) => allowed || action !== readForRefusal[form]);
      expect(ran.length > 0, person).toBe(allowed && access !== undefined);
    }
  });

  test('is refused in a guild where nobody was given a role, also to who manages another', async () => {
    if (openToAll.includes(form)) return;
    for (const person of ['stranger', 'manager'] as const) {
      door.services.runs.length = 0;
      expect(await say(person, typed, elsewhere)).toContain('ACTION_FORBIDDEN');
      expect(asked()).toEqual([]);
    }
  });
});

test.each(forOperators)('/%s is refused to every role, the server’s owner included', async (form) => {
  expect(whoMayType(`/${form}`), 'docs/commands.md').toBe('operator');
  for (const person of roles) {
    door.services.runs.length = 0;
    expect(await say(person, typedForms[form] ?? ''), person).toContain('ACTION_FORBIDDEN');
    expect(asked(), person).toEqual([]);
  }
});

const entries = commands.flatMap(({ onMessage = [] }) => onMessage.map(({ definition }) => definition.name));

test.each(entries)('“%s” in the menu of a message is for whom docs/commands.md says', async (entry) => {
  const { id } = await door.as('member').say(channels.general, '# A title\nAnd a text.');
  const allowed: string[] = [];
  for (const person of roles) {
    door.clock.skip(60_000);
    const { text } = await seen(await door.as(person).runOnMessage(entry, id));
    if (!text.includes('ACTION_FORBIDDEN')) allowed.push(person);
  }
  const who = whoMayChoose(entry);
  expect(allowed).toEqual(roles.filter((person) => who && roleAtLeast(person, who as Role)));
  if (who !== 'member') expect(allowed).not.toHaveLength(roles.length);
});

test('a role taken away counts at once', async () => {
  expect(await say('publisher', '/relay stop')).toContain('Relay stopped');
  const { playground } = door;
  playground.faults.setMemberRoles(door.as('publisher').guildId, door.as('publisher').userId, []);
  expect(await say('publisher', '/relay stop')).toContain('ACTION_FORBIDDEN');
});
