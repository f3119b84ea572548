import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { publicationShow, publishCreate } from '#contracts/actions/publish.ts';
import {
  targetAdd,
  targetList,
  targetPause,
  targetRemove,
  targetResume,
  targetVerify,
} from '#contracts/actions/targets.ts';
import { guildId, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

async function bench() {
  const target = new SpeakingTarget();
  return { ...(await publishingBench({ publishers: [target.speaker('fake')] })), target };
}

const content = { title: 'T', body: 'b' };

describe('a target', () => {
  test('is refused with every problem at once, a misspelt option with what was meant', async () => {
    const { act } = await bench();
    const add = { guildId, name: 'one', publisher: 'fake', options: { plcae: 'x', costMicros: -1, zzz: 1 } };
    await expect(act(targetAdd, add)).rejects.toMatchObject({
      code: 'PUBLISH_OPTIONS_INVALID',
      details: {
        problems: expect.arrayContaining([
          'There is no “plcae” here. Did you mean “place”?',
          'There is no “zzz” here.',
          expect.stringMatching(/^“costMicros” must be /),
        ]),
      },
    });
    await expect(act(targetAdd, { guildId, name: 'one', publisher: 'fakee' })).rejects.toMatchObject({
      code: 'PUBLISH_NO_PUBLISHER',
      message: expect.stringContaining('did you mean “fake”'),
    });
  });

  test('is refused for a misspelt option also where its publisher would overlook it', async () => {
    const lax = new SpeakingTarget().speaker('lax', {
      options: z.object({ place: z.string().default('x') }),
    });
    const { act } = await publishingBench({ publishers: [lax] });
    const add = { guildId, name: 'one', publisher: 'lax', options: { plcae: 'y' } };
    await expect(act(targetAdd, add)).rejects.toMatchObject({
      details: { problems: ['There is no “plcae” here. Did you mean “place”?'] },
    });
  });

  test('has a name of its own, free again once it is removed', async () => {
    const { act } = await bench();
    const add = { guildId, name: 'one', publisher: 'fake' };
    await act(targetAdd, add);
    await expect(act(targetAdd, add)).rejects.toMatchObject({ code: 'PUBLISH_TARGET_TAKEN' });
    await act(targetRemove, { guildId, target: 'one' });
    await act(targetAdd, add);
    expect((await act(targetList, { guildId })).targets).toHaveLength(1);
  });

  test('is limited in number', async () => {
    const { act } = await bench();
    for (let index = 0; index < 50; index++)
      await act(targetAdd, { guildId, name: `t${index}`, publisher: 'fake' });
    await expect(act(targetAdd, { guildId, name: 'more', publisher: 'fake' })).rejects.toMatchObject({
      code: 'PUBLISH_TOO_MANY',
    });
  });

  test('takes with it what has not left when it is removed', async () => {
    const { act, target, clock } = await bench();
    await act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'none' });
    await act(targetPause, { guildId, target: 'one' });
    const made = await act(publishCreate, { guildId, content, targets: ['one'] });
    await act(targetRemove, { guildId, target: 'one' });
    await clock.advance(1_200_000);
    expect(target.effects).toEqual([]);
    expect(await act(publicationShow, { guildId, publicationId: made.id })).toMatchObject({
      deliveries: [{ target: 'one', state: 'cancelled' }],
    });
  });

  test('is not reached by a delivery that slipped through its removal', async () => {
    const { act, target, clock, db } = await bench();
    await act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'none' });
    await act(targetPause, { guildId, target: 'one' });
    await act(publishCreate, { guildId, content, targets: ['one'] });
    await db.updateTable('target').set({ removed_at_ms: clock.nowMs() }).execute();
    await db.deleteFrom('target_pause').execute();
    await clock.advance(1_200_000);
    expect(target.effects).toEqual([]);
  });

  test('holds everything while it is paused', async () => {
    const { act, target, clock } = await bench();
    await act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'none' });
    expect(await act(targetPause, { guildId, target: 'one' })).toMatchObject({
      paused: { reason: 'by-person' },
    });
    const made = await act(publishCreate, { guildId, content, targets: ['one'] });
    await clock.advance(1_200_000);
    expect(target.effects).toEqual([]);
    const shown = await act(publicationShow, { guildId, publicationId: made.id });
    expect(shown.deliveries[0]?.paused).toBe('Paused by Person 1.');
    await act(targetResume, { guildId, target: 'one' });
    await clock.advance(1_000);
    expect(target.effects).toHaveLength(1);
  });

  test('spends no more than its budget in a month, and says so once where it was added', async () => {
    const { act, target, clock, cards } = await bench();
    const options = { costMicros: 15_000 };
    await act(targetAdd, {
      guildId,
      name: 'x',
      publisher: 'fake',
      policy: 'none',
      options,
      monthlyBudgetMicros: 40_000,
    });
    for (let index = 0; index < 5; index++) {
      await act(publishCreate, { guildId, content, targets: ['x'] });
      await clock.advance(2_000);
    }
    expect(target.effects).toHaveLength(2);
    const { targets } = await act(targetList, { guildId });
    expect(targets[0]).toMatchObject({ spentThisMonthMicros: 30_000, paused: { reason: 'out-of-budget' } });
    expect(cards.posts).toMatchObject([{ guildId, channelId: `channel-of-${guildId}` }]);
  });

  test('is reported once when it lets us in no more', async () => {
    const { act, target, clock, cards } = await bench();
    await act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'none' });
    target.accidents.push('authorisation-lost');
    for (let index = 0; index < 3; index++) await act(publishCreate, { guildId, content, targets: ['one'] });
    await clock.advance(1_200_000);
    expect(cards.posts).toHaveLength(1);
    await act(targetResume, { guildId, target: 'one' });
    await clock.advance(5_000);
    expect(target.effects).toHaveLength(3);
  });

  test('is verified without writing, whatever its publisher tries', async () => {
    const { act, target } = await bench();
    await act(targetAdd, { guildId, name: 'one', publisher: 'fake' });
    expect(await act(targetVerify, { guildId, target: 'one' })).toEqual({ account: 'fake', problems: [] });
    let refused: unknown;
    target.uses = async ({ http }) => {
      await http.fetch('http://127.0.0.1:9/', { method: 'POST', body: 'x' }).catch((error: unknown) => {
        refused = error;
      });
    };
    await act(targetVerify, { guildId, target: 'one' });
    expect(refused).toMatchObject({ code: 'HTTP_DRY_RUN' });
  });

  test('is not waited for without end when it is verified', async () => {
    const { act, target, clock } = await bench();
    await act(targetAdd, { guildId, name: 'one', publisher: 'fake' });
    target.uses = () => new Promise(() => undefined);
    const said = act(targetVerify, { guildId, target: 'one' });
    await clock.advance(31_000);
    expect((await said).problems).toEqual([expect.stringContaining('no answer within 30 s')]);
  });
});
