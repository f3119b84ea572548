import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Departure, Return } from '#contracts/connections.ts';
import type { Publisher } from '#contracts/publisher.ts';
import { orAborted } from '#core/aborted.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { DeadlinePassed, withDeadline } from '#core/deadline.ts';
import { saidText } from '#core/text/said-text.ts';
import { transact } from '#storage/transaction.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { TokenPairs } from '../credentials/token-pairs.ts';
import type { Vault } from '../credentials/vault.ts';
import { publishErrors } from '../errors.ts';
import type { PublisherHost } from '../host/publisher-host.ts';
import type { PlatformSettings } from '../platform-settings.ts';
import type { AuthorisationTable } from '../tables/publishing.ts';
import type { Schema } from '../tables/schema.ts';
import { neededCredentials } from '../targets/needed-credentials.ts';
import type { Target, TargetStore } from '../targets/target-store.ts';
import { authorisationOf, checkedValues, grantFields } from './connect-form.ts';
import { type ConnectLinks, hashOf } from './connect-links.ts';
import { authoriseErrors } from './errors.ts';

export const authorisationLifetimeMs = 10 * 60_000;
/** How long a late return gets “late” as an answer, and not “unknown”. */
const rememberedMs = 24 * 3_600_000;
/** X's codes are valid for 30 s. */
export const exchangeTimeoutMs = 20_000;
/** 43 characters of base64url: the minimum of RFC 7636 §4.1, with all the randomness that S256 can hold. */
const tokenBytes = 32;

type Authorise = NonNullable<Publisher['authorise']>;

export interface AuthorisationsComponents {
  db: Kysely<Schema>;
  links: ConnectLinks;
  targets: TargetStore;
  credentials: Credentials;
  tokens: TokenPairs;
  vault: Vault;
  host: PublisherHost;
  platforms: Pick<PlatformSettings, 'address'>;
  redirectUrl(): string;
  clock: Pick<Clock, 'nowMs' | 'after'>;
  chance: Pick<Chance, 'bytes'>;
}

/** One visit to a platform's page and back: it is bound to a link, its target, a person and a browser. */
export class Authorisations {
  readonly #components: AuthorisationsComponents;

  constructor(components: AuthorisationsComponents) {
    this.#components = components;
  }

  async authorise(token: string, values: Readonly<Record<string, string>>): Promise<Departure> {
    const { credentials, links, platforms, redirectUrl } = this.#components;
    const { link, target, publisher } = await links.opened(token);
    const authorise = authorisationOf(publisher, target);
    if (!authorise) throw publishErrors.PUBLISH_LINK_INVALID();
    const known = await credentials.presence(target, neededCredentials(publisher, target));
    const shadow = known.find(({ name, isGiven }) => name === authorise.gives && isGiven);
    if (shadow) throw authoriseErrors.PUBLISH_AUTHORISE_SHADOWED({ environmentName: shadow.environmentName });
    const given = checkedValues(grantFields(authorise, known).app, values, { mayBeNone: true });
    const rows = await credentials.prepare(target, given, link.made_by);

    const [state, browserKey, verifier] = [this.#random(), this.#random(), this.#random()];
    const row: AuthorisationTable = {
      state_hash: hashOf(state),
      link_hash: link.token_hash,
      target_id: target.id,
      browser_hash: hashOf(browserKey),
      verifier: await this.#components.vault.seal(recordOf(target.id, hashOf(state)), verifier),
      redirect_url: redirectUrl(),
      started_by: link.made_by,
      expires_at_ms: this.#components.clock.nowMs() + authorisationLifetimeMs,
      used_at_ms: null,
    };
    await transact(this.#components.db, async (tx) => {
      await credentials.keep(tx, rows);
      await tx
        .deleteFrom('authorisation')
        .where('expires_at_ms', '<', this.#components.clock.nowMs() - rememberedMs)
        .execute();
      // Starting again abandons the earlier attempt.
      await tx.deleteFrom('authorisation').where('target_id', '=', target.id).execute();
      await tx.insertInto('authorisation').values(row).execute();
    });
    const clientId = (await credentials.of(target, publisher.describe.credentials)).get(authorise.clientId);
    const url = new URL(authorise.pageUrl({ address: (name) => platforms.address(publisher.id, name) }));
    // RFC 6749 §4.1.1, RFC 7636 §4.3
    const request = {
      response_type: 'code',
      client_id: clientId ?? '',
      redirect_uri: row.redirect_url,
      scope: authorise.scopes.join(' '),
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(request)) url.searchParams.set(name, value);
    return { url: url.href, browserKey, lifetimeMs: authorisationLifetimeMs };
  }

  async authorised(back: Return): Promise<void> {
    const row = await this.#takeUp(back);
    const { links, targets, host, credentials, tokens } = this.#components;
    const target = await targets.byId(row.target_id);
    const publisher = target && (await host.publisher(target.publisher, target.guildId));
    const authorise = publisher && authorisationOf(publisher, target);
    if (!authorise || target.removed) throw publishErrors.PUBLISH_LINK_INVALID();
    links.requireServed(target);
    const { title } = publisher.describe;
    if (back.error === 'access_denied')
      throw authoriseErrors.PUBLISH_AUTHORISE_DENIED({ publisher: title, target: target.name });
    if (!back.code) {
      const reason = back.error ? saidText(back.error) : 'it sent no code';
      throw authoriseErrors.PUBLISH_AUTHORISE_REFUSED({
        publisher: title,
        reason,
        redirectUrl: row.redirect_url,
      });
    }
    const access = await this.#exchange({ target, publisher, authorise, row, code: back.code });
    const stored = [
      ...(await credentials.prepare(target, { [authorise.gives]: access.credential }, row.started_by)),
      await tokens.prepare(target, access.tokens, row.started_by),
    ];
    await links.useUp(row.link_hash, target, (tx) => credentials.keep(tx, stored));
  }

  /** From here on this state is invalid, whatever the outcome. */
  async #takeUp({ state, browserKey }: Return): Promise<AuthorisationTable> {
    const { db, clock } = this.#components;
    const nowMs = clock.nowMs();
    const row = await db
      .selectFrom('authorisation')
      .selectAll()
      .where('state_hash', '=', hashOf(state))
      .executeTakeFirst();
    if (!row || browserKey === undefined || hashOf(browserKey) !== row.browser_hash)
      throw authoriseErrors.PUBLISH_AUTHORISE_UNKNOWN();
    if (row.expires_at_ms <= nowMs)
      throw authoriseErrors.PUBLISH_AUTHORISE_EXPIRED({ minutes: authorisationLifetimeMs / 60_000 });
    const { numUpdatedRows } = await db
      .updateTable('authorisation')
      .set({ used_at_ms: nowMs })
      .where('state_hash', '=', row.state_hash)
      .where('used_at_ms', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw authoriseErrors.PUBLISH_AUTHORISE_UNKNOWN();
    return row;
  }

  async #exchange(leg: {
    target: Target;
    publisher: Publisher;
    authorise: Authorise;
    row: AuthorisationTable;
    code: string;
  }) {
    const { target, publisher, authorise, row, code } = leg;
    const { host, vault, clock } = this.#components;
    const verifier = await vault.open(recordOf(target.id, row.state_hash), row.verifier);
    if (verifier === undefined) throw authoriseErrors.PUBLISH_AUTHORISE_UNKNOWN();
    const late = () => new DeadlinePassed('no answer in time');
    const exchange = async (signal: AbortSignal) => {
      const context = await host.connecting(target, publisher, signal);
      return authorise.exchange(context, { code, verifier, redirectUrl: row.redirect_url });
    };
    try {
      return await withDeadline(
        clock,
        exchangeTimeoutMs,
        undefined,
        (signal) => orAborted(signal, exchange(signal)),
        { late },
      );
    } catch (error) {
      const reason = error instanceof DeadlinePassed ? error.message : publisher.classify(error).reason;
      const refusal = { publisher: publisher.describe.title, reason, redirectUrl: row.redirect_url };
      throw authoriseErrors.PUBLISH_AUTHORISE_REFUSED(refusal, { cause: error });
    }
  }

  #random(): string {
    return Buffer.from(this.#components.chance.bytes(tokenBytes)).toString('base64url');
  }
}

function recordOf(targetId: string, stateHash: string) {
  return { targetId, name: `#authorisation ${stateHash}`, version: 1 };
}
