import { type APIComponentInContainer, ButtonStyle } from 'discord-api-types/v10';
import type { DeliveryView } from '#contracts/actions/publish.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { ago, button, buttons, card, count, lines, lineWithButton } from '../layout.ts';
import { deliveryText, isTroubled, troubleButtons } from '../publish/panel-view.ts';

/** With three buttons each, more would pass Discord's 40 components. */
const troubledShownMax = 4;
const shownMax = 8;
/** Four components each; the others have three. */
const takeBackShownMax = 3;
const entryLengthMax = 380;
const titleMax = 60;

export function deliveriesView(
  context: CommandContext,
  { deliveries, scope }: { deliveries: readonly DeliveryView[]; scope: string },
): View {
  const refresh = buttons(button('Refresh', context.customId('list', scope)));
  if (deliveries.length === 0)
    return card('good', [
      lines('### Nothing is open', 'Everything has landed, or nothing was published.'),
      refresh,
    ]);
  const troubled = deliveries.filter(isTroubled).slice(0, troubledShownMax);
  const others = deliveries.filter((delivery) => !troubled.includes(delivery));
  const shown = [...troubled, ...others].slice(0, shownMax);
  const more = deliveries.length - shown.length;
  const backs = others.filter(({ canTakeBack }) => canTakeBack).slice(0, takeBackShownMax);
  return card(troubled.length > 0 ? 'bad' : 'waiting', [
    lines(
      `### ${count(deliveries.length, 'delivery', 'deliveries')}`,
      troubled.length > 0 &&
        `**${count(troubled.length, 'needs', 'need')} a person**: say what happened, or try again.`,
    ),
    ...shown.flatMap((delivery): APIComponentInContainer[] =>
      troubled.includes(delivery)
        ? [lines(entry(delivery)), troubleButtons(context, delivery, 'list-')]
        : othersEntry(context, delivery, backs.includes(delivery)),
    ),
    ...(more > 0 ? [lines(`-# … and ${more} more: narrow the list by target`)] : []),
    refresh,
  ]);
}

function othersEntry(
  context: CommandContext,
  delivery: DeliveryView,
  offersBack: boolean,
): APIComponentInContainer[] {
  const show = button('Show', context.customId('show', delivery.publicationId));
  if (!offersBack) return [lineWithButton(entry(delivery), show)];
  const back = button('Take back', context.customId('take-back', delivery.publicationId));
  return [lines(entry(delivery)), buttons(show, back)];
}

/** One delivery after somebody has decided about it. */
export function deliveryCard(context: CommandContext, heading: string, delivery: DeliveryView): View {
  const accent = delivery.state === 'done' ? 'good' : delivery.state === 'discarded' ? 'idle' : 'waiting';
  return card(accent, [
    lines(`### ${heading}`, entry(delivery)),
    buttons(button('Show', context.customId('show', delivery.publicationId), ButtonStyle.Secondary)),
  ]);
}

function entry(delivery: DeliveryView): string {
  const text = deliveryText(delivery, entryLengthMax - 100);
  return `**${inert(delivery.title, titleMax)}** · ${ago(delivery.updatedAtMs)}\n${text}`;
}
