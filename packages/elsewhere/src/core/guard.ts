import type { IncomingHttpHeaders } from 'node:http';
import { elsewhereErrors } from '../errors.ts';

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * It trusts everybody on this machine, so only requests that mean it are taken. The Host check stops names that a
 * foreign site has pointed at 127.0.0.1, the Origin check the requests that a foreign site makes a browser send. Clients
 * that are no browsers send no Origin. `hosts`: names of the real services, for clients that know no other.
 */
export function assertMeant(headers: IncomingHttpHeaders, hosts: ReadonlySet<string>): void {
  const { host = '', origin } = headers;
  const own = URL.parse(`http://${host}`);
  if (!own || !(loopbackNames.has(own.hostname) || hosts.has(own.hostname)))
    throw elsewhereErrors.hostRefused({ host: host.slice(0, 100) });
  if (origin !== undefined && URL.parse(origin)?.origin !== own.origin)
    throw elsewhereErrors.originRefused({ origin: origin.slice(0, 100) });
}
