import type { ApiTokenActor } from '#contracts/actor.ts';
import type { MemberDirectory, MemberFacts } from '#contracts/discord.ts';
import type { TokenStore } from '#contracts/tokens.ts';
import { inBackground } from '#core/background.ts';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { inert } from '#core/text/inert.ts';
import { tokenErrors } from './errors.ts';

export interface TokenMakersComponents {
  store: Pick<TokenStore, 'find' | 'markOrphaned'>;
  members: MemberDirectory;
  /** Notifies a guild's managers. */
  notify: (guildId: string, text: string) => Promise<void>;
  clock: Clock;
  logger: Logger;
}

/** The people behind tokens: a token may do what its maker may, as long as they are in the guild. */
export class TokenMakers {
  readonly #components: TokenMakersComponents;

  constructor(components: TokenMakersComponents) {
    this.#components = components;
  }

  /** Throws TOKEN_MAKER_LEFT, and DISCORD_MEMBER_UNKNOWN when it can't be determined. */
  async of(token: ApiTokenActor): Promise<MemberFacts> {
    const userId = userIdIn(token);
    const facts =
      userId === undefined ? undefined : await this.#components.members.member(token.guildId, userId);
    await this.#note(token, facts === undefined);
    if (!facts) throw tokenErrors.TOKEN_MAKER_LEFT();
    return facts;
  }

  /**
   * Managers are notified once for each time a maker leaves; the store remembers it, so a restart doesn't repeat the
   * notice.
   */
  async #note({ guildId, tokenId }: ApiTokenActor, left: boolean): Promise<void> {
    const { store, notify, clock, logger } = this.#components;
    const news = await store.markOrphaned(tokenId, left ? clock.nowMs() : undefined);
    if (!left || !news) return;
    const name = (await store.find(tokenId))?.token.name ?? tokenId;
    const text = `The token “${inert(name)}” is refused from now on: whoever made it has left this server. A manager makes another with /publish token add, and revokes this one with /publish token revoke.`;
    const complaint = 'managers could not be told of an orphaned token';
    void inBackground(logger, 'warn', notify(guildId, text), complaint, { guildId, tokenId });
  }
}

/** `createdBy` must be the actor key of a member of the token's own guild, else nobody is responsible for it. */
function userIdIn({ guildId, createdBy }: ApiTokenActor): string | undefined {
  const [kind, guild, userId] = createdBy.split(':');
  return kind === 'guild-member' && guild === guildId ? userId : undefined;
}
