import { ButtonStyle } from 'discord-api-types/v10';
import { z } from 'zod';
import {
  type DeliveryView,
  deliveryTakeBack,
  type PublicationView,
  publicationShow,
} from '#contracts/actions/publish.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { button, buttons, card, count, divider, lines, lineWithButton, link } from '../layout.ts';
import { panelView } from './panel-view.ts';

/** Three components each, of Discord's 40. */
const offeredMax = 10;
const titleMax = 150;

/** What the button of a confirmation remembers. */
const asked = z.object({ publicationId: z.string(), deliveryId: z.string() });

/** What of a publication can be taken back; where that is one thing alone, the question itself. */
export async function offerTakingBack(context: CommandContext, publicationId: string): Promise<View> {
  const { guildId } = context;
  const publication = await context.perform(publicationShow, { guildId, publicationId });
  const possible = publication.deliveries.filter(({ canTakeBack }) => canTakeBack);
  const [first] = possible;
  if (!first)
    return card('idle', [
      lines('### Nothing can be taken back now', 'Either nothing of it has arrived, or it is gone already.'),
    ]);
  if (possible.length === 1) return confirmation(context, publication, first);
  const shown = possible.slice(0, offeredMax);
  const offered = [];
  for (const { id, target, url } of shown) {
    const draft = await context.keep({ publicationId, deliveryId: id });
    const text = [`**${inert(target, 32)}**`, link('Open', url)].filter(Boolean).join(' · ');
    offered.push(lineWithButton(text, button('Take back', context.customId('take-back-ask', draft))));
  }
  return card('waiting', [
    lines(`### Take back from where?`, inert(publication.title, titleMax)),
    divider(),
    ...offered,
    ...(possible.length > shown.length
      ? [lines(`-# … and ${count(possible.length - shown.length, 'place')} after these`)]
      : []),
  ]);
}

export async function askToTakeBack(context: CommandContext, draft: string): Promise<View> {
  const { publicationId, deliveryId } = asked.parse(await context.kept(draft));
  const { guildId } = context;
  const publication = await context.perform(publicationShow, { guildId, publicationId });
  const delivery = publication.deliveries.find(({ id }) => id === deliveryId);
  return delivery
    ? confirmation(context, publication, delivery)
    : card('idle', [lines('### It is no longer part of this publication')]);
}

/** A panel that everyone sees follows it, so that others can approve. */
export async function takeBack(context: CommandContext, draft: string): Promise<View> {
  const { deliveryId } = asked.parse(await context.kept(draft));
  const publication = await context.perform(deliveryTakeBack, { guildId: context.guildId, deliveryId });
  const { takingBack } = publication.deliveries.find(({ id }) => id === deliveryId) ?? {};
  const waits = takingBack?.state === 'awaiting-approval';
  return {
    ...card('good', [
      lines(
        waits ? '### Taking it back waits for approval' : '### It is being taken back',
        'The panel below follows it.',
      ),
    ]),
    announcement: panelView(context, publication),
  };
}

async function confirmation(
  context: CommandContext,
  { id: publicationId, title }: PublicationView,
  { id: deliveryId, target, url, approvals }: DeliveryView,
): Promise<View> {
  const draft = await context.keep({ publicationId, deliveryId });
  return card('bad', [
    lines(
      `### Take it back from ${inert(target, 32)}?`,
      [inert(title, titleMax), link('Open', url)].filter(Boolean).join(' · '),
      'It is deleted there, for good. What others have copied or answered elsewhere stays.',
      approvals.needed > 0 &&
        `-# Approval is needed first: ${count(approvals.needed, 'person', 'people')}, as for publishing there.`,
    ),
    buttons(button('Confirm', context.customId('take-back-now', draft), ButtonStyle.Danger)),
  ]);
}
