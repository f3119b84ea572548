import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chainAdd, chainRun } from '#contracts/actions/chains.ts';
import { publishPreview } from '#contracts/actions/publish.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import { seen } from './support/answers.ts';
import { Door } from './support/door.ts';
import { reportCid } from './support/publishing.ts';

let door: Door;
beforeAll(async () => {
  door = await Door.open();
});
afterAll(() => door.close());
beforeEach(() => {
  door.clock.skip(60_000);
  door.services.runs.length = 0;
});

function inputOf(action: { name: string }): Record<string, unknown> {
  return door.services.runs.findLast((run) => run.action === action.name)?.input ?? {};
}

const post = '/publish post title:"Version 1" targets:news';

describe('artifacts that are there go with a publication', () => {
  test.each([
    ['the one that was suggested', `artifact:${reportCid}`],
    ['by its label', 'artifact:report.html'],
    ['by a pattern, in any letter case', 'artifact-two:REPORT*'],
    ['named twice, once', `artifact:${reportCid} artifact-five:*.html`],
  ])('%s', async (_, typed) => {
    const preview = await seen(await door.as('publisher').run(`${post} ${typed}`));
    expect(preview.ephemeral).toBe(true);
    expect(inputOf(publishPreview).content).toMatchObject({ media: [{ cid: reportCid }] });
  });

  test('one that is not there is named, and nothing is previewed', async () => {
    const { text } = await seen(await door.as('publisher').run(`${post} artifact:nowhere-*.zip`));
    expect(text).toContain('No file of this server is called “nowhere');
    expect(inputOf(publishPreview)).toEqual({});
  });

  test('also with a chain that is started by hand', async () => {
    await seen(await door.as('publisher').run('/chain run chain:out label:1.2.0 artifact:report*'));
    expect(inputOf(chainRun)).toMatchObject({ artifacts: [reportCid] });
  });
});

/** Commands of one section of the documentation. */
function documented(section: string): string[] {
  const text = readFileSync(new URL('../../docs/scheduling.md', import.meta.url), 'utf8');
  const [, found = ''] = text.split(`### ${section}\n`);
  return found.split('\n###')[0]?.match(/^\/(publish|chain) .*$/gm) ?? [];
}

describe('a chain that news of others start', () => {
  test('is added as the documentation writes it', async () => {
    const [release = '', feed = '', ...others] = documented('Releases and feeds of others');
    expect(others).toEqual([]);
    await seen(await door.as('manager').run(release));
    expect(inputOf(chainAdd)).toMatchObject({
      ...{ name: 'upstream', title: '{repository} {version}' },
      trigger: { kind: 'release', repository: 'acme/app', tag: 'v*' },
    });
    await seen(await door.as('manager').run(feed));
    expect(inputOf(chainAdd)).toMatchObject({
      trigger: { kind: 'feed', url: 'https://blog.example.org/feed.xml', title: '*' },
    });
  });

  test('takes the address of a repository’s page, and wants to know whose news', async () => {
    const add = (more: string) => door.as('manager').run(`/chain add name:m links:news ${more}`);
    await seen(await add('on:release from:https://github.com/acme/app/releases'));
    expect(inputOf(chainAdd)).toMatchObject({ trigger: { repository: 'acme/app' } });
    expect((await seen(await add('on:feed'))).text).toContain('The address of the feed is missing');
    await seen(await add('on:release from:acme/app prereleases:skip'));
    expect(inputOf(chainAdd)).toMatchObject({ trigger: { prereleases: 'skip' } });
    expect((await seen(await add('on:manual prereleases:skip'))).text).toContain('Leave out “prereleases”');
  });
});

describe('a chain that gathers', () => {
  test('is added as the documentation writes it', async () => {
    const typed = documented('Files that belong together');
    expect(typed).toHaveLength(2);
    for (const line of typed) await seen(await door.as('manager').run(line));
    expect(inputOf(targetAdd)).toMatchObject({
      name: 'release',
      options: { kind: 'release', tag: '{version}' },
    });
    expect(inputOf(chainAdd)).toMatchObject({
      title: 'App {version}',
      tags: ['{version}'],
      trigger: {
        kind: 'artifact',
        label: 'app-{version}*',
        gather: { quietMinutes: 5, expected: expect.arrayContaining(['app-{version}.sha256']) },
      },
    });
    expect((inputOf(chainAdd).trigger as { gather: { expected: string[] } }).gather.expected).toHaveLength(5);
  });

  test('must be started by artifacts', async () => {
    const { text } = await seen(
      await door.as('manager').run('/chain add name:m on:manual links:news gather:5'),
    );
    expect(text).toContain('Only a chain that files start can gather them');
    expect(inputOf(chainAdd)).toEqual({});
  });
});
