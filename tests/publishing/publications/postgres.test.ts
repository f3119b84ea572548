import { expect, test } from 'vitest';
import { chainAdd, chainRun, chainShow } from '#contracts/actions/chains.ts';
import { deliveryList, publishApprove, publishCreate, publishEdit } from '#contracts/actions/publish.ts';
import { publishConnect, targetAdd, targetList, targetRemove } from '#contracts/actions/targets.ts';
import { systemClock } from '#core/clock.ts';
import { Secret } from '#core/secret.ts';
import { describePostgres } from '../../support/engines.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { type Bench, guildId, person, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const content = { title: 'T', body: 'b' };

describePostgres('the publication service', ({ place }) => {
  async function bench(postgresUrl?: Secret) {
    const target = new SpeakingTarget();
    postgresUrl ??= (await place()).postgresUrl;
    const field = { name: 'token', help: 'x', required: true };
    const made = await publishingBench({
      publishers: [target.speaker('fake', { credentials: [field] })],
      // The server compares clocks.
      clock: new FakeClock(Date.now()),
      vault: { key: new Secret('c'.repeat(64)) },
      ...(postgresUrl ? { postgresUrl } : {}),
    });
    const used: (string | undefined)[] = [];
    // A target is asked by the hub, too.
    target.uses = async (context) => {
      if ('attempt' in context) used.push(context.credential('token'));
    };
    return { ...made, target, used, postgresUrl };
  }

  async function connect({ act, publishing }: Bench, name: string): Promise<void> {
    const { link } = await act(publishConnect, { guildId, target: name });
    await publishing.connections.redeem(link?.url.split('#')[1] ?? '', { token: `token-of-${name}` });
  }

  /** The server answers in real time, the clock stands still meanwhile. */
  async function until(made: Bench, isSo: () => Promise<boolean>): Promise<void> {
    for (let turn = 0; turn < 200; turn++) {
      if (await isSo()) return;
      await made.clock.advance(50);
      await systemClock().sleep(10);
    }
    throw new Error('it never became so');
  }

  test('publishes after two approvals given at the same moment, and edits, lists and removes', async () => {
    const made = await bench();
    const { act, target, used } = made;
    const budget = { options: { costMicros: 10 }, monthlyBudgetMicros: 100 };
    await act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'two-people', ...budget });
    await connect(made, 'one');
    const { id } = await act(publishCreate, { guildId, content, targets: ['one'] });
    const edited = await act(publishEdit, { guildId, publicationId: id, content: { ...content, body: 'c' } });
    const { id: deliveryId = '', stepsHash = '' } = edited.deliveries[0] ?? {};
    await Promise.all(
      ['1', '2'].map((user) =>
        act(publishApprove, { guildId, deliveryId, stepsHash }, person(user, 'manager')),
      ),
    );
    await until(made, async () => target.effects.length > 0);
    expect(target.texts).toEqual(['T\nc']);
    expect(used).toEqual(['token-of-one']);
    const { targets } = await act(targetList, { guildId });
    expect(targets).toMatchObject([{ spentThisMonthMicros: 10, monthlyBudgetMicros: 100 }]);
    await act(targetRemove, { guildId, target: 'one' });
    expect((await act(deliveryList, { guildId, only: 'all' })).deliveries).toHaveLength(1);
  });

  test('gives a name once to two hubs that add it at the same moment', async () => {
    const first = await bench();
    const second = await bench(first.postgresUrl);
    for (let turn = 0; turn < 5; turn++) {
      const added = await Promise.allSettled(
        [first, second].map(({ act }) => act(targetAdd, { guildId, name: `n${turn}`, publisher: 'fake' })),
      );
      expect(added.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(added.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'PUBLISH_TARGET_TAKEN' },
      });
    }
  });

  test('runs a chain to its end', async () => {
    const made = await bench();
    const { act, target } = made;
    for (const name of ['one', 'two']) {
      await act(targetAdd, { guildId, name, publisher: 'fake', policy: 'none' });
      await connect(made, name);
    }
    const links = [{ targets: ['one'] }, { targets: ['two'], body: 'after {receipt:one}' }];
    await act(chainAdd, { guildId, name: 'c', trigger: { kind: 'manual' }, links });
    await act(chainRun, { guildId, chain: 'c', kind: 'start', label: 'L' });
    const isDone = async () => (await act(chainShow, { guildId, chain: 'c' })).runs[0]?.state === 'done';
    await until(made, isDone);
    expect(target.texts).toEqual(['L\n', expect.stringContaining('after https://target.example/')]);
  });
});
