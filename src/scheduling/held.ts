import type { ReferenceExpression, SelectQueryBuilder } from 'kysely';

/** For a query over one table of guilds' rows: those of held guilds are as if they were not there. */
export function notHeld(heldGuildIds: readonly string[]) {
  return <Tables, Table extends keyof Tables, Row>(
    query: SelectQueryBuilder<Tables, Table, Row>,
  ): SelectQueryBuilder<Tables, Table, Row> => {
    const guildId = 'guild_id' as ReferenceExpression<Tables, Table>;
    return heldGuildIds.length === 0 ? query : query.where(guildId, 'not in', heldGuildIds as never);
  };
}
