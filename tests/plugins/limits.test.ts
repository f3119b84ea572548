import { describe, expect, test } from 'vitest';
import type { MediaReference, PublicationContent } from '#contracts/publisher.ts';
import { plugins } from '#plugins/index.ts';
import { assembled } from '#publishing/publishers.ts';

const publishers = await Promise.all(plugins.map((plugin) => assembled(plugin)));

/** Limits that a platform states, where its own compliance tests don't have them: exactly at it, and one beyond. */
const file = (sizeBytes: number, name = 'a.bin'): MediaReference => ({
  ...{ cid: 'a'.repeat(64), mediaType: 'application/octet-stream', sizeBytes, name },
});
const files = (count: number): MediaReference[] =>
  Array.from({ length: count }, (_, index) => ({
    ...file(10, `${index}.png`),
    cid: String(index).padStart(64, 'a'),
  }));

interface Row {
  publisher: string;
  options: object;
  what: string;
  at: Partial<PublicationContent>;
  beyond: Partial<PublicationContent>;
  /** What to change. */
  says: RegExp;
}

const repo = { owner: 'north', repo: 'site' };
const place = { channelId: '300000000000000001' };
const rows: Row[] = [
  {
    ...{ publisher: 'github', options: { ...repo, kind: 'commit' }, what: 'a file of a commit' },
    at: { media: [file(100_000_000)] },
    beyond: { media: [file(100_000_001)] },
    says: /use a release instead/,
  },
  {
    ...{
      publisher: 'github',
      options: { ...repo, kind: 'pull-request' },
      what: 'the title of a pull request',
    },
    at: { title: 'x'.repeat(256) },
    beyond: { title: 'x'.repeat(257) },
    says: /257 of 256 characters: shorten/,
  },
  {
    ...{
      publisher: 'github',
      options: { ...repo, kind: 'pull-request' },
      what: 'the text of a pull request',
    },
    at: { body: 'x'.repeat(60_000) },
    beyond: { body: 'x'.repeat(65_536) },
    says: /pull request: shorten/,
  },
  {
    ...{
      publisher: 'github',
      options: { ...repo, kind: 'release', tag: 'v1' },
      what: 'the notes of a release',
    },
    at: { body: 'x'.repeat(100_000) },
    beyond: { body: 'x'.repeat(125_001) },
    says: /of 125000 characters: shorten/,
  },
  {
    ...{ publisher: 'github', options: { ...repo, kind: 'release', tag: 'v1' }, what: 'a file of a release' },
    at: { media: [file(2 ** 31 - 1)] },
    beyond: { media: [file(2 ** 31)] },
    says: /2 GiB/,
  },
  {
    ...{ publisher: 'github', options: { kind: 'gist' }, what: 'a file of a gist' },
    at: { media: [{ ...file(1_000_000, 'a.txt'), mediaType: 'text/plain' }] },
    beyond: { media: [{ ...file(1_000_001, 'a.txt'), mediaType: 'text/plain' }] },
    says: /larger than/,
  },
  {
    ...{ publisher: 'discord', options: { ...place, kind: 'message' }, what: 'files of a message' },
    at: { media: files(10) },
    beyond: { media: files(11) },
    says: /10 files, not 11: leave some out/,
  },
  {
    ...{ publisher: 'discord', options: { ...place, kind: 'message' }, what: 'the size of a file' },
    at: { media: [file(10 * 1024 * 1024)] },
    beyond: { media: [file(10 * 1024 * 1024 + 1)] },
    says: /10 MiB.*link to it instead/,
  },
  {
    ...{ publisher: 'discord', options: { ...place, kind: 'forum' }, what: 'the title of a forum post' },
    at: { title: 'x'.repeat(100) },
    beyond: { title: 'x'.repeat(101) },
    says: /at most 100 characters, not 101: shorten/,
  },
];

function problemsOf({ publisher: id, options }: Row, given: Partial<PublicationContent>): readonly string[] {
  const publisher = publishers.find((each) => each.id === id);
  if (!publisher) throw new Error(`no publisher ${id}`);
  const content = { title: 'Title', body: 'Body', tags: [], media: [], ...given };
  const settings = { key: 'c0ffee00c0ffee00c0ffee00', createdAtMs: 0 };
  return publisher.render(content, publisher.describe.options.parse(options), settings).problems;
}

describe('a limit of a platform shows in the preview, with what to change', () => {
  test.each(rows)('$publisher: $what', (row) => {
    expect(problemsOf(row, row.at)).toEqual([]);
    expect(problemsOf(row, row.beyond).join('\n')).toMatch(row.says);
  });
});
