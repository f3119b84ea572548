import type { z } from 'zod';
import type { AuditRowView, auditList } from '#contracts/actions/audit.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { ago, button, buttons, capped, card, lines } from '../layout.ts';

/** What is looked at, and from where on. */
export interface AuditPage {
  everywhere: boolean;
  action?: string;
  before?: string;
}

const ROWS_CAP = { countMax: 10, lengthMax: 3_000 };
const ACTOR_LENGTH_MAX = 80;

/** A button holds the page it leads to. */
function dataOf({ everywhere, action = '', before = '' }: AuditPage): string {
  return [everywhere ? 'all' : 'here', action, before].join(' ');
}

export function pageOf(data: string): AuditPage {
  const [where, action, before] = data.split(' ');
  return { everywhere: where === 'all', ...(action && { action }), ...(before && { before }) };
}

export function auditView(
  context: CommandContext,
  page: AuditPage,
  { rows, before }: z.output<typeof auditList.output>,
): View {
  const heading = page.everywhere ? '### What happened in all servers' : '### What happened here';
  const { before: _, ...first } = page;
  const controls = [
    page.before && button('Newest', context.customId('audit-page', dataOf(first))),
    before && button('Older', context.customId('audit-page', dataOf({ ...page, before }))),
  ].filter((control) => typeof control === 'object');
  return card('plain', [
    lines(
      heading,
      ...(rows.length === 0
        ? ['Nothing is recorded.']
        : capped(rows, ROWS_CAP, (row) => rowLine(row, page.everywhere))),
    ),
    ...(controls.length > 0 ? [buttons(...controls)] : []),
  ]);
}

function rowLine(row: AuditRowView, withGuild: boolean): string {
  const outcome = row.outcome === 'ok' ? 'done' : row.outcome;
  const code = row.errorCode ? ` (${row.errorCode})` : '';
  const where = withGuild && row.guildId ? ` in ${row.guildId}` : '';
  return `${ago(row.atMs)} · ${actorText(row.actor)} · **${inert(row.action)}** ${outcome}${code}${where}`;
}

/** An actor key as people read it. */
function actorText(key: string): string {
  const [kind, ...rest] = key.split(':');
  const last = rest.at(-1) ?? '';
  if ((kind === 'guild-member' || kind === 'operator') && /^\d{17,20}$/.test(last)) return `<@${last}>`;
  if (kind === 'api-token') return `token ${inert(last)}`;
  return inert(key.slice(0, ACTOR_LENGTH_MAX));
}
