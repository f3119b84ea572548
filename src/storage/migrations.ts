import type { Kysely } from 'kysely';
import { alertMigration } from './alert-migration.ts';
import { applicationMigration } from './application-migration.ts';
import { artifactMigration } from './artifact-migration.ts';
import { auditMigration } from './audit-migration.ts';
import { authorisationMigration } from './authorisation-migration.ts';
import { chainWatchMigration } from './chain-watch-migration.ts';
import { consentMigration } from './consent-migration.ts';
import { homeGuildMigration } from './home-guild-migration.ts';
import { hookMigration } from './hook-migration.ts';
import { hubsMigration } from './hubs-migration.ts';
import { namesMigration } from './names-migration.ts';
import { outboxMigration } from './outbox-migration.ts';
import { publishingMigration } from './publishing-migration.ts';
import { runNumberMigration } from './run-number-migration.ts';
import { schedulingMigration } from './scheduling-migration.ts';
import { sealMigration } from './seal-migration.ts';

/** One step up. Runs in a transaction of its own; never changed once released. */
export interface Migration {
  version: number;
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: a migration sees tables that no longer match any one type
  up(db: Kysely<any>): Promise<void>;
}

export const migrations: readonly Migration[] = [
  {
    version: 1,
    name: 'actions, audit, intents, trust, grants',
    async up(db) {
      await db.schema
        .createTable('action_key')
        .addColumn('key', 'text', (column) => column.primaryKey())
        .addColumn('fingerprint', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('answer', 'text')
        .addColumn('claimed_at_ms', 'double precision', (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex('action_key_by_age')
        .on('action_key')
        .columns(['state', 'claimed_at_ms'])
        .execute();
      await db.schema
        .createTable('audit')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('at_ms', 'double precision', (column) => column.notNull())
        .addColumn('actor', 'text', (column) => column.notNull())
        .addColumn('guild_id', 'text')
        .addColumn('action', 'text', (column) => column.notNull())
        .addColumn('input', 'text')
        .addColumn('outcome', 'text', (column) => column.notNull())
        .addColumn('error_code', 'text')
        .execute();
      await db.schema.createIndex('audit_by_age').on('audit').columns(['at_ms']).execute();
      await db.schema
        .createTable('intent')
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('payload', 'text', (column) => column.notNull())
        .addColumn('wanted_by', 'text', (column) => column.notNull())
        .addColumn('created_at_ms', 'double precision', (column) => column.notNull())
        .addPrimaryKeyConstraint('intent_identity', ['kind', 'key'])
        .execute();
      await db.schema
        .createTable('trusted_community')
        .addColumn('peer_id', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('trusted_by', 'text', (column) => column.notNull())
        .addColumn('trusted_at_ms', 'double precision', (column) => column.notNull())
        .addColumn('addresses', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('role_grant')
        .addColumn('guild_id', 'text', (column) => column.notNull())
        .addColumn('discord_role_id', 'text', (column) => column.notNull())
        .addColumn('role', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('role_grant_identity', ['guild_id', 'discord_role_id'])
        .execute();
    },
  },
  { version: 2, name: 'outbox', up: outboxMigration },
  { version: 3, name: 'several hubs on one database', up: hubsMigration },
  { version: 4, name: 'targets, approvals, credentials, chains', up: publishingMigration },
  { version: 5, name: 'artifacts and tokens', up: artifactMigration },
  { version: 6, name: 'schedules and milestones', up: schedulingMigration },
  { version: 7, name: 'authorisations', up: authorisationMigration },
  { version: 8, name: 'consent to be captured', up: consentMigration },
  { version: 9, name: 'audit by guild, orphaned tokens', up: auditMigration },
  { version: 10, name: 'names of trusted communities', up: namesMigration },
  { version: 11, name: 'home guilds', up: homeGuildMigration },
  { version: 12, name: 'seals of deliveries and approvals', up: sealMigration },
  { version: 13, name: 'applications on this database', up: applicationMigration },
  { version: 14, name: 'alerts', up: alertMigration },
  { version: 15, name: 'news that start chains', up: chainWatchMigration },
  { version: 16, name: 'webhooks of chains', up: hookMigration },
  { version: 17, name: 'numbers of scheduled runs', up: runNumberMigration },
];
