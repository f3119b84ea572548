/** Takes an application's lock, prints "held", and holds it until it is killed. Arguments: address, application id. */
import { systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { Secret } from '#core/secret.ts';
import { ApplicationLock } from '#storage/postgres/application-lock.ts';

const [url = '', applicationId = ''] = process.argv.slice(2);
const clock = systemClock();
const lock = new ApplicationLock(
  { clock, logger: silentLogger(), onLost: () => process.exit(1) },
  {
    url: new Secret(url),
    applicationId,
    self: { community: 'Killed', host: 'elsewhere', pid: process.pid, startedAtMs: clock.nowMs() },
  },
);
await lock.take(new AbortController().signal);
process.stdout.write('held\n');
