import { describe, expect, test } from 'vitest';
import { plugins } from '#plugins/index.ts';
import { type Answers, readAnswers } from '#publishing/targets/place-answers.ts';
import { kindIdOf, kindsOf } from '#publishing/targets/place-kinds.ts';

function read(id: string, answers: Answers) {
  for (const publisher of plugins)
    for (const kind of kindsOf(publisher))
      if (kindIdOf(publisher, kind) === id) return readAnswers(publisher, kind, answers);
  throw new Error(`no kind ${id}`);
}

describe('a text that names a place', () => {
  test.each([
    ['github/release', 'acme/site', { owner: 'acme', repo: 'site' }],
    ['github/release', ' https://github.com/acme/site/releases/tag/v1 ', { owner: 'acme', repo: 'site' }],
    ['github/commit', 'github.com/acme/site.git', { owner: 'acme', repo: 'site' }],
    ['github/commit', 'https://www.github.com/acme/site/', { owner: 'acme', repo: 'site' }],
    ['huggingface/files', 'acme/news', { repo: 'acme/news' }],
    ['huggingface/files', 'https://huggingface.co/acme/news', { repo: 'acme/news' }],
    [
      'huggingface/files',
      'https://huggingface.co/datasets/acme/news/tree/main',
      { repo: 'acme/news', kind: 'dataset' },
    ],
    ['huggingface/files', 'huggingface.co/spaces/acme/news', { repo: 'acme/news', kind: 'space' }],
    ['mastodon/post', 'mastodon.social', { instance: 'https://mastodon.social' }],
    ['mastodon/post', 'https://mastodon.social/@me', { instance: 'https://mastodon.social' }],
    ['mastodon/post', 'http://127.0.0.1:8080', { instance: 'http://127.0.0.1:8080' }],
  ])('%s reads %s', (id, text, options) => {
    expect(read(id, { 'from-text': text }).options).toEqual(options);
  });

  test.each([
    ['github/release', 'https://gitlab.com/acme/site', 'gitlab.com'],
    ['github/release', 'codeberg.org/acme/site', 'codeberg.org'],
    ['huggingface/files', 'https://github.com/acme/site', 'github.com'],
  ])('%s refuses %s by the name of its site', (id, text, site) => {
    expect(() => read(id, { 'from-text': text })).toThrow(
      expect.objectContaining({ code: 'PUBLISH_OTHER_SITE', message: expect.stringContaining(site) }),
    );
  });

  test.each([
    ['github/release', 'acme'],
    ['github/release', 'https://github.com/acme'],
    ['github/release', 'two words/site'],
    ['github/release', 'https://github.com/%ZZ/x'],
    ['mastodon/post', 'my server'],
  ])('%s says what “%s” should look like', (id, text) => {
    expect(() => read(id, { 'from-text': text })).toThrow(
      expect.objectContaining({
        code: 'PUBLISH_OPTIONS_INVALID',
        message: expect.stringContaining('looks like'),
      }),
    );
  });
});

test('a pasted address says what it is, whatever the window had chosen', () => {
  const answers = { 'from-text': 'https://huggingface.co/spaces/acme/news', kind: 'dataset' };
  expect(read('huggingface/files', answers).options).toEqual({ repo: 'acme/news', kind: 'space' });
});

test('answers become options: nothing typed takes away, names become what they have to be, and it is said', () => {
  expect(
    read('archive-org/item', { project: 'My Project!', metadata: 'creator: North Choir\nyear: 2026' }),
  ).toEqual({
    options: { project: 'my-project', metadata: { creator: 'North Choir', year: 2026 } },
    notes: ['“A short project name” is written my-project there.'],
  });
  expect(read('discord/forum', { channelId: ['1'], autoArchiveMinutes: '1440', tagIds: '' }).options).toEqual(
    {
      ...{ channelId: '1', autoArchiveMinutes: 1_440, tagIds: null },
    },
  );
  expect(read('discord/webhook', { threadId: [], forum: true }).options).toEqual({
    threadId: null,
    forum: true,
  });
  expect(read('github/release', { app: 'id: 1\ninstallationId: 2', nonsense: 'x' }).options).toEqual({
    app: { id: 1, installationId: 2 },
  });
  expect(read('github/release', { app: 'without a colon' }).options).toEqual({
    app: { 'without a colon': '' },
  });
});
