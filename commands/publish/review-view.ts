import { ButtonStyle } from 'discord-api-types/v10';
import type { z } from 'zod';
import type { publicationPreview } from '#contracts/actions/publish.ts';
import type { TargetLamp } from '#contracts/actions/targets.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { button, buttons, card, divider, lines } from '../layout.ts';
import { readSelect, targetText } from './preview-view.ts';

const targetsLengthMax = 3_500;
/** Discord: buttons of a row. */
const approvalsShownMax = 5;

type Targets = z.output<typeof publicationPreview.output>['targets'];

/** Exactly what an approval would release, target by target. The approval is valid for these bytes alone. */
export async function reviewView(
  context: CommandContext,
  targets: Targets,
  publicationId: string,
): Promise<View> {
  const waiting = targets.filter(({ state }) => state === 'awaiting-approval').slice(0, approvalsShownMax);
  if (waiting.length === 0)
    return card('idle', [
      lines('### Nothing waits for approval', 'Refresh the panel to see where it stands.'),
    ]);
  const share = Math.floor(targetsLengthMax / waiting.length);
  const approvals = [];
  for (const { target, deliveryId, stepsHash, lamp } of waiting) {
    const approval = await context.keep({ deliveryId, stepsHash });
    const label = `Approve ${target}${lamp && stops(lamp) ? ' (can’t leave yet)' : ''}`;
    approvals.push(button(label, context.customId('approve', approval), ButtonStyle.Success));
  }
  const shown = waiting.map((target) => targetText(target, share));
  const cut = shown.some(({ whole }) => !whole);
  return card('plain', [
    lines(
      cut ? '### Read in full, then approve' : '### Approve exactly this',
      '-# If anything of it changes afterwards, it is asked for again.',
    ),
    divider(),
    ...shown.map(({ text }) => lines(text)),
    ...(cut ? [readSelect(context, publicationId, waiting, 'review-read')] : []),
    buttons(...approvals),
  ]);
}

/** A place that wasn't asked may well take it. */
function stops({ state }: TargetLamp): boolean {
  return state !== 'ready' && state !== 'not-checked';
}
