import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isAllowedPrivateHost, isPublicAddress, publicLookup } from '#core/public-address.ts';
import { httpErrors } from './errors.ts';

export interface PublicOnlyInit {
  /** `host` or `host:port` that may be connected to nevertheless. */
  allowedPrivateHosts: readonly string[];
  /** The option that lists them; absent: there is none. */
  option?: string;
  /** How names resolve; tests give one that changes its mind. */
  lookup?: LookupFunction;
}

const systemLookup: LookupFunction = (hostname, options, callback) => lookup(hostname, options, callback);

/** Rules for a connection to a place that somebody else named. */
export interface Admission {
  /** The place is refused as it is written. */
  refusal?: Error;
  /** Resolves to public addresses only, so the checked address is the one connected to. */
  lookup?: LookupFunction;
}

export function admitPublic(init: PublicOnlyInit, host: string, port: number): Admission {
  if (isAllowedPrivateHost(init.allowedPrivateHosts, host, port)) return {};
  const refusal = () => httpErrors.HTTP_PRIVATE_ADDRESS({ host: `${host}:${port}`, option: init.option });
  // A literal address is never looked up.
  if (isIP(host)) return isPublicAddress(host) ? {} : { refusal: refusal() };
  return { lookup: publicLookup(init.lookup ?? systemLookup, refusal) };
}
