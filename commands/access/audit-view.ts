import { z } from 'zod';
import type { AuditRowView } from '#contracts/actions/audit.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { ago, button, buttons, capped, card, lines } from '../layout.ts';

/** The rows to show, and where they start. */
export const auditPage = z.object({
  everywhere: z.boolean(),
  action: z.string().optional(),
  before: z.string().optional(),
});
export type AuditPage = z.output<typeof auditPage>;

/** Stored pages that the buttons lead to: a cursor is longer than what a button can hold. */
export interface AuditTurns {
  newest: string | undefined;
  older: string | undefined;
}

const rowsCap = { countMax: 10, lengthMax: 3_000 };
const actorLengthMax = 80;

export function auditView(
  context: CommandContext,
  { everywhere }: AuditPage,
  rows: readonly AuditRowView[],
  { newest, older }: AuditTurns,
): View {
  const controls = [
    newest && button('Newest', context.customId('audit-page', newest)),
    older && button('Older', context.customId('audit-page', older)),
  ].filter((control) => typeof control === 'object');
  return card('plain', [
    lines(
      everywhere ? '### What happened in all servers' : '### What happened here',
      ...(rows.length === 0
        ? ['Nothing is recorded.']
        : capped(rows, rowsCap, (row) => rowLine(row, everywhere))),
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
  return inert(key.slice(0, actorLengthMax));
}
