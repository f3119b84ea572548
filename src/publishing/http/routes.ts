import { httpErrors } from './errors.ts';

export interface RouteTarget {
  host: string;
  port: number;
  secure: boolean;
}

/**
 * Where connections to an origin really go. Client libraries that know one address only ("https://api.x.com") are
 * redirected here; Host header and signatures stay those of the origin.
 */
export class Routes {
  readonly #targets = new Map<string, RouteTarget>();

  /** Keys and values are addresses, of which only the origin counts. Throws HTTP_REFUSED_ADDRESS. */
  constructor(routes: Readonly<Record<string, string>>) {
    for (const [from, to] of Object.entries(routes)) {
      const target = httpUrl(to);
      this.#targets.set(httpUrl(from).origin, {
        host: target.hostname.replace(/^\[|\]$/g, ''),
        port: portOf(target),
        secure: target.protocol === 'https:',
      });
    }
  }

  target(protocol: 'http:' | 'https:', host: string, port: number): RouteTarget {
    const name = host.includes(':') ? `[${host}]` : host;
    const routed = this.#targets.get(new URL(`${protocol}//${name}:${port}`).origin);
    return routed ?? { host, port, secure: protocol === 'https:' };
  }
}

export function httpUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url;
  throw httpErrors.HTTP_REFUSED_ADDRESS({ url: text.slice(0, 100) });
}

function portOf(url: URL): number {
  return url.port ? Number(url.port) : url.protocol === 'https:' ? 443 : 80;
}
