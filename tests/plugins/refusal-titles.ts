/** For each row of a plugin's table of refusals the beginnings of the names of tests, or of their cases. */
export type RefusalTests = Readonly<Record<string, readonly string[]>>;

/** Titles of the compliance suite. */
export const missing = 'without what it needs nothing leaves, and verify says what is missing';
export const waits = 'the longer wait counts: $name';

/** Title for answers that documentation names, in tests/plugins/documented. */
export const documented = 'means what it says, in words for people';
