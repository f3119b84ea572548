import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  targetChange,
  targetChoices,
  targetCopy,
  targetKinds,
  targetSetup,
  targetShow,
} from '#contracts/actions/places.ts';
import { publishPreview } from '#contracts/actions/publish.ts';
import { publishConnect, targetList } from '#contracts/actions/targets.ts';
import { fieldWords } from '#contracts/field-words.ts';
import { guildId, otherGuildId, person, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

async function bench() {
  const target = new SpeakingTarget();
  const speaker = target.speaker('code', {
    credentials: [{ name: 'token', label: 'a token', help: 'x', required: true }],
  });
  const offered = { choices: ['acme/site', 'acme/docs'], fails: false };
  const options = z.strictObject({
    owner: z.string().regex(/^\w+$/),
    repo: z.string(),
    note: z.string().max(5).optional().register(fieldWords, { label: 'Note', isMore: true }),
  });
  const publisher = {
    ...speaker,
    describe: {
      ...speaker.describe,
      options,
      kinds: [{ id: 'release', title: 'A release', help: 'h', options: {} }],
    },
    hasChoices: true as const,
    fromText: {
      noun: 'a repository',
      words: { label: 'Repository', example: 'acme/site' },
      fills: ['owner', 'repo'],
      read: (text: string) => {
        const [owner, repo] = text.split('/');
        return owner && repo ? { owner, repo } : undefined;
      },
    },
    choices: async () => {
      if (offered.fails) throw new Error('it is away');
      return offered.choices.map((text) => ({ text }));
    },
  };
  const made = await publishingBench({ publishers: [publisher as never] });
  const connect = async (name: string) => {
    const { link } = await made.act(publishConnect, { guildId, target: name });
    await made.publishing.connections.redeem(link?.url.split('#')[1] ?? '', { token: 'a-token-of-it' });
  };
  return { ...made, offered, connect };
}

describe('a place', () => {
  test('is connected first, then picked among what its token may write to, and ready', async () => {
    const { act, connect, publishing, clock } = await bench();
    const { kinds } = await act(targetKinds, { guildId });
    expect(kinds).toMatchObject([{ id: 'code/release', title: 'A release', way: 'now' }]);
    const made = await act(targetSetup, { guildId, kind: 'code/release' });
    expect(made).toMatchObject({
      ...{ name: 'release', open: 'a repository', where: '' },
      lamp: { state: 'needs', word: 'Needs a token and a repository' },
      credentials: [{ name: 'token', required: true, present: false }],
    });
    const changes: string[] = [];
    publishing.onChange((subject) => void changes.push(subject));
    await connect('release');
    await clock.advance(1);
    await expect.poll(() => changes).toContain(made.id);
    const one = { guildId, target: 'release' };
    expect(await act(targetShow, one)).toMatchObject({ lamp: { word: 'Needs a repository' } });
    // Nothing can be published meanwhile, and the preview says why.
    const preview = { guildId, content: { title: 'T' }, targets: ['release'] };
    expect((await act(publishPreview, preview)).targets[0]?.warnings).toContain(
      'Nothing can leave for it now. It needs a repository. A manager picks it with /publish setup.',
    );
    expect(await act(targetChoices, one)).toEqual({
      choices: [{ text: 'acme/site' }, { text: 'acme/docs' }],
    });
    const picked = await act(targetChange, { ...one, answers: { 'from-text': 'acme/site' } });
    expect(picked).toMatchObject({ lamp: { state: 'ready' }, where: 'acme/site' });
    expect(picked.open).toBeUndefined();
    // Settings that aren't among the answers stay.
    expect(await act(targetChange, { ...one, answers: { note: 'hello' } })).toMatchObject({
      options: { owner: 'acme', repo: 'site', note: 'hello' },
    });
    expect((await act(targetChange, { ...one, answers: { note: '' } })).options).toEqual({
      ...{ owner: 'acme', repo: 'site' },
    });
  });

  test('says why nothing can be picked, and takes an address meanwhile', async () => {
    const { act, connect, offered } = await bench();
    await act(targetSetup, { guildId, kind: 'code/release' });
    await connect('release');
    offered.fails = true;
    const one = { guildId, target: 'release' };
    await expect(act(targetChoices, one)).rejects.toMatchObject({ code: 'PUBLISH_CHOICES_UNSEEN' });
    expect(await act(targetChange, { ...one, answers: { 'from-text': 'acme/docs' } })).toMatchObject({
      ...{ where: 'acme/docs', lamp: { state: 'ready' } },
    });
  });

  test('has a name made of what it was called, which is free, and says so', async () => {
    const { act } = await bench();
    const answers = { 'from-text': 'acme/site' };
    const request = { guildId, kind: 'code/release', answers };
    expect(await act(targetSetup, { ...request, called: 'news' })).toMatchObject({ name: 'news', notes: [] });
    expect(await act(targetSetup, { ...request, called: 'My News!' })).toMatchObject({
      ...{ name: 'my-news', notes: ['It is called my-news here.'] },
    });
    expect(await act(targetSetup, { ...request, called: 'news' })).toMatchObject({ name: 'news-2' });
    expect(await act(targetSetup, { ...request, called: '🎉' })).toMatchObject({ name: 'place' });
    expect(await act(targetCopy, { guildId, target: 'news', called: 'news' })).toMatchObject({
      ...{ name: 'news-3', where: 'acme/site', lamp: { word: 'Needs a token' } },
    });
  });

  test('that is answered wrongly is refused in words, and nothing is added', async () => {
    const { act } = await bench();
    const request = { guildId, kind: 'code/release' };
    const wrong = { ...request, answers: { 'from-text': 'acme/site', note: 'far too long' } };
    await expect(act(targetSetup, wrong)).rejects.toMatchObject({
      code: 'PUBLISH_OPTIONS_INVALID',
      message: expect.stringContaining('“Note” may have 5 characters at most'),
    });
    await expect(act(targetSetup, { ...request, kind: 'code/gone' })).rejects.toMatchObject({
      code: 'PUBLISH_NO_KIND',
    });
    expect((await act(targetList, { guildId })).targets).toEqual([]);
  });

  test('is set up by managers, and is nobody’s in another server', async () => {
    const { act } = await bench();
    const request = { guildId, kind: 'code/release' };
    await expect(act(targetSetup, request, person('2', 'publisher'))).rejects.toMatchObject({
      code: 'ACTION_FORBIDDEN',
    });
    await act(targetSetup, request);
    const there = person('3', 'manager', otherGuildId);
    const elsewhere = { guildId: otherGuildId, target: 'release' };
    await expect(act(targetShow, elsewhere, there)).rejects.toMatchObject({ code: 'PUBLISH_NO_TARGET' });
    await expect(act(targetChoices, elsewhere, there)).rejects.toMatchObject({ code: 'PUBLISH_NO_TARGET' });
  });
});
