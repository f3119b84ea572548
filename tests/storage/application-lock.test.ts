import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import { createLogger, silentLogger } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';
import type { Secret } from '#core/secret.ts';
import type { DatabasePlace } from '#storage/database.ts';
import { ApplicationLock } from '#storage/postgres/application-lock.ts';
import { SoleProcess } from '#storage/sole-process.ts';
import { describePostgres, openDatabase } from '../support/engines.ts';
import { rejection } from '../support/rejection.ts';

const applicationId = '1100000000000000001';
const wanted = new AbortController().signal;
const clock = systemClock();

vi.setConfig({ testTimeout: 60_000 });

describePostgres('one hub for a Discord application', (engine) => {
  function urlOf(place: DatabasePlace): Secret {
    if (!place.postgresUrl) throw new Error('not Postgres');
    return place.postgresUrl;
  }

  async function migrated(): Promise<Secret> {
    const place = await engine.place();
    await openDatabase(place);
    return urlOf(place);
  }

  function lockOn(url: Secret, community = 'North', id = applicationId) {
    const lost: GuildmeshError[] = [];
    const self = { community, host: 'here', pid: process.pid, startedAtMs: clock.nowMs() - 90_000 };
    const lock = new ApplicationLock(
      { clock, logger: silentLogger(), onLost: (error) => lost.push(error) },
      { url, applicationId: id, self },
    );
    onTestFinished(() => lock.release());
    return { lock, lost };
  }

  /** Ends the sessions that hold the lock, as an administrator, a restart of the server or a broken line would. */
  async function breakOff(url: Secret): Promise<void> {
    await asked(
      url,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'guildmesh lock'
      and datname = current_database()`,
    );
  }

  async function asked(url: Secret, text: string) {
    const client = new Client({ connectionString: url.reveal() });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }

  test('refuses a second one with the name and the age of the first, until that has stopped', async () => {
    const url = await migrated();
    const first = lockOn(url);
    await first.lock.take(wanted);
    const second = lockOn(url, 'Second');
    expect(await rejection(second.lock.take(wanted))).toMatchObject({
      code: 'STORAGE_APPLICATION_IN_USE',
      message: expect.stringMatching(new RegExp(`“North”, process ${process.pid} on here, for 9\\d s\\.$`)),
      next: expect.stringContaining('Stop that one first'),
    });
    await first.lock.release();
    await second.lock.take(wanted);
  });

  test('lets hubs of other applications in, and tells them of each other', async () => {
    const place = await engine.place();
    const db = await openDatabase(place);
    const told: string[] = [];
    const sole = (community: string, id: string) => {
      const logger = createLogger({
        level: 'warn',
        scrubber: new Scrubber(),
        write: (line) => void told.push(line),
      });
      const part = new SoleProcess(
        { storage: { db }, applicationId: async () => id, clock, logger, onLost: () => undefined },
        { postgresUrl: urlOf(place), community },
      );
      onTestFinished(() => part.stop());
      return part;
    };
    await sole('North', applicationId).start(wanted);
    expect(told).toEqual([]);
    await sole('South', '1100000000000000002').start(wanted);
    expect(told).toEqual([expect.stringMatching(/North.*credentials, schedules/)]);
    expect(await rejection(sole('Third', applicationId).start(wanted))).toMatchObject({
      code: 'STORAGE_APPLICATION_IN_USE',
    });
  });

  test('is free at once when the first was killed', async () => {
    const url = await migrated();
    const script = join(import.meta.dirname, 'lock-holder.ts');
    const child = spawn(process.execPath, [script, url.reveal(), applicationId], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(createInterface({ input: child.stdout }), 'line');
    expect(await rejection(lockOn(url).lock.take(wanted))).toMatchObject({
      message: expect.stringContaining(`process ${child.pid} on elsewhere`),
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const startedAtMs = clock.monotonicMs();
    await lockOn(url).lock.take(wanted);
    expect(clock.monotonicMs() - startedAtMs).toBeLessThan(2_000);
  });

  test('is taken again after the connection was lost, and held against a second one', async () => {
    const url = await migrated();
    const first = lockOn(url);
    await first.lock.take(wanted);
    await breakOff(url);
    const held = `select 1 from pg_locks where locktype = 'advisory' and granted
      and database = (select oid from pg_database where datname = current_database())`;
    await expect.poll(() => asked(url, held), { timeout: 20_000 }).toHaveLength(1);
    expect(await rejection(lockOn(url).lock.take(wanted))).toMatchObject({
      code: 'STORAGE_APPLICATION_IN_USE',
    });
    expect(first.lost).toEqual([]);
  });

  test('tells the first to end when another took it while the connection was lost', async () => {
    const url = await migrated();
    const first = lockOn(url);
    await first.lock.take(wanted);
    const usurper = new Client({ connectionString: url.reveal() });
    await usurper.connect();
    onTestFinished(() => usurper.end());
    // Waits in the server for the moment in which it is free.
    const taken = usurper.query('select pg_advisory_lock($1::bigint)', [applicationId]);
    await breakOff(url);
    await taken;
    await expect
      .poll(() => first.lost.map(({ code }) => code), { timeout: 20_000 })
      .toEqual(['STORAGE_APPLICATION_IN_USE']);
  });

  test('gives up the wait when nobody wants the start any more', async () => {
    const url = await migrated();
    await lockOn(url).lock.take(wanted);
    const unwanted = new AbortController();
    const second = rejection(lockOn(url).lock.take(unwanted.signal));
    setTimeout(() => unwanted.abort(new Error('asked to stop')), 300);
    expect(await second).toMatchObject({ message: 'asked to stop' });
  });
});
