import { createHash } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { ConnectionForm } from '#contracts/connections.ts';
import { type GuildStandings, isServed } from '#contracts/guild-standing.ts';
import type { Publisher } from '#contracts/publisher.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { transact } from '#storage/transaction.ts';
import type { Credentials } from '../credentials/credentials.ts';
import { publishErrors } from '../errors.ts';
import type { Publishers } from '../publishers.ts';
import type { ConnectLinkTable } from '../tables/publishing.ts';
import type { Schema } from '../tables/schema.ts';
import { neededCredentials } from '../targets/needed-credentials.ts';
import type { Target, TargetStore } from '../targets/target-store.ts';
import { authorisationOf, checkedValues, connectionForm } from './connect-form.ts';
import { authoriseErrors } from './errors.ts';
import type { TryOutTokens } from './try-out-tokens.ts';

export const connectLinkLifetimeMs = 10 * 60_000;
const tokenBytes = 32;

export interface ConnectLinksComponents {
  db: Kysely<Schema>;
  targets: TargetStore;
  credentials: Credentials;
  standings: Pick<GuildStandings, 'of'>;
  publishers: Pick<Publishers, 'loaded'>;
  /** Base addresses of a publisher's platform. */
  address(publisher: string, name: string): string;
  redirectUrl(): string;
  tryOut: Pick<TryOutTokens, 'isOffered' | 'of'>;
  clock: Pick<Clock, 'nowMs'>;
  chance: Pick<Chance, 'bytes'>;
  /** New credentials may end a pause. */
  onConnected(target: Target): Promise<void>;
}

export interface OpenedLink {
  link: ConnectLinkTable;
  target: Target;
  publisher: Publisher;
}

/** Links that open once, for a few minutes. Only a hash of the token is stored. */
export class ConnectLinks {
  readonly #components: ConnectLinksComponents;

  constructor(components: ConnectLinksComponents) {
    this.#components = components;
  }

  async make(target: Target, madeBy: string): Promise<{ token: string; expiresAtMs: number }> {
    const { db, chance, clock } = this.#components;
    const token = Buffer.from(chance.bytes(tokenBytes)).toString('base64url');
    const nowMs = clock.nowMs();
    const expiresAtMs = nowMs + connectLinkLifetimeMs;
    await transact(db, async (tx) => {
      await tx.deleteFrom('connect_link').where('expires_at_ms', '<', nowMs).execute();
      // A newer link replaces an older one.
      await tx.deleteFrom('connect_link').where('target_id', '=', target.id).execute();
      await tx
        .insertInto('connect_link')
        .values({
          token_hash: hashOf(token),
          target_id: target.id,
          guild_id: target.guildId,
          made_by: madeBy,
          expires_at_ms: expiresAtMs,
          used_at_ms: null,
        })
        .execute();
    });
    return { token, expiresAtMs };
  }

  async describe(token: string): Promise<ConnectionForm> {
    const { credentials, address, redirectUrl } = this.#components;
    const { link, target, publisher } = await this.opened(token);
    const known = await credentials.presence(target, neededCredentials(publisher, target));
    const form = connectionForm(target, publisher, known, {
      origin: (authorise) =>
        new URL(authorise.pageUrl({ address: (name) => address(publisher.id, name) })).origin,
      redirectUrl: redirectUrl(),
      expiresAtMs: link.expires_at_ms,
    });
    return this.#givesTryOut(target, publisher) ? { ...form, tryOut: true } : form;
  }

  async redeem(token: string, values: Readonly<Record<string, string>>): Promise<void> {
    const { credentials } = this.#components;
    const { link, target, publisher } = await this.opened(token);
    const fields = await credentials.presence(target, neededCredentials(publisher, target));
    const given = checkedValues(fields, values, { mayBeNone: false });
    const rows = await credentials.prepare(target, given, link.made_by);
    await this.useUp(link.token_hash, target, (tx) => credentials.keep(tx, rows));
  }

  /** Throws PUBLISH_TRY_OUT_FAILED, and as `redeem`. */
  async tryOut(token: string): Promise<void> {
    const { credentials, tryOut } = this.#components;
    const { target, publisher } = await this.opened(token);
    const { title } = publisher.describe;
    if (!this.#givesTryOut(target, publisher))
      throw authoriseErrors.PUBLISH_TRY_OUT_FAILED({ publisher: title, reason: 'it is no stand-in' });
    const fields = await credentials.presence(target, neededCredentials(publisher, target));
    const given = await tryOut.of(publisher);
    const known = fields.flatMap(({ name }) => {
      const value = given[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    await this.redeem(token, Object.fromEntries(known));
  }

  #givesTryOut(target: Target, publisher: Publisher): boolean {
    return !authorisationOf(publisher, target) && this.#components.tryOut.isOffered(publisher);
  }

  /** Together with its purpose, in one transaction. Throws PUBLISH_LINK_INVALID. */
  async useUp(
    linkHash: string,
    target: Target,
    keep: (tx: Transaction<Schema>) => Promise<void>,
  ): Promise<void> {
    const { db, clock } = this.#components;
    const used = await transact(db, async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('connect_link')
        .set({ used_at_ms: clock.nowMs() })
        .where('token_hash', '=', linkHash)
        .where('used_at_ms', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows === 1n) await keep(tx);
      return numUpdatedRows === 1n;
    });
    if (!used) throw publishErrors.PUBLISH_LINK_INVALID();
    await this.#components.onConnected(target);
  }

  /** A link made while its guild was served is invalid after that. Throws PUBLISH_LINK_INVALID. */
  requireServed({ guildId }: Target): void {
    if (!isServed(this.#components.standings, guildId)) throw publishErrors.PUBLISH_LINK_INVALID();
  }

  /** Throws PUBLISH_LINK_INVALID, PUBLISH_NOT_LOADED. */
  async opened(token: string): Promise<OpenedLink> {
    const { db, clock, targets } = this.#components;
    const link = await db
      .selectFrom('connect_link')
      .selectAll()
      .where('token_hash', '=', hashOf(token))
      .where('used_at_ms', 'is', null)
      .where('expires_at_ms', '>', clock.nowMs())
      .executeTakeFirst();
    const target = link && (await targets.byId(link.target_id));
    const publisher = target && (await this.#components.publishers.loaded(target.publisher));
    if (!link || !target || target.removed || !publisher) throw publishErrors.PUBLISH_LINK_INVALID();
    this.requireServed(target);
    return { link, target, publisher };
  }
}

export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
