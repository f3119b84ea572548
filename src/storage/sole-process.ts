import { hostname } from 'node:os';
import type { Clock } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type { Secret } from '#core/secret.ts';
import type { ApplicationLock } from './postgres/application-lock.ts';
import type { Storage } from './storage.ts';

export interface SoleProcessComponents {
  storage: Pick<Storage, 'db'>;
  /** The application id of this hub's bot; asks Discord. */
  applicationId: (signal: AbortSignal) => Promise<string>;
  clock: Clock;
  logger: Logger;
  onLost: (error: GuildmeshError) => void;
}

export interface SoleProcessInit {
  /** Absent: a database file of its own, which the state folder's lock reserves for one process. */
  postgresUrl?: Secret | undefined;
  community: string;
}

/**
 * Limits a Discord application to one hub on a shared database: two would answer each interaction twice. Needs started
 * storage; starts before the gateway. Hubs of other applications are allowed; the log says what they share.
 */
export class SoleProcess implements Startable {
  readonly name = 'application lock';
  readonly #components: SoleProcessComponents;
  readonly #init: SoleProcessInit;
  #lock: ApplicationLock | undefined;

  constructor(components: SoleProcessComponents, init: SoleProcessInit) {
    this.#components = components;
    this.#init = init;
  }

  /** Throws STORAGE_APPLICATION_IN_USE and what asking Discord throws. */
  async start(signal: AbortSignal): Promise<void> {
    const { postgresUrl: url, community } = this.#init;
    if (!url) return;
    const { ApplicationLock } = await import('./postgres/application-lock.ts');
    const applicationId = await this.#components.applicationId(signal);
    const startedAtMs = this.#components.clock.nowMs();
    const self = { community, host: hostname(), pid: process.pid, startedAtMs };
    this.#lock = new ApplicationLock(this.#components, { url, applicationId, self });
    await this.#lock.take(signal);
    await this.#tellOfOthers(applicationId);
  }

  async stop(): Promise<void> {
    await this.#lock?.release();
  }

  async #tellOfOthers(applicationId: string): Promise<void> {
    const { storage, logger } = this.#components;
    const others = await storage.db
      .selectFrom('hub_application')
      .select(['application_id', 'community', 'host'])
      .where('application_id', '<>', applicationId)
      .orderBy('application_id')
      .execute();
    if (others.length === 0) return;
    logger.warn(
      { others },
      'hubs of other applications use this database too: trusted communities, roles, targets, credentials, schedules and ' +
        'publications are shared with them, and any of them may send what any has planned; give each a database of its ' +
        'own if that is not meant',
    );
  }
}
