import { expect, test } from 'vitest';
import { isSettled, panelView } from '#commands/publish/panel-view.ts';
import type { DeliveryView } from '#contracts/actions/publish.ts';
import type { CommandContext } from '#contracts/command.ts';
import { walk } from '../discord/support/components.ts';

const context = { sharedId: (name: string) => name } as unknown as CommandContext;
const url = 'https://github.com/north/site/releases/tag/untagged-100';
const delivery: DeliveryView = {
  id: 'd1',
  publicationId: 'p1',
  title: 'Version 1.2',
  target: 'release',
  publisher: 'github',
  state: 'failed',
  needsPerson: true,
  attempts: 1,
  approvals: { given: 0, needed: 0 },
  leftover: { what: 'a draft of release v1.2 in north/site', url },
  updatedAtMs: 1,
};

function panelOf(changes: Partial<DeliveryView>) {
  const deliveries = [{ ...delivery, ...changes }];
  const publication = { id: 'p1', guildId: 'g', title: 'Version 1.2', createdAtMs: 1, deliveries };
  const parts = walk(panelView(context, publication).components);
  return {
    text: parts.flatMap((part) => ('content' in part ? [String(part.content)] : [])).join('\n'),
    buttons: parts.flatMap((part) => ('custom_id' in part ? [String(part.custom_id)] : [])),
    isOver: isSettled(publication),
  };
}

test.each(['failed', 'unknown'] as const)(
  'a delivery that is %s names what it left, and Discard',
  (state) => {
    const { text, buttons } = panelOf({ state });
    expect(text).toContain('Left: a draft of release v1.2 in north/site');
    expect(text).toContain(url);
    expect(buttons).toEqual(expect.arrayContaining(['retry', 'done', 'discard']));
  },
);

test('given up, it can only be discarded once more, until nothing is left', () => {
  const discarded = { state: 'discarded', needsPerson: false } as const;
  const left = panelOf(discarded);
  expect(left.buttons.filter((name) => ['retry', 'done', 'discard'].includes(name))).toEqual(['discard']);
  expect(left.isOver).toBe(false);
  const { leftover: _, ...clean } = delivery;
  expect(
    isSettled({ id: 'p', guildId: 'g', title: '', createdAtMs: 1, deliveries: [{ ...clean, ...discarded }] }),
  ).toBe(true);
});
