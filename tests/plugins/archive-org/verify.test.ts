import { afterEach, beforeEach, expect, test } from 'vitest';
import { archiveOrg as archiveOrgPlugin } from '#plugins/archive-org/index.ts';
import { archiveOrgOptions } from '#plugins/archive-org/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { rejection } from '../../support/rejection.ts';
import { artifactsOf, attemptAt, key, mediaOf } from '../compliance/attempt.ts';
import { FakeArchive } from './fake-archive.ts';

const archiveOrg = await assembled(archiveOrgPlugin);

const bytes = new TextEncoder().encode('the report');
const item = { kind: 'item', project: 'guildmesh' };
const credentials = { accessKey: 'access', secretKey: 'secret' };
const page = 'https://example.org/';
let archive: FakeArchive;

beforeEach(async () => {
  archive = await FakeArchive.open();
});
afterEach(() => archive.close());

function attempt(given = credentials) {
  return attemptAt(archive, { credentials: given, artifacts: artifactsOf([bytes]) });
}

async function problemsOf(options: object, given = credentials) {
  const { problems } = await archiveOrg.verify(attempt(given), archiveOrgOptions.parse(options));
  expect(archive.server.writeCount).toBe(0);
  for (const each of problems) expect(each).toMatch(/^\S.*[.]$/);
  return problems.join('\n');
}

test.each([
  [item],
  [{ ...item, identifier: 'mine' }],
  [{ ...item, identifier: 'new-one', collections: ['opensource'] }],
  [{ kind: 'save-page' }],
])('verify finds nothing wrong with %o', async (options) => {
  archive.seed('mine', 'LOW access:secret', { uploader: 'Ada@example.org', mediatype: 'data' });
  expect(await problemsOf(options)).toBe('');
});

test('verify says how many captures are left', async () => {
  const { quota } = await archiveOrg.verify(attempt(), archiveOrgOptions.parse({ kind: 'save-page' }));
  expect(quota).toBe('997 of 1000 captures left today (UTC)');
});

test('verify names keys that are unknown', async () => {
  expect(await problemsOf(item, { accessKey: 'a', secretKey: 'b' })).toMatch(/doesn’t know these keys/);
});

/** Each is what the upload itself would meet. */
test.each<[string, object, () => void, RegExp]>([
  [
    'an item taken down',
    { ...item, identifier: 'gone' },
    () => {
      archive.seed('gone', 'LOW access:secret', {}).dark = true;
      archive.index();
    },
    /taken gone down: choose another identifier/,
  ],
  [
    'an item of somebody else',
    { ...item, identifier: 'theirs' },
    () => void archive.seed('theirs', 'LOW other:keys', { uploader: 'eve@example.org' }),
    /theirs belongs to somebody else/,
  ],
  [
    'a collection that isn’t there',
    { ...item, collections: ['harbour-archive'] },
    () => undefined,
    /no collection harbour-archive/,
  ],
  [
    'an item in place of a collection',
    { ...item, collections: ['a-report'] },
    () => void archive.seed('a-report', 'LOW other:keys', { mediatype: 'texts' }),
    /a-report is no collection that takes items/,
  ],
  [
    'captures that are used up',
    { kind: 'save-page' },
    () => void Object.assign(archive.capturesToday, { daily_captures: 1_000 }),
    /used up: what is published waits/,
  ],
])('verify names %s, which would be refused', async (_, options, prepare, problem) => {
  prepare();
  expect(await problemsOf(options)).toMatch(problem);
  const content = {
    title: 'T',
    body: 'B',
    tags: [],
    media: [mediaOf(bytes, 'a.txt', 'text/plain')],
    link: page,
  };
  const rendered = archiveOrg.render(content, archiveOrgOptions.parse(options), { key, createdAtMs: 0 });
  await rejection(archiveOrg.execute(attempt(), rendered.steps[0]!, {}));
  expect(archive.effects()).toEqual([]);
});
