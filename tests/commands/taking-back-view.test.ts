import { expect, test } from 'vitest';
import { deliveriesView } from '#commands/deliveries/view.ts';
import { isSettled, panelView } from '#commands/publish/panel-view.ts';
import { askToTakeBack, offerTakingBack, takeBack } from '#commands/publish/take-back.ts';
import type { DeliveryFacts, DeliveryView, PublicationView } from '#contracts/actions/publish.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { walk } from '../discord/support/components.ts';

const facts: DeliveryFacts = {
  id: 'd1',
  publicationId: 'p1',
  title: 'News',
  target: 'square',
  publisher: 'discord',
  state: 'done',
  needsPerson: false,
  url: 'https://discord.com/channels/1/2/3',
  attempts: 1,
  approvals: { given: 0, needed: 0 },
  updatedAtMs: 1,
};
const delivered: DeliveryView = { ...facts, canTakeBack: true };
const back = (changes: Partial<DeliveryFacts>): DeliveryView => ({
  ...facts,
  takingBack: { ...facts, id: 'b1', takesBack: 'd1', ...changes },
});

function publicationOf(...deliveries: DeliveryView[]): PublicationView {
  return { id: 'p1', guildId: 'g', title: 'News', createdAtMs: 1, deliveries };
}

function contextOf(publication: PublicationView): CommandContext {
  const kept: object[] = [];
  const fake = {
    guildId: 'g',
    sharedId: (name: string, data: string) => `${name}:${data}`,
    customId: (name: string, data: string) => `${name}:${data}`,
    keep: async (value: object) => `kept-${kept.push(value) - 1}`,
    kept: async (id: string) => kept[Number(id.slice(5))],
    perform: async () => publication,
  };
  return fake as unknown as CommandContext;
}

function said(view: View) {
  const parts = walk(view.components);
  return {
    count: parts.length,
    text: parts.flatMap((part) => ('content' in part ? [String(part.content)] : [])).join('\n'),
    ids: parts.flatMap((part) => ('custom_id' in part ? [String(part.custom_id)] : [])),
    labels: parts.flatMap((part) => ('label' in part ? [String(part.label)] : [])),
  };
}

function panelOf(...deliveries: DeliveryView[]) {
  const publication = publicationOf(...deliveries);
  return { ...said(panelView(contextOf(publication), publication)), over: isSettled(publication) };
}

test('a panel offers Take back for what can be, and says where it stands', () => {
  expect(panelOf(delivered).ids).toContain('take-back:p1');
  const waiting = panelOf(back({ state: 'awaiting-approval', approvals: { given: 0, needed: 1 } }));
  expect(waiting.text).toContain('taking it back: waits for approval');
  expect(waiting.ids).toEqual(expect.arrayContaining(['review:p1', 'discard:b1']));
  expect(waiting.ids).not.toContain('take-back:p1');
  expect(waiting.over).toBe(false);
  const failed = panelOf(
    back({ state: 'failed', needsPerson: true, error: { code: 'C', text: 'Too old.' } }),
  );
  expect(failed.text).toContain('Too old.');
  expect(failed.labels).toEqual(expect.arrayContaining(['Retry', 'Let it stay']));
  expect(failed.ids).not.toContain('done:b1');
  const gone = panelOf(back({ state: 'done' }));
  expect(gone.text).toContain('taken back');
  expect(gone.text).not.toContain('https://');
  expect(gone.over).toBe(true);
});

test('nothing of the fullest panel or list passes Discord’s 40 components', () => {
  const all = [
    ...Array.from({ length: 3 }, () => ({ ...facts, state: 'failed' as const, needsPerson: true })),
    ...Array.from({ length: 3 }, () => ({ ...facts, state: 'awaiting-approval' as const })),
    ...Array.from({ length: 14 }, () => delivered),
  ];
  expect(panelOf(...all).count).toBeLessThanOrEqual(40);
  const context = contextOf(publicationOf());
  for (const deliveries of [all, Array.from({ length: 20 }, () => delivered)]) {
    const { count, labels } = said(deliveriesView(context, { deliveries, scope: '' }));
    expect(count).toBeLessThanOrEqual(40);
    expect(labels).toContain('Take back');
  }
});

test('one thing is asked about at once, several are offered, and each is confirmed', async () => {
  const one = publicationOf({ ...delivered, approvals: { given: 0, needed: 2 } });
  const asked = said(await offerTakingBack(contextOf(one), 'p1'));
  expect(asked.text).toMatch(/from square\?[\s\S]*2 people/);
  expect(asked.ids).toEqual(['take-back-now:kept-0']);

  const two = publicationOf(delivered, { ...delivered, id: 'd2', target: 'gh' });
  const context = contextOf(two);
  const offered = said(await offerTakingBack(context, 'p1'));
  expect(offered.ids).toEqual(['take-back-ask:kept-0', 'take-back-ask:kept-1']);
  expect(said(await askToTakeBack(context, 'kept-1')).text).toContain('from gh?');
  const view = await takeBack(context, 'kept-1');
  expect(view.announcement).toBeDefined();
  expect(said(await offerTakingBack(contextOf(publicationOf(facts)), 'p1')).ids).toEqual([]);
});
