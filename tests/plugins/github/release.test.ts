import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fate, LookUp, PublicationContent, Receipt, Step } from '#contracts/publisher.ts';
import { github as githubPlugin } from '#plugins/github/index.ts';
import { assembled } from '#publishing/publishers.ts';
import { artifactsOf, attemptAt, key, mediaOf } from '../compliance/attempt.ts';
import type { Fault } from '../compliance/fake-platform.ts';
import { openFakeGithub } from './fake-github.ts';
import type { FakeRelease } from './fake-repository.ts';
import type { FakeGithub } from './fake-route.ts';

const github = await assembled(githubPlugin);

const names = ['app-linux.tar.gz', 'app-mac.tar.gz', 'app-windows.zip', 'checksums.txt'];
const files = names.map((name) => Buffer.from(`bytes of ${name}`.repeat(50)));
const content: PublicationContent = {
  title: 'Version 1.2',
  body: 'It is done.',
  tags: ['v1.2.0'],
  media: files.map((bytes, index) => mediaOf(bytes, names[index] ?? '', 'application/octet-stream')),
};

let fake: FakeGithub;
beforeEach(async () => {
  fake = await openFakeGithub();
});
afterEach(async () => {
  const violations = fake.violations();
  await fake.close();
  expect(violations).toEqual([]);
});

const attempt = () => attemptAt(fake, { credentials: { token: 'ghp_token' }, artifacts: artifactsOf(files) });

function stepsOf(options: object = {}, from = content): readonly Step[] {
  const wanted = { kind: 'release', owner: 'north', repo: 'site', tag: '{version}', ...options };
  const settings = { key, createdAtMs: Date.UTC(2026, 10, 20) };
  const { steps, problems } = github.render(from, github.describe.options.parse(wanted), settings);
  expect(problems).toEqual([]);
  return steps;
}

/** As the outbox does: an attempt of unknown fate is looked up before anything is sent again. */
async function deliver(steps: readonly Step[]): Promise<Record<string, Receipt>> {
  const receipts: Record<string, Receipt> = {};
  for (const step of steps) receipts[step.id] = await landed(step, receipts);
  return receipts;
}

async function landed(step: Step, receipts: Record<string, Receipt>): Promise<Receipt> {
  for (let tries = 0; tries < 4; tries++) {
    try {
      return await github.execute(attempt(), step, receipts);
    } catch (error) {
      if (github.classify(error).state !== 'unknown') throw error;
    }
    const found: LookUp = await github.find(attempt(), step, receipts);
    if (found.state === 'found') return found.receipt;
    expect(found.state).toBe('absent');
  }
  throw new Error(`${step.id} did not land`);
}

async function fateOf(run: Promise<unknown>): Promise<Fate> {
  try {
    await run;
  } catch (error) {
    return github.classify(error);
  }
  throw new Error('it was not refused');
}

function theirs(init: Partial<FakeRelease> = {}): FakeRelease {
  const release = { id: 7, tag: 'v1.2.0', body: 'theirs', draft: false, assets: [], ...init };
  fake.repository.releases.push(release);
  return release;
}

const heldNames = (release: FakeRelease | undefined) => release?.assets.map(({ name }) => name);

describe('a release with files becomes visible last', () => {
  test.each([false, true])(
    'those who wait for it are told once, of all files (changes forbidden: %s)',
    async (forbidden) => {
      fake.repository.immutableReleases = forbidden;
      const steps = stepsOf();
      expect(steps.map(({ id }) => id)).toEqual([
        'release',
        ...names.map((name) => `asset:${name}`),
        'publish',
      ]);
      const receipts = await deliver(steps);
      expect(fake.repository.releaseEvents).toMatchObject([{ action: 'published', tag: 'v1.2.0', files: 4 }]);
      expect(fake.repository.releases).toMatchObject([{ draft: false, immutable: forbidden }]);
      expect(heldNames(fake.repository.releases[0])).toEqual(names);
      expect(receipts.publish?.url).toBe('https://github.com/north/site/releases/tag/v1.2.0');
    },
  );

  const faults: Fault['kind'][] = ['drop-before', 'drop-after', 'drop-during'];
  test.each(faults)('whichever write meets %s: nothing doubled, nothing lost', async (kind) => {
    await fake.close();
    for (let write = 0; write < names.length + 2; write++) {
      fake = await openFakeGithub();
      fake.repository.immutableReleases = true;
      fake.server.expectFaults({ [write]: { kind } as Fault });
      await deliver(stepsOf());
      expect(fake.repository.releases.map(heldNames), `write ${write}`).toEqual([names]);
      expect(fake.repository.releaseEvents, `write ${write}`).toMatchObject([{ files: 4 }]);
      if (write < names.length + 1) await fake.close();
    }
  });

  test('a draft is no release yet: neither its tag nor anybody else knows of it', async () => {
    const [release, asset] = stepsOf();
    const receipts = { release: await landed(release!, {}) };
    await landed(asset!, receipts);
    expect(fake.repository.releases).toMatchObject([{ draft: true }]);
    expect(fake.repository.tags.has('v1.2.0')).toBe(false);
    expect(fake.repository.releaseEvents).toEqual([]);
    expect(await github.find(attempt(), stepsOf().at(-1)!, receipts)).toEqual({ state: 'absent' });
  });

  test('one that shall stay a draft is not published, and one without files is at once', async () => {
    expect(stepsOf({ draft: true }).map(({ kind }) => kind)).not.toContain('publish-release');
    expect(stepsOf({}, { ...content, media: [] }).map(({ id }) => id)).toEqual(['release']);
    await deliver(stepsOf({}, { ...content, media: [] }));
    expect(fake.repository.releaseEvents).toMatchObject([{ files: 0 }]);
  });

  test('a draft that somebody deleted meanwhile is missed with what to do', async () => {
    const steps = stepsOf();
    const receipts = { release: await landed(steps[0]!, {}) };
    fake.repository.releases.splice(0);
    expect(await fateOf(github.execute(attempt(), steps.at(-1)!, receipts))).toEqual({
      state: 'rejected',
      reason: 'The draft of v1.2.0 is no longer in north/site: choose Discard, and publish it anew',
    });
  });

  test.each<[string, () => void, RegExp]>([
    ['a tag that got a release meanwhile', () => void theirs(), /another release in north\/site meanwhile/],
    [
      'a tag that may never be used again',
      () => void fake.repository.lockedTags.add('v1.2.0'),
      /never lets such a tag be used again/,
    ],
  ])('%s is refused with the address of the draft', async (_, meanwhile, reason) => {
    const steps = stepsOf();
    const receipts = await deliver(steps.slice(0, -1));
    meanwhile();
    const fate = await fateOf(github.execute(attempt(), steps.at(-1)!, receipts));
    expect(fate).toMatchObject({ state: 'rejected', reason: expect.stringMatching(reason) });
    expect(fate.reason).toContain(receipts.release?.url);
  });
});

test('steps that can’t be read name no leftover and no commit, and break nothing', () => {
  const [release, ...others] = stepsOf();
  const damaged = [{ ...release!, payload: { tag: 7 } }, ...others];
  expect(github.leftover?.of(damaged, { release: { remoteId: '1', data: { draft: true } } })).toBeUndefined();
  expect(github.references?.foundIn(damaged)).toBeUndefined();
});

describe('a tag that has a release already', () => {
  test('refuses before anything is uploaded, unless told otherwise', async () => {
    theirs();
    const fate = await fateOf(deliver(stepsOf()));
    expect(fate).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining('set the target’s “existing”'),
    });
    expect(fake.server.writeCount).toBe(0);
  });

  test('gets the files, and keeps its words', async () => {
    const release = theirs();
    const receipts = await deliver(stepsOf({ existing: 'append' }));
    expect(fake.repository.releases).toEqual([release]);
    expect(heldNames(release)).toEqual(names);
    expect(release.body).toBe('theirs');
    expect(receipts.publish?.url).toContain('/releases/tag/v1.2.0');
  });

  test('a draft for the tag is filled and published', async () => {
    const release = theirs({ draft: true });
    await deliver(stepsOf({ existing: 'append' }));
    expect(release).toMatchObject({ draft: false, body: 'theirs' });
    expect(fake.repository.releaseEvents).toMatchObject([{ files: 4 }]);
  });

  test('of two drafts none is guessed', async () => {
    theirs({ draft: true });
    theirs({ id: 8, draft: true });
    expect(await fateOf(deliver(stepsOf({ existing: 'append' })))).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining('has 2 drafts for v1.2.0'),
    });
  });

  test('another file of the same name is in the way of append, and gives way to replace-assets', async () => {
    const asset = { id: 70, name: 'checksums.txt', state: 'uploaded', size: 3, digest: 'sha256:00' } as const;
    const release = theirs({ assets: [asset] });
    expect(await fateOf(deliver(stepsOf({ existing: 'append' })))).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining('replace-assets'),
    });
    await deliver(stepsOf({ existing: 'replace-assets' }));
    const digest = createHash('sha256').update(files[3]!).digest('hex');
    expect(release.assets.filter(({ name }) => name === 'checksums.txt')).toMatchObject([
      { digest: `sha256:${digest}` },
    ]);
    expect(heldNames(release)?.toSorted()).toEqual(names);
  });

  test('that forbids changes is left alone, and it says why', async () => {
    const release = theirs({ immutable: true });
    expect(await fateOf(deliver(stepsOf({ existing: 'append' })))).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining('forbids changes of published releases'),
    });
    expect(release.assets).toEqual([]);
  });
});
