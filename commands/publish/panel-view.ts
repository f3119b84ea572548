import { type APIComponentInContainer, ButtonStyle } from 'discord-api-types/v10';
import type { DeliveryFacts, DeliveryView, PublicationView } from '#contracts/actions/publish.ts';
import type { PanelContext, View } from '#contracts/command.ts';
import { roughBytes } from '#core/text/amounts.ts';
import { inert } from '#core/text/inert.ts';
import { type Accent, ago, button, buttons, card, count, divider, lines, link } from '../layout.ts';

/** Deliveries that a person must look after, with buttons of their own: 5 components each, of Discord's 40. */
const troubledShownMax = 3;
/** Every delivery gets its share of the 4,000 characters that heading and footer leave. */
const deliveriesLengthMax = 3_500;
const titleMax = 150;
const deliveriesShownMax = 18;

type State = DeliveryView['state'];

const icons: Record<State, string> = {
  draft: '⚪',
  'awaiting-approval': '🟡',
  scheduled: '🕒',
  pending: '🟡',
  sending: '🔵',
  confirming: '🔵',
  unknown: '🟠',
  done: '🟢',
  failed: '🔴',
  cancelled: '⚫',
  discarded: '⚫',
};

const wordsPattern: Record<State, string> = {
  draft: 'not complete',
  'awaiting-approval': 'waits for approval',
  scheduled: 'scheduled',
  pending: 'waits to leave',
  sending: 'is being sent',
  confirming: 'sent, being confirmed',
  unknown: 'fate unknown',
  done: 'delivered',
  failed: 'failed',
  cancelled: 'withdrawn',
  discarded: 'given up',
};

const settled: readonly State[] = ['done', 'cancelled', 'discarded'];
const notLeft: readonly State[] = ['draft', 'awaiting-approval', 'scheduled', 'pending'];

/** True when nothing about a publication will change any more. */
export function isSettled({ deliveries }: PublicationView): boolean {
  return deliveries.every(
    ({ state, leftover, takingBack }) =>
      settled.includes(state) && !leftover && (!takingBack || settled.includes(takingBack.state)),
  );
}

/** A line per target, and the possible actions; kept up to date as a panel. */
export function panelView(context: PanelContext, publication: PublicationView): View {
  const { id, title, deliveries } = publication;
  const shown = deliveries.slice(0, deliveriesShownMax);
  const share = Math.floor(deliveriesLengthMax / Math.max(1, shown.length));
  const troubled = shown.filter(hasButtons).slice(0, troubledShownMax);
  const states = deliveries.flatMap(({ state, takingBack }) => (takingBack ? [takingBack.state] : [state]));
  const footer = [
    button('Refresh', context.sharedId('refresh', id)),
    ...(states.includes('awaiting-approval')
      ? [button('Review', context.sharedId('review', id), ButtonStyle.Success)]
      : []),
    ...(deliveries.some(({ state }) => state === 'failed' || notLeft.includes(state))
      ? [button('Edit', context.sharedId('change', id))]
      : []),
    ...(deliveries.some(({ state }) => notLeft.includes(state))
      ? [button('Withdraw', context.sharedId('withdraw', id), ButtonStyle.Danger)]
      : []),
    ...(deliveries.some(({ canTakeBack }) => canTakeBack)
      ? [button('Take back', context.sharedId('take-back', id))]
      : []),
  ];
  const view = card(accentOf(deliveries), [
    lines(`### ${inert(title, titleMax)}`, summaryOf(publication)),
    divider(),
    ...shown.flatMap((delivery): APIComponentInContainer[] => [
      lines(deliveryText(delivery, share)),
      ...(troubled.includes(delivery) ? [troubleButtons(context, delivery)] : []),
    ]),
    ...(deliveries.length > shown.length
      ? [lines(`-# … and ${deliveries.length - shown.length} more in \`/deliveries list\``)]
      : []),
    buttons(...footer),
  ]);
  return { ...view, panel: { name: 'publication', subject: id } };
}

/** State, link, next try and what went wrong, within `lengthMax` characters. */
export function deliveryText(delivery: DeliveryView, lengthMax: number): string {
  const { takingBack } = delivery;
  if (!takingBack) return factsText(delivery, lengthMax);
  if (takingBack.state === 'done')
    return `⚫ **${inert(delivery.target, 32)}** · taken back ${ago(takingBack.updatedAtMs)}`;
  return factsText(takingBack, lengthMax);
}

function factsText(delivery: DeliveryFacts, lengthMax: number): string {
  const { state, target, publisher, approvals, attempts, error, paused, leftover, takesBack } = delivery;
  const doing = takesBack === undefined ? '' : 'taking it back: ';
  const words = takesBack !== undefined && state === 'done' ? 'taken back' : progressWords(delivery);
  const head = `${icons[state]} **${inert(target, 32)}** · ${doing}${words}`;
  const facts = [
    inert(publisher, 30),
    approvals.needed > 0 &&
      state === 'awaiting-approval' &&
      `${approvals.given} of ${approvals.needed} approvals`,
    attempts > 1 && `${attempts} attempts`,
  ];
  const small = `-# ${facts.filter(Boolean).join(' · ')}`;
  const whole = lengthMax - head.length - small.length - 40;
  const left = leftover && leftoverText(leftover, whole);
  const room = whole - (left?.length ?? 0);
  const place = link('Open', delivery.url, Math.min(400, room));
  const trouble = paused ? `⏸ ${paused}` : error && `${error.text} (${error.code})`;
  const troubleMax = Math.min(220, Math.floor((room - (place?.length ?? 0)) / 2));
  return [
    [head, place].filter(Boolean).join(' · '),
    trouble && troubleMax > 20 && inert(trouble, troubleMax),
    left,
    small,
  ]
    .filter(Boolean)
    .join('\n');
}

/** A hidden result that stays there until it is discarded; as much of it as there is room for. */
function leftoverText(
  { what, url }: NonNullable<DeliveryView['leftover']>,
  lengthMax: number,
): string | undefined {
  const next = 'Discard deletes it';
  const words = `🧹 Left: ${inert(what, 100)}`;
  const place = link('Look', url, lengthMax - words.length - next.length - 20);
  const line = [words, place, next].filter(Boolean).join(' · ');
  return [line, '🧹 Discard deletes what it left'].find(({ length }) => length <= lengthMax);
}

/** It waits until somebody decides, or has left something behind. */
export function isTroubled({ needsPerson, leftover, takingBack }: DeliveryView): boolean {
  return needsPerson || leftover !== undefined || takingBack?.needsPerson === true;
}

/** What is being taken back may still stay. */
function hasButtons(delivery: DeliveryView): boolean {
  return isTroubled(delivery) || (delivery.takingBack !== undefined && delivery.takingBack.state !== 'done');
}

export function troubleButtons(
  context: PanelContext,
  delivery: DeliveryView,
  prefix: '' | 'list-' = '',
): APIComponentInContainer {
  const { id, state, needsPerson, takesBack } = delivery.takingBack ?? delivery;
  const isBack = takesBack !== undefined;
  const label = isBack ? 'Let it stay' : 'Discard';
  const discard = button(label, context.sharedId(`${prefix}discard`, id), ButtonStyle.Danger);
  if (state === 'discarded' || (isBack && !needsPerson)) return buttons(discard);
  // There is no address at which something gone could be found.
  if (isBack)
    return buttons(button('Retry', context.sharedId(`${prefix}retry`, id), ButtonStyle.Primary), discard);
  return buttons(
    button('Retry', context.sharedId(`${prefix}retry`, id), ButtonStyle.Primary),
    button('Done', context.sharedId(`${prefix}done`, id)),
    discard,
  );
}

function progressWords({ state, needsPerson, dueAtMs, progress }: DeliveryFacts): string {
  if (state === 'scheduled' && dueAtMs !== undefined) return `leaves ${ago(dueAtMs)}`;
  if (state === 'sending' && progress && progress.totalBytes > 0)
    return `${Math.floor((100 * progress.sentBytes) / progress.totalBytes)} % of ${roughBytes(progress.totalBytes)} sent`;
  if (state === 'unknown' && needsPerson) return '**fate unknown**: look there, then say what happened';
  if (!settled.includes(state) && !needsPerson && state !== 'awaiting-approval' && dueAtMs !== undefined)
    return `${wordsPattern[state]}, next try ${ago(dueAtMs)}`;
  return wordsPattern[state];
}

function summaryOf({ deliveries, createdAtMs, dueAtMs }: PublicationView): string {
  const done = deliveries.filter(({ state }) => state === 'done').length;
  const takenBack = deliveries.filter(({ takingBack }) => takingBack?.state === 'done').length;
  const waiting = deliveries.filter((one) => one.needsPerson || one.takingBack?.needsPerson).length;
  const facts = [
    `**${done} of ${count(deliveries.length, 'target')}** delivered`,
    takenBack > 0 && `${takenBack} taken back`,
    waiting > 0 && `${waiting} ${waiting === 1 ? 'needs' : 'need'} a person`,
    dueAtMs === undefined ? `ordered ${ago(createdAtMs)}` : `due ${ago(dueAtMs)}`,
  ];
  return facts.filter(Boolean).join(' · ');
}

function accentOf(deliveries: readonly DeliveryView[]): Accent {
  const all = deliveries.flatMap((one) => [one, ...(one.takingBack ? [one.takingBack] : [])]);
  if (all.some(({ needsPerson, state }) => needsPerson || state === 'failed')) return 'bad';
  if (all.some(({ state }) => !settled.includes(state))) return 'waiting';
  if (deliveries.some(({ takingBack }) => takingBack)) return 'idle';
  if (deliveries.every(({ state }) => state === 'done')) return 'good';
  return deliveries.every(({ state }) => settled.includes(state)) ? 'idle' : 'waiting';
}
