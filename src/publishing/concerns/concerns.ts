import type { Kysely } from 'kysely';
import type { EndingToken, TokenEnds } from '#contracts/tokens.ts';
import type { Clock } from '#core/clock.ts';
import type { Vault } from '../credentials/vault.ts';
import type { Schema } from '../tables/schema.ts';
import { endsSoonMs } from '../targets/credential-ends.ts';
import type { NewItem } from './items.ts';

const dayMs = 86_400_000;

/** `text`: for people, with what to do. */
export interface Ending {
  targetId: string;
  guildId: string;
  endsAtMs: number;
  text: string;
}

export interface ConcernsComponents {
  db: Kysely<Schema>;
  tokenEnds: TokenEnds;
  vault: Pick<Vault, 'state'>;
  /** Targets whose credential ends soon or has ended. */
  endings(): Promise<readonly Ending[]>;
  clock: Pick<Clock, 'nowMs'>;
}

/**
 * What will need a person though nothing has failed yet: a vault that stays sealed, once a day; tokens and credentials
 * of targets, once each.
 */
export async function concerns(components: ConcernsComponents): Promise<NewItem[]> {
  const { db, tokenEnds, vault, endings, clock } = components;
  const nowMs = clock.nowMs();
  const tokens = (await endingTokens(tokenEnds, nowMs)).map(
    ({ id, guildId, name, expiresAtMs }): NewItem => ({
      id: `token:${id}:${expiresAtMs}`,
      guild_id: guildId,
      kind: 'token',
      topic: 'token',
      text: `The token “${name}” ends ${new Date(expiresAtMs).toISOString().slice(0, 10)}. A manager makes another with /publish token add.`,
      at_ms: nowMs,
    }),
  );
  const credentials = (await endings()).map(
    ({ targetId, guildId, endsAtMs, text }): NewItem => ({
      id: `credential:${targetId}:${endsAtMs}`,
      guild_id: guildId,
      kind: 'token',
      topic: targetId,
      text,
      at_ms: nowMs,
    }),
  );
  const ending = [...tokens, ...credentials];
  if (vault.state.state !== 'sealed') return ending;
  const guilds = await db
    .selectFrom('target')
    .select('guild_id')
    .distinct()
    .where('removed_at_ms', 'is', null)
    .execute();
  const sealed = guilds.map(
    ({ guild_id }): NewItem => ({
      id: `vault:${guild_id}:${Math.floor(nowMs / dayMs)}`,
      guild_id,
      kind: 'vault',
      topic: 'vault',
      // The reason is for the people who host the bot: it names files.
      text: 'Stored credentials can’t be opened, so nothing can be published. Whoever hosts the bot finds out why with /doctor.',
      at_ms: nowMs,
    }),
  );
  return [...ending, ...sealed];
}

/** API tokens that end soon and haven't ended, of all guilds. */
export function endingTokens(tokenEnds: TokenEnds, nowMs: number): Promise<EndingToken[]> {
  return tokenEnds.ending(nowMs, nowMs + endsSoonMs);
}
