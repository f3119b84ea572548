import { describe, expect, test } from 'vitest';
import { deliveryText } from '#commands/publish/panel-view.ts';
import { previewView } from '#commands/publish/preview-view.ts';
import { reviewView } from '#commands/publish/review-view.ts';
import type { DeliveryView } from '#contracts/actions/publish.ts';
import type { CommandContext } from '#contracts/command.ts';

const context = {
  customId: (name: string, data = '') => `${name}:${data}`,
  keep: async () => 'kept',
} as unknown as CommandContext;
const target = {
  ...{ target: 'news', publisher: 'x', title: 'X', policy: 'none' as const, costMicros: 0, stepsHash: 'h' },
  ...{ steps: [], warnings: [], problems: [], deliveryId: 'd', state: 'awaiting-approval' as const },
};
const whole = { ...target, parts: [{ label: 'Post', text: 'short' }] };
const cut = { ...target, parts: [{ label: 'Post', text: 'x'.repeat(5_000) }] };

describe('what people decide about', () => {
  test.each([
    [false, 'Nothing has left yet.'],
    [true, 'once it is saved, and approved where a target asks for that.'],
  ])('a preview (of an edit: %s) is called exact only where nothing of it is cut', (isEdit, rest) => {
    const shown = (only: typeof whole) => {
      const preview = { targets: [only], costMicros: 0 };
      return JSON.stringify(previewView(context, { title: 't', draftId: 'd', isEdit, preview }));
    };
    expect(shown(whole)).toContain('This is exactly what is sent');
    expect(shown(cut)).not.toContain('exactly');
    expect(shown(cut)).toContain('each in full');
    for (const only of [whole, cut]) expect(shown(only)).toContain(rest);
  });

  test('so is a review, and what is cut can be read in full', async () => {
    const shown = async (only: typeof whole) => JSON.stringify(await reviewView(context, [only], 'p'));
    expect(await shown(whole)).toContain('Approve exactly this');
    expect(await shown(cut)).not.toContain('Approve exactly');
    expect(await shown(cut)).toContain('review-read:p');
  });
});

test('a small upload says its size', () => {
  const delivery: DeliveryView = {
    ...{ id: 'd', publicationId: 'p', title: 't', target: 'news', publisher: 'x', state: 'sending' },
    ...{ needsPerson: false, attempts: 1, approvals: { given: 0, needed: 0 }, updatedAtMs: 0 },
    progress: { sentBytes: 11, totalBytes: 11 },
  };
  expect(deliveryText(delivery, 380)).toContain('100 % of 11 bytes sent');
});
