import { expect, test } from 'vitest';
import {
  publicationDraft,
  publicationPreview,
  publicationShow,
  publishApprove,
  publishCreate,
  publishEdit,
  publishPreview,
} from '#contracts/actions/publish.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import { guildId, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget, speakingTextMax } from '../support/speaking-target.ts';

const targets = ['one', 'two'];
const content = { title: 'T', body: 'for all', overrides: { two: { body: 'for two' } } };

async function bench(policy: 'none' | 'one-manager' = 'none') {
  const target = new SpeakingTarget();
  const made = await publishingBench({ publishers: [target.speaker('fake')] });
  for (const name of targets) await made.act(targetAdd, { guildId, name, publisher: 'fake', policy });
  return { ...made, target };
}

test('one place gets other words: previewed, bound to what was seen, sent', async () => {
  const { act, clock, target } = await bench();
  const preview = await act(publishPreview, { guildId, content, targets });
  expect(preview.targets).toMatchObject([
    { target: 'one', parts: [{ text: 'T\nfor all' }] },
    { target: 'two', parts: [{ text: 'T\nfor two' }], ownWords: true },
  ]);
  expect(preview.targets[0]?.ownWords).toBeUndefined();
  const seen = Object.fromEntries(preview.targets.map((each) => [each.target, each.stepsHash]));
  const other = { ...content, overrides: { two: { body: 'slipped in' } } };
  await expect(act(publishCreate, { guildId, content: other, targets, seen })).rejects.toMatchObject({
    code: 'PUBLISH_CHANGED',
  });
  await act(publishCreate, { guildId, content, targets, seen });
  await clock.advance(2_000);
  expect(target.texts.toSorted()).toEqual(['T\nfor all', 'T\nfor two']);
});

test('what people approved is for those words: others need another approval', async () => {
  const { act, clock, target } = await bench('one-manager');
  const { id: publicationId } = await act(publishCreate, { guildId, content, targets });
  const waiting = async () => (await act(publicationShow, { guildId, publicationId })).deliveries;
  const before = await waiting();
  await act(publishEdit, {
    guildId,
    publicationId,
    content: { ...content, overrides: { two: { title: 'Own', body: 'again' } } },
  });
  for (const { id: deliveryId, stepsHash = '' } of before)
    await expect(act(publishApprove, { guildId, deliveryId, stepsHash })).rejects.toMatchObject({
      code: 'PUBLISH_CHANGED',
    });
  const shown = await act(publicationPreview, { guildId, publicationId });
  expect(shown.targets.map(({ parts }) => parts[0]?.text)).toEqual(['T\nfor all', 'Own\nagain']);
  const draft = await act(publicationDraft, { guildId, publicationId });
  expect(draft.content.overrides).toEqual({ two: { title: 'Own', body: 'again' } });
  for (const { id: deliveryId, stepsHash = '' } of await waiting())
    await act(publishApprove, { guildId, deliveryId, stepsHash });
  await clock.advance(2_000);
  expect(target.texts.toSorted()).toEqual(['Own\nagain', 'T\nfor all']);
});

test('they count as that place counts, and shorter ones make a long text fit', async () => {
  const { act } = await bench();
  const long = 'x'.repeat(speakingTextMax);
  const problems = async (given: typeof content) => {
    const preview = await act(publishPreview, { guildId, content: given, targets });
    return preview.targets.map((each) => each.problems.length);
  };
  expect(await problems({ ...content, overrides: { two: { body: long } } })).toEqual([0, 1]);
  expect(await problems({ ...content, body: long, overrides: { two: { body: 'short' } } })).toEqual([1, 0]);
});

test('a name of no target changes nothing; more than 20 are refused', async () => {
  const { act } = await bench();
  const preview = (overrides: Record<string, { body: string }>) =>
    act(publishPreview, { guildId, targets, content: { title: 'T', body: 'b', overrides } });
  const { targets: shown } = await preview({ elsewhere: { body: 'unseen' } });
  expect(JSON.stringify(shown)).not.toContain('unseen');
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, nth) => [`t${nth}`, { body: 'b' }]));
  await expect(preview(many)).rejects.toMatchObject({ code: 'ACTION_INPUT_INVALID' });
});
