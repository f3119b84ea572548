import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countOf, hasPassed, noVotes, withoutAbsent, withoutVotes, withVote } from '#audio/player/votes.ts';

const here = (...userIds: string[]) => userIds.map((userId) => ({ userId, deafened: false }));

test('a vote needs more than half of those who can hear, and counts once a person', () => {
  const people = [...here('a', 'b', 'c', 'd'), { userId: 'deaf', deafened: true }];
  let votes = withVote(noVotes, 'skip', 'a');
  votes = withVote(votes, 'skip', 'a');
  votes = withVote(votes, 'skip', 'deaf');
  expect(countOf(votes, 'skip', people)).toEqual({ have: 1, need: 3 });
  expect(countOf(votes, 'stop', people)).toEqual({ have: 0, need: 3 });
  votes = withVote(withVote(votes, 'skip', 'b'), 'skip', 'c');
  expect(hasPassed(countOf(votes, 'skip', people))).toBe(true);
  expect(withoutVotes(votes, 'skip').skip.size).toBe(0);
});

test('somebody outside the channel, as a bot is, counts nothing', () => {
  const votes = withVote(withVote(noVotes, 'skip', 'bot'), 'skip', 'elsewhere');
  expect(countOf(votes, 'skip', here('a', 'b'))).toEqual({ have: 0, need: 2 });
});

test('a vote goes with the person who leaves, and stays gone', () => {
  const votes = withVote(withVote(noVotes, 'skip', 'a'), 'clear', 'b');
  const left = withoutAbsent(votes, here('b', 'c'));
  expect(countOf(left, 'skip', here('a', 'b', 'c'))).toEqual({ have: 0, need: 2 });
  expect(countOf(left, 'clear', here('a', 'b', 'c'))).toEqual({ have: 1, need: 2 });
});

test('half is never enough, and all who hear always are', () => {
  const people = fc.uniqueArray(fc.record({ userId: fc.string(), deafened: fc.boolean() }), {
    selector: ({ userId }) => userId,
    minLength: 1,
  });
  fc.assert(
    fc.property(people, fc.nat(), (listeners, n) => {
      const hearing = listeners.filter(({ deafened }) => !deafened);
      const voters = hearing.slice(0, n % (hearing.length + 1));
      const votes = voters.reduce((each, { userId }) => withVote(each, 'stop', userId), noVotes);
      expect(hasPassed(countOf(votes, 'stop', listeners))).toBe(voters.length * 2 > hearing.length);
    }),
  );
});
