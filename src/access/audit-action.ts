import { type AnyAction, implement } from '#contracts/action.ts';
import { auditList } from '#contracts/actions/audit.ts';
import { isOperator } from '#contracts/actor.ts';
import type { AuditReader } from '#contracts/audit.ts';
import { accessErrors } from './errors.ts';

/**
 * A manager reads the rows of their guild, an operator those of all. Only operators see the input of a request: it is
 * stored without any guild's secrets, so a word missing in it would reveal that it is another guild's secret.
 */
export function auditAction({ audit }: { audit: AuditReader }): AnyAction {
  return implement(auditList, async ({ actor }, { guildId, everywhere, before, limit, ...filter }) => {
    const isTrusted = isOperator(actor) || actor.kind === 'system';
    if (everywhere && !isTrusted) throw accessErrors.ACCESS_AUDIT_OPERATORS_ONLY();
    const found = await audit.list({
      ...(everywhere ? {} : { guildId }),
      ...(filter.action !== undefined && { action: filter.action }),
      ...(before !== undefined && { before }),
      // One row more shows whether there is another page.
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    const rows = isTrusted ? page : page.map(({ input: _, ...row }) => row);
    const last = rows.at(-1);
    return { rows, ...(found.length > limit && last && { before: last.cursor }) };
  });
}
