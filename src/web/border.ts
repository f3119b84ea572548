import type { FastifyRequest } from 'fastify';
import { webErrors } from './errors.ts';
import type { AskedDoor, HostList } from './host-list.ts';

/**
 * Throws WEB_HOST_REFUSED for a request that doesn't mean this door, WEB_ORIGIN_REFUSED for one that another site made
 * a browser send. Applies to every request, whatever its method and address. Host and scheme named by a proxy count if
 * the proxy is trusted; the Host header of the proxied request itself must be the door's nevertheless.
 */
export function requireOwnDoor(request: FastifyRequest, hosts: HostList): void {
  const { headers, rawHeaders, url = '' } = request.raw;
  const hostCount = rawHeaders.filter((name, index) => index % 2 === 0 && /^host$/i.test(name)).length;
  // With two, each reader would use a different one.
  if (hostCount !== 1 || !hosts.has(headers.host)) throw webErrors.WEB_HOST_REFUSED();
  const asked = { host: request.host, scheme: request.protocol };
  if (!hosts.has(asked.host) || !meansOwn(url, hosts)) throw webErrors.WEB_HOST_REFUSED();
  if (!isOwnPage(request, hosts, asked)) throw webErrors.WEB_ORIGIN_REFUSED();
}

/** `GET http://host/path`: by RFC 9112, 3.2.2, that host counts and not the header. */
function meansOwn(target: string, hosts: HostList): boolean {
  if (target.startsWith('/') || target === '*') return true;
  if (!URL.canParse(target)) return false;
  const { protocol, host } = new URL(target);
  return /^https?:$/.test(protocol) && hosts.has(host);
}

/** Clients that aren't browsers send none of these headers. A link that somebody follows comes from elsewhere, too. */
function isOwnPage({ method, raw }: FastifyRequest, hosts: HostList, asked: AskedDoor): boolean {
  const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } = raw.headers;
  if (origin !== undefined && !hosts.isOwnOrigin(origin, asked)) return false;
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  const isFollowed =
    /^(GET|HEAD)$/.test(method) && mode === 'navigate' && (dest ?? 'document') === 'document';
  return !isForeign || isFollowed;
}
