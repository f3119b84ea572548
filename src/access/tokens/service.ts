import { defineService } from '#contracts/service.ts';
import { tablesOf } from '#storage/owned-tables.ts';
import type { AccessPorts } from '../access-ports.ts';
import { createTokenStore } from '../tables/token-store.ts';
import { TokenMakers } from './token-makers.ts';
import { createTokens } from './tokens.ts';

/** Tokens for the HTTP door, and the people responsible for each. */
export const tokensService = defineService<unknown, AccessPorts>()({
  name: 'tokens',
  needs: ['database', 'clock', 'chance', 'logger'],
  late: ['members', 'notify'],
  offers: ['tokens', 'tokenEnds', 'tokenMakers'],
  create({ database, ...ports }, _, late) {
    const store = createTokenStore(tablesOf(database.db));
    const tokens = createTokens({ ...ports, store });
    const tokenMakers = new TokenMakers({
      ...ports,
      store,
      members: { member: (guildId, userId) => late.members().member(guildId, userId) },
      notify: (guildId, text) => late.notify()(guildId, text),
    });
    return { ports: { tokens, tokenEnds: store, tokenMakers }, actions: tokens.actions };
  },
});
