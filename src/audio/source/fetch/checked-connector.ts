import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { isAllowedPrivateHost, isPublicAddress, publicLookup } from '#core/public-address.ts';
import { audioErrors } from '../../errors.ts';

const systemResolve: LookupFunction = (hostname, options, callback) =>
  systemLookup(hostname, options, callback);

export interface ConnectorInit {
  allowedPrivateHosts: readonly string[];
  timeoutMs: number;
  /** How names resolve; tests pass one that changes its mind. */
  lookup?: LookupFunction;
}

/**
 * Connects only to public addresses. The check is part of the connection: the resolved address that was checked is the
 * one connected to, so a name that resolves differently a moment later gains nothing.
 */
export function checkedConnector(init: ConnectorInit): buildConnector.connector {
  const resolve = init.lookup ?? systemResolve;
  return (options, callback) => {
    const hostname = options.hostname.replace(/^\[|\]$/g, '');
    const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80));
    const refusal = () => audioErrors.AUDIO_ADDRESS_REFUSED({ host: hostname, port });
    const allowed = isAllowedPrivateHost(init.allowedPrivateHosts, hostname, port);
    // A literal address is never looked up, so the look-up below would not see it.
    if (!allowed && isIP(hostname) && !isPublicAddress(hostname)) return callback(refusal(), null);

    const lookup: LookupFunction = allowed ? resolve : publicLookup(resolve, refusal);
    buildConnector({ lookup, timeout: init.timeoutMs, allowH2: false })(options, callback);
  };
}
