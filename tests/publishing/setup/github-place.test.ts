import { expect, test } from 'vitest';
import { targetChange, targetChoices, targetSetup, targetShow } from '#contracts/actions/places.ts';
import { publishApprove, publishCreate } from '#contracts/actions/publish.ts';
import { publishConnect } from '#contracts/actions/targets.ts';
import { githubBench } from '../support/github-bench.ts';
import { guildId } from '../support/publishing-bench.ts';

test('a GitHub release is connected, picked among what its token may write to, and tried', async () => {
  const { act, fake, publishing, until } = await githubBench({ environment: {} });
  const one = { guildId, target: 'release' };
  const made = await act(targetSetup, { guildId, kind: 'github/release' });
  expect(made).toMatchObject({ name: 'release', lamp: { word: 'Needs a token and a repository' } });
  const { link } = await act(publishConnect, one);
  await publishing.connections.redeem(link?.url.split('#')[1] ?? '', { token: 'ghp_a-token-of-it' });
  expect((await act(targetShow, one)).lamp.word).toBe('Needs a repository');

  fake.rights.isRevoked = true;
  await expect(act(targetChoices, one)).rejects.toMatchObject({
    code: 'PUBLISH_CHOICES_UNSEEN',
    next: expect.stringContaining('Paste the address'),
  });
  fake.rights.isRevoked = false;
  expect(await act(targetChoices, one)).toEqual({
    choices: [{ text: 'north/site' }, { text: 'north/secret', help: 'private' }],
  });
  const picked = await act(targetChange, { ...one, answers: { 'from-text': 'north/site' } });
  expect(picked).toMatchObject({ where: 'north/site', lamp: { state: 'ready', word: 'Ready' } });

  // The token is revoked between lamp and post: the post waits, and the lamp says so.
  fake.rights.isRevoked = true;
  const content = { title: 'guildmesh test, safe to delete', body: 'A test.' };
  const { id, deliveries } = await act(publishCreate, { guildId, content, targets: ['release'] });
  const [delivery] = deliveries;
  await act(publishApprove, {
    guildId,
    deliveryId: delivery?.id ?? '',
    stepsHash: delivery?.stepsHash ?? '',
  });
  const held = await until(async () => {
    const { lamp } = await act(targetShow, one);
    return lamp.state === 'ready' ? undefined : lamp;
  });
  expect(['held', 'refused']).toContain(held.state);
  expect(held.reasons.join(' ')).toMatch(/credentials/i);
  expect(id).not.toBe('');
  expect(fake.violations()).toEqual([]);
});
