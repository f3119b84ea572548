import ipaddr from 'ipaddr.js';
import { webErrors } from './errors.ts';

export const defaultPort = 4_281;

export interface ListenAddress {
  /** Without brackets. */
  host: string;
  port: number;
}

export interface ListenPolicy {
  listen: string;
  publicUrl?: string | undefined;
  exposed: boolean;
}

/** Throws WEB_LISTEN_EXPOSED for an address that other machines can reach, unless both signs of intent are present. */
export function listenAddressOf({ listen, publicUrl, exposed }: ListenPolicy): ListenAddress {
  const address = split(listen);
  const isMeant = exposed && publicUrl !== undefined && new URL(publicUrl).protocol === 'https:';
  if (!isLoopback(address.host) && !isMeant) throw webErrors.WEB_LISTEN_EXPOSED({ listen });
  return address;
}

function split(listen: string): ListenAddress {
  const { host = listen, port } = /^(?<host>.+?|\[.+\])(?::(?<port>\d{1,5}))?$/.exec(listen)?.groups ?? {};
  return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? defaultPort : Number(port) };
}

/** A name could resolve to anything, now or later: only `localhost` is trusted. */
function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true;
  return ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback';
}
