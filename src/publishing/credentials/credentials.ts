import { createHmac } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { EnvironmentSecrets } from '#contracts/connections.ts';
import type { CredentialField } from '#contracts/publisher-declaration.ts';
import type { Clock } from '#core/clock.ts';
import type { Scrubber } from '#core/scrubber.ts';
import type { Secret } from '#core/secret.ts';
import { publishErrors } from '../errors.ts';
import type { CredentialTable } from '../tables/publishing.ts';
import type { Schema } from '../tables/schema.ts';
import type { NeededCredential } from '../targets/needed-credentials.ts';
import type { Target } from '../targets/target-store.ts';
import { storedCredentials } from './stored-credentials.ts';
import { tokenRecordName } from './token-pairs.ts';
import type { Vault } from './vault.ts';

export interface CredentialsComponents {
  db: Kysely<Schema>;
  vault: Vault;
  environment: EnvironmentSecrets;
  scrubber: Pick<Scrubber, 'add'>;
  clock: Pick<Clock, 'nowMs'>;
}

export interface CredentialsInit {
  /** The hub's own token, and its name for publishers, by their ids. */
  own: { token: Secret | undefined; names: Readonly<Record<string, string>> };
  /**
   * The one guild this hub serves, where its configuration names one. Only there may an environment name omit the
   * guild's id: elsewhere another guild could name a target so that it gets this one's secrets.
   */
  soleGuildId: string | undefined;
}

export interface CredentialPresence extends NeededCredential {
  present: boolean;
  /** Given by the hub or its operator: what is stored doesn't count. */
  isGiven: boolean;
  environmentName: string;
}

/** The credentials of a target: the hub's own, then the operator's environment, then the vault. */
export class Credentials {
  readonly #components: CredentialsComponents;
  readonly #init: CredentialsInit;

  constructor(components: CredentialsComponents, init: CredentialsInit) {
    this.#components = components;
    this.#init = init;
  }

  /** The scrubber learns all values before anything can show one. */
  async learn(): Promise<void> {
    const { token } = this.#init.own;
    if (token) this.#components.scrubber.add(token.reveal());
    if (this.#components.vault.state.state !== 'open') return;
    const rows = await storedCredentials(this.#components.db)
      .where('credential.name', '<>', tokenRecordName)
      .execute();
    for (const row of rows) await this.#open(row, row.guild_id);
  }

  /** By name. Throws PUBLISH_VAULT_SEALED or PUBLISH_VAULT_DAMAGED where a stored one is needed. */
  async of(target: Target, fields: readonly Pick<CredentialField, 'name'>[]): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const stored = await this.#rows(target.id);
    for (const { name } of fields) {
      const given = this.#given(target, name);
      const row = stored.find((candidate) => candidate.name === name);
      const value = given ?? (row && (await this.#open(row, target.guildId)));
      if (given === undefined && row && value === undefined)
        throw publishErrors.PUBLISH_VAULT_DAMAGED({ target: target.name, name });
      if (value !== undefined) found.set(name, value);
    }
    return found;
  }

  async presence(target: Target, fields: readonly NeededCredential[]): Promise<CredentialPresence[]> {
    const stored = (await this.#rows(target.id)).map((row) => row.name);
    return fields.map((field) => {
      const isGiven = this.#given(target, field.name) !== undefined;
      return {
        ...field,
        present: isGiven || stored.includes(field.name),
        isGiven,
        environmentName: this.environmentName(target, field.name),
      };
    });
  }

  /**
   * Stands for this target's options and credentials as they are now, and shows neither. Undefined while the vault is
   * sealed.
   */
  async subjectOf(
    target: Target,
    fields: readonly Pick<CredentialField, 'name'>[],
  ): Promise<string | undefined> {
    const { vault } = this.#components;
    if (vault.state.state !== 'open') return undefined;
    const stored = await this.#rows(target.id);
    const used = fields.map(({ name }) => {
      const row = stored.find((candidate) => candidate.name === name);
      return [
        name,
        this.#given(target, name) ?? null,
        row?.version ?? null,
        row ? Number(row.set_at_ms) : null,
      ];
    });
    const { publisher, options } = target;
    return createHmac('sha256', vault.sealKey().key)
      .update(JSON.stringify(['target-check', target.id, publisher, options, used]))
      .digest('base64url');
  }

  /** `GUILDMESH_SECRET_BLOG_API_TOKEN`; where the hub serves more than one guild, with the guild's id in front. */
  environmentName(target: Pick<Target, 'guildId' | 'name'>, name: string): string {
    const words = [target.name, name.replace(/([a-z0-9])([A-Z])/g, '$1_$2')];
    if (this.#init.soleGuildId !== target.guildId) words.unshift(target.guildId);
    return `GUILDMESH_SECRET_${words.join('_')}`.toUpperCase().replace(/[^A-Z0-9_]/g, '_');
  }

  /** Seals first: inside the transaction nothing may wait for another connection. */
  async prepare(
    target: Target,
    values: Readonly<Record<string, string>>,
    setBy: string,
  ): Promise<CredentialTable[]> {
    const stored = await this.#rows(target.id);
    const rows: CredentialTable[] = [];
    for (const [name, value] of Object.entries(values)) {
      this.#components.scrubber.add(value, target.guildId);
      const version = (stored.find((row) => row.name === name)?.version ?? 0) + 1;
      const sealed = await this.#components.vault.seal({ targetId: target.id, name, version }, value);
      const set_at_ms = this.#components.clock.nowMs();
      rows.push({ target_id: target.id, name, version, sealed, set_by: setBy, set_at_ms });
    }
    return rows;
  }

  /** The end of the earlier credentials no longer counts. */
  async keep(tx: Transaction<Schema>, rows: readonly CredentialTable[]): Promise<void> {
    for (const row of rows) {
      await tx.deleteFrom('credential_end').where('target_id', '=', row.target_id).execute();
      await tx
        .insertInto('credential')
        .values(row)
        .onConflict((conflict) => conflict.columns(['target_id', 'name']).doUpdateSet(row))
        .execute();
    }
  }

  async forget(tx: Transaction<Schema>, targetId: string): Promise<void> {
    await tx.deleteFrom('credential').where('target_id', '=', targetId).execute();
    await tx.deleteFrom('credential_end').where('target_id', '=', targetId).execute();
    await tx.deleteFrom('target_check').where('target_id', '=', targetId).execute();
    await tx.deleteFrom('connect_link').where('target_id', '=', targetId).execute();
    await tx.deleteFrom('authorisation').where('target_id', '=', targetId).execute();
    await tx.deleteFrom('token_lease').where('target_id', '=', targetId).execute();
  }

  #given(target: Target, name: string): string | undefined {
    const { token, names } = this.#init.own;
    if (token && names[target.publisher] === name) return token.reveal();
    const value = this.#components.environment.get(this.environmentName(target, name));
    if (value !== undefined) this.#components.scrubber.add(value);
    return value;
  }

  #rows(targetId: string): Promise<CredentialTable[]> {
    return this.#components.db
      .selectFrom('credential')
      .selectAll()
      .where('target_id', '=', targetId)
      .execute();
  }

  async #open(row: CredentialTable, guildId: string): Promise<string | undefined> {
    const record = { targetId: row.target_id, name: row.name, version: row.version };
    const value = await this.#components.vault.open(record, row.sealed);
    if (value !== undefined) this.#components.scrubber.add(value, guildId);
    return value;
  }
}
