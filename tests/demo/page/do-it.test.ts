import { expect, test } from 'vitest';
import { firstMinute } from '#demo/first-minute.ts';
import { type DoItInit, doIt, type Hands } from '#demo/page/do-it.ts';
import type { StepId } from '#demo/page/progress.ts';
import { deedsOf } from '#demo/page/steps.ts';

/** A page that writes down what is done in it; `problems` are by what was done. */
function pageOf(problems: Record<string, string> = {}) {
  const log: string[] = [];
  const note = (what: string) => {
    log.push(what);
    return problems[what];
  };
  const page: Hands = {
    openGuild: (id) => void log.push(id === firstMinute.north.guildId ? '@North' : '@South'),
    openChannel: () => {},
    setDraft: () => {},
    speakAs: () => {},
    send: async (line) => note(line),
    press: async (label, signal) => (problems[label] === 'never' ? stopped(signal) : note(label)),
    choose: async (label) => note(`choose ${label}`),
    join: async () => note('join'),
  };
  return { page, log };
}

function stopped(signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve('Stopped.')));
}

function initOf(page: Hands, more: Partial<DoItInit> = {}): DoItInit {
  return {
    page,
    done: async () => {},
    pause: async () => {},
    say: () => {},
    signal: new AbortController().signal,
    ...more,
  };
}

const heard: ReadonlySet<StepId> = new Set<StepId>(['playing', 'heard']);

test('types what a person would, as the owner of each community', async () => {
  const { page, log } = pageOf();
  // The time of a wait never comes.
  const pause: DoItInit['pause'] = (ms, signal) =>
    ms > 5_000 ? stopped(signal).then(() => {}) : Promise.resolve();
  expect(await doIt(deedsOf(firstMinute, new Set()), initOf(page, { pause }))).toBeUndefined();
  expect(log).toEqual(['@North', '/play what:sample', '@North', 'join']);
  log.length = 0;
  const done = (_step: StepId, signal: AbortSignal) => stopped(signal).then(() => {});
  const shares = deedsOf(firstMinute, heard).slice(0, -1);
  expect(await doIt(shares, initOf(page, { pause, done }))).toBeUndefined();
  expect(log).toEqual([
    ...['@North', 'Share', '@North', 'choose South', '@South', 'join'],
    ...['@South', '/play what:North', '@South', 'Allow and play'],
  ]);
});

test('stops at the first that fails, and says why', async () => {
  const { page, log } = pageOf({ '/play what:sample': 'The application did not respond.' });
  expect(await doIt(deedsOf(firstMinute, new Set()), initOf(page))).toBe('The application did not respond.');
  expect(log.at(-1)).toBe('/play what:sample');
});

test('says that nothing was heard, when the time is over', async () => {
  const { page } = pageOf();
  const done = (_step: StepId, signal: AbortSignal) => stopped(signal).then(() => {});
  expect(await doIt(deedsOf(firstMinute, new Set()), initOf(page, { done }))).toMatch(
    /^No sound came to North/,
  );
});

test('leaves a button out that is not needed: whom South allows already plays at once', async () => {
  const { page } = pageOf({ 'Allow and play': 'never' });
  const pause: DoItInit['pause'] = (ms, signal) =>
    ms > 5_000 ? stopped(signal).then(() => {}) : Promise.resolve();
  expect(await doIt(deedsOf(firstMinute, heard), initOf(page, { pause }))).toBeUndefined();
});

test('ends at once when it is stopped', async () => {
  const { page, log } = pageOf();
  const stop = new AbortController();
  const pause = async () => stop.abort();
  expect(await doIt(deedsOf(firstMinute, new Set()), initOf(page, { pause, signal: stop.signal }))).toBe(
    'Stopped.',
  );
  expect(log).toEqual(['@North']);
});

test('nothing is left to do once all is done', () => {
  expect(deedsOf(firstMinute, new Set([...heard, 'heard-there']))).toEqual([]);
});
