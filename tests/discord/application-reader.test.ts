import { afterEach, expect, test } from 'vitest';
import { Door } from './support/door.ts';
import { botId, people } from './support/seed.ts';

let door: Door;
afterEach(() => door.close());

const read = () => door.discord.application(AbortSignal.timeout(10_000));
const names = async () => (await read()).operators.map(({ name }) => name);

test('an application of one person has that one operator; whether it is public is said', async () => {
  door = await Door.open();
  expect(await read()).toEqual({ operators: [{ userId: people.owner, name: 'owner' }], isPublic: false });
  door.playground.faults.setApplication(botId, { ownerId: people.member, isPublic: true });
  expect(await read()).toEqual({ operators: [{ userId: people.member, name: 'member' }], isPublic: true });
});

test('of a team its owner and those who accepted and may do more than read', async () => {
  door = await Door.open();
  const member = (
    userId: string,
    state: 'accepted' | 'invited',
    role: 'admin' | 'developer' | 'read_only',
  ) => ({
    ...{ userId, state, role },
  });
  const team = (...members: ReturnType<typeof member>[]) =>
    door.playground.faults.setApplication(botId, {
      ownerId: people.owner,
      team: {
        id: '600000000000000001',
        name: 'Hosts',
        members: [{ userId: people.owner, state: 'accepted' }, ...members],
      },
    });
  team(
    member(people.manager, 'accepted', 'admin'),
    member(people.publisher, 'accepted', 'developer'),
    member(people.member, 'accepted', 'read_only'),
    member(people.stranger, 'invited', 'admin'),
  );
  // Nobody is the made-up user that Discord names as the owner of a team's application.
  expect(await names()).toEqual(['owner', 'manager', 'publisher']);
  team();
  expect(await names()).toEqual(['owner']);
});
