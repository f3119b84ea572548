import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { ConnectionForm, Connections } from '#contracts/connections.ts';
import type { Publisher } from '#contracts/publisher.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { ConnectLinkTable } from '#storage/publishing-tables.ts';
import type { Schema } from '#storage/schema.ts';
import { transact } from '#storage/transaction.ts';
import { publishErrors } from '../publications/errors.ts';
import type { Target, TargetStore } from '../targets/target-store.ts';
import type { CredentialPresence, Credentials } from './credentials.ts';

export const connectLinkLifetimeMs = 10 * 60_000;
/** Longer than any platform's; a PEM file fits. */
export const credentialBytesMax = 16 * 1024;
const TOKEN_BYTES = 32;

export interface ConnectLinksComponents {
  db: Kysely<Schema>;
  targets: TargetStore;
  credentials: Credentials;
  publisher(id: string): Publisher | undefined;
  clock: Pick<Clock, 'nowMs'>;
  chance: Pick<Chance, 'bytes'>;
  /** New credentials may end a pause. */
  onConnected(target: Target): Promise<void>;
}

/** Links that open once, for a few minutes. Only a hash of the token is kept. */
export class ConnectLinks implements Connections {
  readonly #components: ConnectLinksComponents;

  constructor(components: ConnectLinksComponents) {
    this.#components = components;
  }

  async make(target: Target, madeBy: string): Promise<{ token: string; expiresAtMs: number }> {
    const { db, chance, clock } = this.#components;
    const token = Buffer.from(chance.bytes(TOKEN_BYTES)).toString('base64url');
    const nowMs = clock.nowMs();
    const expiresAtMs = nowMs + connectLinkLifetimeMs;
    await transact(db, async (tx) => {
      await tx.deleteFrom('connect_link').where('expires_at_ms', '<', nowMs).execute();
      // A newer link takes the place of an older one.
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
    const { link, target, publisher } = await this.#opened(token);
    return {
      guildId: target.guildId,
      target: target.name,
      publisher: publisher.describe.title,
      fields: publisher.describe.credentials,
      expiresAtMs: link.expires_at_ms,
    };
  }

  async redeem(token: string, values: Readonly<Record<string, string>>): Promise<void> {
    const { db, credentials, clock } = this.#components;
    const { link, target, publisher } = await this.#opened(token);
    const fields = await credentials.presence(target, publisher.describe.credentials);
    const given = checkedValues(fields, values);
    const rows = await credentials.prepare(target, given, link.made_by);
    const used = await transact(db, async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('connect_link')
        .set({ used_at_ms: clock.nowMs() })
        .where('token_hash', '=', link.token_hash)
        .where('used_at_ms', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows === 1n) await credentials.keep(tx, rows);
      return numUpdatedRows === 1n;
    });
    if (!used) throw publishErrors.PUBLISH_LINK_INVALID();
    await this.#components.onConnected(target);
  }

  async #opened(token: string): Promise<{ link: ConnectLinkTable; target: Target; publisher: Publisher }> {
    const { db, clock, targets } = this.#components;
    const link = await db
      .selectFrom('connect_link')
      .selectAll()
      .where('token_hash', '=', hashOf(token))
      .where('used_at_ms', 'is', null)
      .where('expires_at_ms', '>', clock.nowMs())
      .executeTakeFirst();
    const target = link && (await targets.byId(link.target_id));
    const publisher = target && this.#components.publisher(target.publisher);
    if (!link || !target || target.removed || !publisher) throw publishErrors.PUBLISH_LINK_INVALID();
    return { link, target, publisher };
  }
}

/** Throws PUBLISH_CREDENTIAL_INVALID with every problem. No value is repeated. */
function checkedValues(
  fields: readonly CredentialPresence[],
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const given = Object.entries(values).filter(([, value]) => value.trim() !== '');
  const problems = given.flatMap(([name, value]) => {
    if (!fields.some((field) => field.name === name))
      return [`there is no credential “${name.slice(0, 64)}”`];
    if (Buffer.byteLength(value) > credentialBytesMax)
      return [`${name} is longer than ${credentialBytesMax} bytes`];
    return [];
  });
  const missing = fields.filter(
    (field) => field.required && !field.present && !given.some(([name]) => name === field.name),
  );
  problems.push(...missing.map((field) => `${field.name} is missing`));
  if (given.length === 0 && missing.length === 0) problems.push('nothing was entered');
  if (problems.length > 0) throw publishErrors.PUBLISH_CREDENTIAL_INVALID({ problems });
  return Object.fromEntries(given.map(([name, value]) => [name, value.trim()]));
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
