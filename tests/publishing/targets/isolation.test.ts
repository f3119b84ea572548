import { describe, expect, test } from 'vitest';
import type { ActionSpec } from '#contracts/action.ts';
import * as alerts from '#contracts/actions/alerts.ts';
import { chainAdd, chainList, chainRemove, chainRun, chainShow } from '#contracts/actions/chains.ts';
import * as places from '#contracts/actions/places.ts';
import * as actions from '#contracts/actions/publish.ts';
import * as targets from '#contracts/actions/targets.ts';
import { guildId, otherGuildId, person, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const content = { title: 'Ours', body: 'of the first guild' };

/** Every action of this service with an input that names things of the first guild. */
async function scene() {
  const target = new SpeakingTarget();
  const bench = await publishingBench({ publishers: [target.speaker('fake')] });
  const { act } = bench;
  await act(targets.targetAdd, { guildId, name: 'one', publisher: 'fake' });
  const made = await act(actions.publishCreate, { guildId, content, targets: ['one'] });
  await act(chainAdd, { guildId, name: 'chain', trigger: { kind: 'manual' }, links: [{ targets: ['one'] }] });
  const run = await act(chainRun, { guildId, chain: 'chain', kind: 'start', label: 'x' });
  const deliveryId = made.deliveries[0]?.id ?? '';
  const stepsHash = made.deliveries[0]?.stepsHash ?? '';
  const named = { target: 'one' };
  const publication = { publicationId: made.id };
  const delivery = { deliveryId };
  const inputs: [ActionSpec, Record<string, unknown>][] = [
    [targets.targetAdd, { name: 'two', publisher: 'fake' }],
    [targets.targetEdit, { ...named, policy: 'none' }],
    [targets.targetRemove, named],
    [targets.targetList, {}],
    [targets.targetVerify, named],
    [targets.targetPause, named],
    [targets.targetResume, named],
    [targets.publishConnect, named],
    [places.targetKinds, {}],
    [places.targetSetup, { kind: 'fake/place' }],
    [places.targetChange, { ...named, answers: { place: 'theirs' } }],
    [places.targetCopy, { ...named, called: 'two' }],
    [places.targetShow, named],
    [places.targetChoices, named],
    [actions.publishPreview, { content, targets: ['one'] }],
    [actions.publishCreate, { content, targets: ['one'] }],
    [actions.publishEdit, { ...publication, content }],
    [actions.publicationDraft, publication],
    [actions.publishApprove, { ...delivery, stepsHash }],
    [actions.publishCancel, publication],
    [actions.publicationShow, publication],
    [actions.publicationPreview, publication],
    [actions.deliveryList, { only: 'all' }],
    [actions.deliveryTakeBack, delivery],
    [actions.deliveryRetry, delivery],
    [actions.deliveryDone, { ...delivery, url: 'https://x.example/' }],
    [actions.deliveryDiscard, delivery],
    [alerts.alertsHere, { channelId: '500000000000000001' }],
    [alerts.alertsOff, {}],
    [alerts.alertsTest, {}],
    [alerts.alertShow, { alertId: 'alert' }],
    [alerts.alertRetry, { alertId: 'alert' }],
    [chainAdd, { name: 'other', trigger: { kind: 'manual' }, links: [{ targets: ['one'] }] }],
    [chainList, {}],
    [chainShow, { chain: 'chain' }],
    [chainRemove, { chain: 'chain' }],
    [chainRun, { chain: 'chain', kind: 'start', label: 'x' }],
    [chainRun, { chain: 'chain', kind: 'resume', runId: run.id }],
  ];
  // A post that waits for approval is reported.
  await bench.clock.advance(5_000);
  await bench.db
    .insertInto('alert_card')
    .values({
      ...{ id: 'alert', guild_id: guildId, channel_id: 'c', topic: 't', opened_at_ms: bench.clock.nowMs() },
      ...{ message_id: 'm', instead_of: null },
    })
    .execute();
  await bench.db
    .insertInto('alert_item')
    .values({
      ...{
        id: 'i',
        guild_id: guildId,
        kind: 'missed',
        topic: 't',
        delivery_id: null,
        at_ms: 1,
        card_id: 'alert',
      },
      text: 'A run of the first guild was missed.',
    })
    .execute();
  return { ...bench, inputs };
}

const stranger = person('9', 'manager', otherGuildId);

async function everything(db: Awaited<ReturnType<typeof scene>>['db']): Promise<string> {
  const tables = [
    'target',
    'publication',
    'publication_plan',
    'delivery',
    'approval',
    'chain',
    'chain_run',
    'alert_item',
    'alert_card',
    'alert_channel',
  ] as const;
  const rows = [];
  for (const table of tables)
    rows.push(
      await db
        .selectFrom(table)
        .selectAll()
        .where('guild_id' as never, '=', guildId as never)
        .execute()
        .catch(() => []),
    );
  rows.push(await db.selectFrom('target_pause').selectAll().execute());
  rows.push(await db.selectFrom('approval').selectAll().execute());
  return JSON.stringify(rows);
}

describe('a guild', () => {
  test('covers every action of the service with these inputs', async () => {
    const { publishing, inputs } = await scene();
    const covered = new Set(inputs.map(([spec]) => spec.name));
    const names = publishing.actions
      .map(({ spec }) => spec.name)
      .filter((name) => !name.startsWith('artifact.'));
    expect(names.filter((name) => !covered.has(name))).toEqual([]);
  });

  test('can’t ask for another guild’s things by naming that guild', async () => {
    const { act, db, inputs } = await scene();
    const before = await everything(db);
    for (const [spec, input] of inputs)
      await expect(act(spec, { ...input, guildId }, stranger), spec.name).rejects.toMatchObject({
        code: 'ACTION_OTHER_GUILD',
      });
    expect(await everything(db)).toBe(before);
  });

  test('can’t reach another guild’s things by their ids, nor see them', async () => {
    const { act, db, inputs } = await scene();
    const before = await everything(db);
    for (const [spec, input] of inputs) {
      const said = await act(spec, { ...input, guildId: otherGuildId }, stranger).catch(
        (error: unknown) => error,
      );
      const text =
        said instanceof Error ? JSON.stringify({ ...said, message: said.message }) : JSON.stringify(said);
      expect(text, spec.name).not.toContain('of the first guild');
      expect(text, spec.name).not.toContain(guildId);
    }
    expect(await everything(db)).toBe(before);
  });

  test('can’t be reached by a member without the role', async () => {
    const { act, inputs } = await scene();
    for (const [spec, input] of inputs)
      await expect(act(spec, { ...input, guildId }, person('8', 'member')), spec.name).rejects.toMatchObject({
        code: 'ACTION_FORBIDDEN',
      });
  });

  test('leaves to managers what is theirs', async () => {
    const { act } = await scene();
    for (const spec of [
      targets.targetAdd,
      targets.targetEdit,
      targets.targetRemove,
      targets.targetPause,
      targets.targetResume,
      targets.publishConnect,
      targets.targetVerify,
      places.targetKinds,
      places.targetSetup,
      places.targetChange,
      places.targetCopy,
      chainAdd,
      chainRemove,
    ] as ActionSpec[])
      await expect(
        act(spec, { guildId, target: 'one' }, person('7', 'publisher')),
        spec.name,
      ).rejects.toMatchObject({
        code: 'ACTION_FORBIDDEN',
      });
  });
});
