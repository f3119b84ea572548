import { type APIComponentInContainer, ButtonStyle } from 'discord-api-types/v10';
import type { z } from 'zod';
import type { AlertEntry, AlertView, alertsHere } from '#contracts/actions/alerts.ts';
import type { PanelContext, View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { ago, button, buttons, capped, card, count, divider, lines } from '../layout.ts';

const shownCap = { countMax: 4, lengthMax: 2_400 };
const detailsCap = { countMax: 8, lengthMax: 3_400 };
const sharesCap = { countMax: 12, lengthMax: 700 };

export interface Retried {
  retriedCount: number;
  leftCount: number;
  resumedCount: number;
}

export function alertView(context: PanelContext, alert: AlertView, retried?: Retried): View {
  const { id, waiting, total, entries, shares, insteadOf } = alert;
  const canRetry = entries.some(({ waits, kind }) => waits && kind !== 'approval');
  const isOver = waiting === 0 && entries.every(settles);
  const view = card(isOver ? 'good' : entries.every(({ kind }) => kind === 'test') ? 'plain' : 'bad', [
    lines(
      `### ${heading(alert, isOver)}`,
      total > waiting && waiting > 0 && `${total - waiting} of ${total} are settled.`,
      retried && retriedLine(retried),
    ),
    ...(shares.length > 0
      ? [
          lines(
            ...capped(
              shares,
              sharesCap,
              ({ name, count: n }) => `**${n.toLocaleString('en')}** · ${inert(name, 40)}`,
            ),
          ),
        ]
      : []),
    divider(),
    lines(...capped(listed(alert), shownCap, (entry) => entryText(entry, alert))),
    ...(total > entries.length
      ? [
          lines(
            `-# ${(total - Math.min(entries.length, shownCap.countMax)).toLocaleString('en')} more are counted here; \`/deliveries list\` shows them.`,
          ),
        ]
      : []),
    ...(insteadOf
      ? [
          lines(
            `⚠️ The alert channel <#${insteadOf}> is gone or closed to the bot, so this stands here. A manager chooses another with \`/alerts here\`.`,
          ),
        ]
      : []),
    ...(isOver ? [] : [controls(context, id, canRetry)]),
  ]);
  return { ...view, panel: { name: 'alert', subject: id } };
}

/** In full, for alerts without a delivery. */
export function detailsView(alert: AlertView): View {
  return card('plain', [
    lines(
      '### What was told',
      ...capped(alert.entries, detailsCap, (entry) => entryText(entry, alert, 400)),
      nextLine(alert),
    ),
  ]);
}

export function placeView({ channelId }: z.output<typeof alertsHere.output>): View {
  return channelId === undefined
    ? card('idle', [
        lines('### No channel for alerts', 'What needs a person is said where each target was added.'),
      ])
    : card('good', [
        lines(
          '### Alerts come here',
          `What needs a person is said in <#${channelId}>: what failed, what is held, what was missed.`,
          '-# A manager posts one that means nothing with `/alerts test`.',
        ),
      ]);
}

function heading(alert: AlertView, isOver: boolean): string {
  const { total } = alert;
  if (isOver) return `✅ ${total === 1 ? 'This is' : `All ${total.toLocaleString('en')} are`} settled`;
  return headingOfOneKind(alert) ?? needsPerson(alert);
}

function headingOfOneKind({ target, waiting, entries }: AlertView): string | undefined {
  const [kind, ...others] = new Set(entries.map((entry) => entry.kind));
  if (others.length > 0) return undefined;
  if (kind === 'test') return '🔔 This is a test';
  if (kind === 'hold' && target !== undefined) return `⏸ “${inert(target, 32)}” is held`;
  if (kind !== 'approval') return undefined;
  return `🟡 ${count(waiting, 'post')}${placeOf(target)} ${waiting === 1 ? 'waits' : 'wait'} for approval`;
}

function needsPerson({ target, waiting, total, entries, shares }: AlertView): string {
  const [only] = entries;
  const open = waiting || total;
  if (shares.length > 0) return `🔴 ${count(open, 'thing')} need a person`;
  if (total === 1 && only && !only.deliveryId) return '🔴 Something needs a person';
  return `🔴 ${count(open, 'post')}${placeOf(target)} ${open === 1 ? 'needs' : 'need'} a person`;
}

function placeOf(target: string | undefined): string {
  return target === undefined ? '' : ` to “${inert(target, 32)}”`;
}

function entryText({ kind, title, target, text, atMs }: AlertEntry, alert: AlertView, textMax = 300): string {
  const place = alert.target === undefined && target !== undefined ? `to ${inert(target, 32)}` : undefined;
  const head = [title && `**${inert(title, 90)}**`, place, words[kind], ago(atMs)];
  return `${head.filter(Boolean).join(' · ')}${text ? `\n${inert(text, textMax)}` : ''}`;
}

const words: Readonly<Record<AlertEntry['kind'], string>> = {
  failed: 'failed',
  unknown: 'fate unknown',
  approval: 'waits for approval',
  hold: 'held',
  missed: 'missed',
  chain: 'stopped',
  vault: 'the vault is sealed',
  token: 'another token is needed',
  test: 'a test',
};

function retriedLine({ retriedCount, leftCount, resumedCount }: Retried): string {
  return [
    resumedCount > 0 && `${count(resumedCount, 'target goes', 'targets go')} on.`,
    `${count(retriedCount, 'was', 'were')} tried again.`,
    leftCount > 0 && `${count(leftCount, 'needs', 'need')} an edit: press Review.`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** Targets that a next step is written for. */
const heldShownMax = 3;

function nextLine({ entries }: AlertView): string {
  const kinds = new Set(entries.map(({ kind }) => kind));
  const held = new Set(entries.flatMap(({ kind, target }) => (kind === 'hold' && target) || []));
  return [
    ...[...held]
      .slice(0, heldShownMax)
      .map(
        (name) =>
          `-# A manager sees what ${inert(name, 40)} lacks by \`/publish target verify target:${name}\`, and gives it credentials by \`/publish connect target:${name}\`.`,
      ),
    kinds.has('missed') && '-# `/schedule list` and `/milestone list` show what is planned.',
    kinds.has('chain') && '-# `/chain list` shows chains and where they stopped.',
    (kinds.has('vault') || kinds.has('token')) && '-# `/doctor` says more.',
  ]
    .filter(Boolean)
    .join('\n');
}

function controls(context: PanelContext, id: string, canRetry: boolean): APIComponentInContainer {
  return buttons(
    button('Review', context.sharedId('alert-review', id), ButtonStyle.Primary),
    ...(canRetry ? [button('Retry', context.sharedId('alert-retry', id))] : []),
    button('Refresh', context.sharedId('alert-refresh', id)),
  );
}

/** Items that wait; if none does, those that were there. */
function listed({ entries }: AlertView): AlertEntry[] {
  const waiting = entries.filter((entry) => entry.waits || !settles(entry));
  return waiting.length > 0 ? waiting : [...entries];
}

/** Whether it can be seen that somebody has handled it. */
function settles({ kind }: AlertEntry): boolean {
  return kind === 'failed' || kind === 'unknown' || kind === 'approval' || kind === 'hold';
}
