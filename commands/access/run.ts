import { accessGrant, accessList, accessRevoke } from '#contracts/actions/access.ts';
import { auditList } from '#contracts/actions/audit.ts';
import type { Role } from '#contracts/actor.ts';
import type { CommandCode, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { type AuditPage, auditPage, auditView } from './audit-view.ts';
import { confirmHome, runHome, suggestServers } from './home.ts';
import { everyoneView, grantsView } from './view.ts';

export const code: CommandCode = {
  run,
  autocomplete: suggestServers,
  controls: {
    everyone: (context, { data }) =>
      grant(context, { discordRoleId: context.guildId, role: data as Role, everyone: true }),
    'audit-page': async (context, { data }) => audited(context, auditPage.parse(await context.kept(data))),
    'home-add': confirmHome,
  },
};

async function run(context: CommandContext, input: CommandInput): Promise<View> {
  const { subcommand, options } = input;
  if (subcommand?.startsWith('home ')) return runHome(context, input);
  const { guildId } = context.actor;
  const discordRoleId = String(options.role ?? '');
  switch (subcommand) {
    case 'grant':
      // The action's own input checks this: Discord's choices guarantee nothing.
      return grant(context, { discordRoleId, role: options.as as Role, everyone: options.everyone === true });
    case 'revoke':
      return grantsView('Revoked', await context.perform(accessRevoke, { guildId, discordRoleId }));
    case 'audit':
      return audited(context, {
        everywhere: options.everywhere === true,
        ...(options.action !== undefined && { action: String(options.action) }),
      });
    default:
      return grantsView('Access', await context.perform(accessList, { guildId }));
  }
}

async function grant(
  context: CommandContext,
  wish: { discordRoleId: string; role: Role; everyone: boolean },
): Promise<View> {
  const { guildId } = context.actor;
  try {
    return grantsView('Granted', await context.perform(accessGrant, { guildId, ...wish }));
  } catch (error) {
    if (!isGuildmeshError(error, 'ACCESS_EVERYONE_UNCONFIRMED')) throw error;
    return everyoneView(error.message, context.customId('everyone', wish.role));
  }
}

async function audited(context: CommandContext, { action, before, everywhere }: AuditPage): Promise<View> {
  const { guildId } = context.actor;
  const first: AuditPage = { everywhere, ...(action !== undefined && { action }) };
  const shown: AuditPage = { ...first, ...(before !== undefined && { before }) };
  const { rows, before: last } = await context.perform(auditList, { guildId, ...shown });
  return auditView(context, shown, rows, {
    newest: before === undefined ? undefined : await context.keep(first),
    older: last === undefined ? undefined : await context.keep({ ...first, before: last }),
  });
}
