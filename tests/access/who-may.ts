/**
 * The permissions, in marks written out by hand: `+` may, `.` may not. Nothing here is computed from the code that
 * decides; `action-rows.ts` says which of these patterns each action follows.
 */

/** Each asks once for each of `heldRoles`; who has no role to hold asks once. */
export const askers = [
  ...([
    'person at home',
    'operator at home',
    'person in a served guild',
    'operator in a served guild',
  ] as const),
  ...(['person in a foreign guild', 'operator in a foreign guild'] as const),
  ...(['bare token', 'token with a role', 'token of a foreign guild'] as const),
  ...([
    'operator without a guild',
    'the hub',
    'the hub for a home guild',
    'the hub for a foreign guild',
  ] as const),
] as const;
export type Asker = (typeof askers)[number];

/** Columns of a block, from the left. */
export const heldRoles = ['owner', 'manager', 'publisher', 'dj', 'member', undefined] as const;

export interface Pattern {
  /** Asked about the asker's own guild, or about no guild at all. */
  own: string;
  /** The same, about another guild: none for actions whose input names no guild. */
  another?: string;
}

// One block for each asker, in their order: home, operator there, served, operator there, foreign, operator there,
// bare token, token, foreign token; then the operator's own door, the hub, the hub for a home and a foreign guild.
const nobody = '...... ...... ...... ...... ...... ...... ...... ...... ...... + + . .';

export const whoMay = {
  members: {
    own: '+++++. +++++. +++++. +++++. ...... ...... ...... +++++. ...... + + + .',
    another: nobody,
  },
  publishers: {
    own: '+++... +++... +++... +++... ...... ...... ...... +++... ...... + + + .',
    another: nobody,
  },
  managers: {
    own: '++.... ++.... ++.... ++.... ...... ...... ...... ++.... ...... + + + .',
    another: nobody,
  },
  'publishers, no token': {
    own: '+++... +++... +++... +++... ...... ...... ...... ...... ...... + + + .',
    another: nobody,
  },
  'managers, no token': {
    own: '++.... ++.... ++.... ++.... ...... ...... ...... ...... ...... + + + .',
    another: nobody,
  },
  'publishers, bare tokens too': {
    own: '+++... +++... +++... +++... ...... ...... +++... +++... ...... + + + .',
    another: nobody,
  },
  'members, of themselves': {
    own: '+++++. +++++. +++++. +++++. ...... ...... ...... ...... ...... . . . .',
    another: '...... ...... ...... ...... ...... ...... ...... ...... ...... . . . .',
  },
  'members, of the hub': {
    own: '+++++. ++++++ +++++. ++++++ ...... ...... ...... +++++. ...... + + + .',
  },
  'managers, of the hub': {
    own: '++.... ++++++ ...... ++++++ ...... ...... ...... ++.... ...... + + + .',
  },
  operators: {
    own: '...... ++++++ ...... ++++++ ...... ++++++ ...... ...... ...... + + + .',
  },
} as const satisfies Record<string, Pattern>;

export type PatternName = keyof typeof whoMay;
