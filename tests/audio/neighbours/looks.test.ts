import { expect, test } from 'vitest';
import { neighbourLimits } from '#audio/neighbours/limits.ts';
import { Looks } from '#audio/neighbours/looks.ts';
import type { NeighbourAnswer } from '#audio/neighbours/neighbours.ts';
import { playerLook, playerLookStop } from '#contracts/actions/player-looking.ts';
import type { Actor, GuildMemberActor } from '#contracts/actor.ts';
import { actOn } from '../../mesh/support/hub.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { rejection } from '../../support/rejection.ts';
import { manager, ours } from './support.ts';

const silent = { peerId: 'n', name: 'North', words: '', state: 'silent', mayAllow: false } as const;
const signal = new AbortController().signal;

function underTest() {
  const clock = new FakeClock();
  const asked: { mayAllow: boolean; answer: (answer: NeighbourAnswer | undefined) => void }[] = [];
  const looks = new Looks({
    neighbours: {
      look: ({ mayAllow }, _state, aborted) =>
        new Promise((answer, reject) => {
          asked.push({ mayAllow, answer });
          aborted.addEventListener('abort', () => reject(aborted.reason));
        }),
    },
    roles: { roleOf: async (actor) => (actor === manager ? 'manager' : undefined) },
    clock,
  });
  const act = actOn(looks.actions);
  const look = (actor: Actor = manager, guildId = ours, until = signal) =>
    act(playerLook, { guildId, what: 'North', state: 'not-allowing' }, until, actor);
  const stop = (actor: Actor = manager) => act(playerLookStop, { guildId: ours }, signal, actor);
  return { clock, asked, look, looks, stop };
}

function person(userId: string): GuildMemberActor {
  return { ...(manager as GuildMemberActor), userId };
}

test('a wait ends when something else is missing, with the rest of its time, or when nothing is', async () => {
  const { asked, clock, look } = underTest();
  const first = look();
  await clock.advance(60_000);
  asked[0]?.answer({ neighbour: silent });
  expect(await first).toEqual({ end: 'changed', neighbour: silent, leftMs: 540_000 });
  const second = look(person('3'));
  await clock.advance(1_000);
  asked[1]?.answer({ broadcast: 'b@n', title: 'T', community: 'North' });
  expect(await second).toEqual({ end: 'changed', leftMs: 599_000 });
  expect(asked.map(({ mayAllow }) => mayAllow)).toEqual([true, false]);
  expect(clock.pendingCount).toBe(0);
});

test('it ends after ten minutes, by its asker alone, and when the hub stops', async () => {
  const { clock, look, stop } = underTest();
  const late = look();
  await clock.advance(10 * 60_000);
  expect(await late).toEqual({ end: 'late', leftMs: 0 });

  const stopped = look();
  await clock.advance(0);
  await stop(person('3'));
  await clock.advance(1_000);
  await stop();
  expect(await stopped).toMatchObject({ end: 'stopped', leftMs: 599_000 });

  const hub = new AbortController();
  const aborted = rejection(look(manager, ours, hub.signal));
  await clock.advance(0);
  hub.abort(new Error('the hub stops'));
  expect(await aborted).toMatchObject({ message: 'the hub stops' });
  expect(clock.pendingCount).toBe(0);
});

test('one a person, three a guild, thirty in all: a guild ends its own, never another’s', async () => {
  const { asked, clock, look } = underTest();
  const { looksMax, looksPerGuildMax } = neighbourLimits;
  const others = Array.from({ length: looksMax - looksPerGuildMax }, (_, index) =>
    look(person('2'), `20000000000000${String(index).padStart(4, '0')}`),
  );
  const ends: string[] = [];
  const begin = async (userId: string) => {
    void look(person(userId)).then(({ end }) => ends.push(`${userId} ${end}`));
    await clock.advance(0);
  };
  for (const userId of ['4', '5', '6']) await begin(userId);
  expect(ends).toEqual([]);
  await begin('5');
  expect(ends).toEqual(['5 stopped']);
  await begin('7');
  expect(ends).toEqual(['5 stopped', '4 stopped']);
  // A guild that has none finds no place, and disturbs nobody.
  expect(await look(person('8'), '300000000000000000')).toEqual({ end: 'late', leftMs: 0 });
  for (const { answer } of asked) answer(undefined);
  expect((await Promise.all(others)).every(({ end }) => end === 'changed')).toBe(true);
});

test('before the hub stops every wait ends as one that nobody wants, and none begins', async () => {
  const { asked, clock, look, looks } = underTest();
  const waits = [look(), look(person('3'))];
  await clock.advance(0);
  looks.stop();
  expect(await Promise.all(waits)).toMatchObject([{ end: 'stopped' }, { end: 'stopped' }]);
  expect(await look()).toEqual({ end: 'late', leftMs: 0 });
  expect([asked.length, clock.pendingCount]).toEqual([2, 0]);
});
