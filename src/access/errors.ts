import type { Role } from '#contracts/actor.ts';
import { defineErrors } from '#core/errors.ts';

export const accessErrors = defineErrors({
  ACCESS_AUDIT_OPERATORS_ONLY: {
    kind: 'user',
    message: () => 'What happened in other servers is for the people who host this hub.',
    next: () => 'Run /access audit without “everywhere” for this server.',
  },
  ACCESS_EVERYONE_UNCONFIRMED: {
    kind: 'user',
    message: (d: { role: Role }) =>
      `That makes everyone in this server “${d.role}”, also whoever joins later.`,
    next: (d) =>
      `Choose a Discord role of fewer people; or, if everyone is meant, run /access grant role:@everyone as:${d.role} everyone:true.`,
  },
  ACCESS_ABOVE_OWN: {
    kind: 'user',
    message: (d: { role: Role; own: Role }) =>
      `The role “${d.role}” is stronger than yours, “${d.own}”, so you can’t give or take it.`,
    next: () => 'Ask somebody who holds it, or the server’s owner.',
  },
  ACCESS_NO_SUCH_GRANT: {
    kind: 'user',
    message: (_: { discordRoleId: string }) => 'That Discord role holds none of our roles here.',
    next: () => 'Run /access list to see which do.',
  },
});
