import type { ReferenceExpression, SelectQueryBuilder } from 'kysely';

/** For a query over one table of guilds' rows: excludes rows of held guilds. */
export function notHeld(heldGuildIds: readonly string[]) {
  return <Tables, Table extends keyof Tables, Row>(
    query: SelectQueryBuilder<Tables, Table, Row>,
  ): SelectQueryBuilder<Tables, Table, Row> => {
    const guildId = 'guild_id' as ReferenceExpression<Tables, Table>;
    return heldGuildIds.length === 0 ? query : query.where(guildId, 'not in', heldGuildIds as never);
  };
}
