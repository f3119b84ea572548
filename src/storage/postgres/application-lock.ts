import { Client } from 'pg';
import type { Clock, Timer } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import type { Secret } from '#core/secret.ts';
import { storageErrors } from '../errors.ts';
import { placeOf, translatePostgresError } from './postgres-errors.ts';

export interface ApplicationLockComponents {
  clock: Clock;
  logger: Logger;
  /** Another process has taken the lock while our connection was lost: this process must end. */
  onLost: (error: GuildmeshError) => void;
}

export interface ApplicationLockInit {
  url: Secret;
  /** Discord's id of the application: a snowflake. */
  applicationId: string;
  /** Identifies this hub to a process that is refused. */
  self: Holder;
}

export interface Holder {
  community: string;
  host: string;
  pid: number;
  /** Wall clock, ms. */
  startedAtMs: number;
}

/** The server may still list a process that was killed a moment ago. */
const patienceMs = 2_000;
const retryMs = 200;
/** How often the connection is checked: a server that is cut off doesn't report it. */
const beatMs = 15_000;
const answerTimeoutMs = 10_000;
const reconnectMaxMs = 15_000;

/**
 * One process per Discord application: a session lock of Postgres on a connection of its own, which the server frees
 * when the session ends in any way. A lost connection is made again, and the lock taken again; only if another process
 * took it meanwhile must this one end. (A pooler that gives one session to several clients defeats this lock.)
 */
export class ApplicationLock {
  readonly #components: ApplicationLockComponents;
  readonly #init: ApplicationLockInit;
  #client: Client | undefined;
  #timer: Timer | undefined;
  #closed = false;

  constructor(components: ApplicationLockComponents, init: ApplicationLockInit) {
    this.#components = components;
    this.#init = init;
  }

  /** Throws STORAGE_APPLICATION_IN_USE, STORAGE_DATABASE_UNREACHABLE, or the signal's reason. */
  async take(signal: AbortSignal): Promise<void> {
    const { clock } = this.#components;
    const client = await this.#connect();
    const untilMs = clock.monotonicMs() + patienceMs;
    while (!(await this.#tryLock(client))) {
      if (clock.monotonicMs() >= untilMs) {
        const refusal = await this.#inUse(client);
        await client.end();
        throw refusal;
      }
      await clock.sleep(retryMs, signal);
    }
    await this.#hold(client);
  }

  async release(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<Client> {
    const { url } = this.#init;
    const client = new Client({
      connectionString: url.reveal(),
      application_name: 'guildmesh lock',
      connectionTimeoutMillis: answerTimeoutMs,
      query_timeout: answerTimeoutMs,
      keepAlive: true,
    });
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw translatePostgresError(error, placeOf(url));
    }
  }

  async #tryLock(client: Client): Promise<boolean> {
    const { rows } = await client.query<{ taken: boolean }>(
      'select pg_try_advisory_lock($1::bigint) as taken',
      [this.#init.applicationId],
    );
    return rows[0]?.taken === true;
  }

  async #hold(client: Client): Promise<void> {
    const { applicationId, self } = this.#init;
    await client.query(
      `insert into hub_application (application_id, community, host, pid, started_at_ms) values ($1, $2, $3, $4, $5)
       on conflict (application_id) do update set community = excluded.community, host = excluded.host,
         pid = excluded.pid, started_at_ms = excluded.started_at_ms`,
      [applicationId, self.community, self.host, self.pid, self.startedAtMs],
    );
    this.#client = client;
    this.#beat(client);
  }

  #beat(client: Client): void {
    this.#timer = this.#components.clock.after(
      beatMs,
      () => {
        client.query('select 1').then(
          () => this.#client === client && this.#beat(client),
          () => this.#lost(client),
        );
      },
      { background: true },
    );
  }

  /** Once per connection that held the lock. */
  #lost(client: Client): void {
    if (this.#client !== client || this.#closed) return;
    this.#client = undefined;
    this.#timer?.cancel();
    client.end().catch(() => undefined);
    this.#components.logger.warn(
      'the connection that holds this application’s lock is lost; it is made again',
    );
    this.#again(retryMs);
  }

  #again(delayMs: number): void {
    if (this.#closed) return;
    const next = Math.min(delayMs * 2, reconnectMaxMs);
    this.#timer = this.#components.clock.after(
      delayMs,
      () => void this.#retake().catch(() => this.#again(next)),
      { background: true },
    );
  }

  async #retake(): Promise<void> {
    const client = await this.#connect();
    if (this.#closed) return client.end();
    try {
      if (await this.#tryLock(client)) {
        await this.#hold(client);
        this.#components.logger.info('this application’s lock is held again');
        return;
      }
      this.#components.onLost(await this.#inUse(client));
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    await client.end();
  }

  async #inUse(client: Client): Promise<GuildmeshError> {
    const { rows } = await client.query<
      Record<'community' | 'host', string> & Record<'pid' | 'started_at_ms', number>
    >('select community, host, pid, started_at_ms from hub_application where application_id = $1', [
      this.#init.applicationId,
    ]);
    const [row] = rows;
    return storageErrors.STORAGE_APPLICATION_IN_USE({
      holder: row && {
        community: row.community,
        host: row.host,
        pid: row.pid,
        ageMs: Math.max(0, this.#components.clock.nowMs() - row.started_at_ms),
      },
    });
  }
}
