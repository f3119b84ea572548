import { timingSafeEqual } from 'node:crypto';
import { type AnyAction, implement } from '#contracts/action.ts';
import { type TokenView, tokenAdd, tokenList, tokenRevoke } from '#contracts/actions/tokens.ts';
import { actorKey } from '#contracts/actor.ts';
import type { ApiToken, TokenStore, TokenVerifier } from '#contracts/tokens.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { tokenErrors } from './errors.ts';
import { makeTokenWords, readTokenWords } from './token-words.ts';

const dayMs = 86_400_000;
/** Uses within this time are recorded as one. */
const markEveryMs = 60_000;
/** Compared when there is no such token, so that this takes as long as a wrong secret. */
const noHash = '0'.repeat(64);

export interface TokensComponents {
  store: TokenStore;
  clock: Clock;
  chance: Chance;
}

export interface Tokens extends TokenVerifier {
  actions: AnyAction[];
}

/** Tokens for the HTTP door: made, listed and revoked by managers, verified at each request. */
export function createTokens(components: TokensComponents): Tokens {
  return { actions: tokenActions(components), verify: (words) => verify(components, words) };
}

function tokenActions({ store, clock, chance }: TokensComponents): AnyAction[] {
  const listed = async (guildId: string) => ({ tokens: (await store.list(guildId)).map(viewOf) });
  return [
    implement(tokenAdd, async ({ actor }, { guildId, name, days }) => {
      const { words, id, secretHash } = makeTokenWords(chance);
      const createdAtMs = clock.nowMs();
      const expiresAtMs = createdAtMs + days * dayMs;
      const createdBy = actorKey(actor);
      const token = {
        id,
        guildId,
        name,
        createdBy,
        createdAtMs,
        expiresAtMs,
        lastUsedAtMs: undefined,
        orphanedAtMs: undefined,
      };
      await store.add(token, secretHash);
      return { ...viewOf(token), token: words };
    }),

    implement(tokenList, async (_, { guildId }) => listed(guildId)),

    implement(tokenRevoke, async (_, { guildId, id }) => {
      if (!(await store.remove(guildId, id))) throw tokenErrors.TOKEN_UNKNOWN();
      return listed(guildId);
    }),
  ];
}

async function verify({ store, clock }: TokensComponents, words: string): Promise<ApiToken | undefined> {
  const read = readTokenWords(words);
  if (!read) return undefined;
  const found = await store.find(read.id);
  const isSame = timingSafeEqual(Buffer.from(read.secretHash), Buffer.from(found?.secretHash ?? noHash));
  const nowMs = clock.nowMs();
  if (!found || !isSame || found.token.expiresAtMs <= nowMs) return undefined;
  if (nowMs - (found.token.lastUsedAtMs ?? 0) >= markEveryMs) await store.markUsed(read.id, nowMs);
  return found.token;
}

function viewOf(token: ApiToken): TokenView {
  const { guildId: _, ...view } = token;
  return view;
}
