export interface HostListInit {
  port: number;
  host: string;
  publicUrl?: string | undefined;
  allowedHosts: readonly string[];
}

/** How a request says it reached the door. */
export interface AskedDoor {
  host: string;
  scheme: string;
}

/**
 * The Host headers that are answered. A stranger's page whose name was made to resolve to this machine sends its own
 * name, and is refused.
 */
export class HostList {
  readonly #own: ReadonlySet<string>;
  readonly #hosts: ReadonlySet<string>;
  readonly #publicUrl: URL | undefined;

  constructor(init: HostListInit) {
    const { port, host } = init;
    const names = ['localhost', '127.0.0.1', '[::1]', host.includes(':') ? `[${host}]` : host];
    // Browsers omit the default port of http.
    const own = names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
    this.#publicUrl = init.publicUrl === undefined ? undefined : new URL(init.publicUrl);
    const publicHost = this.#publicUrl ? [this.#publicUrl.host] : [];
    this.#own = new Set(own.map((name) => name.toLowerCase()));
    this.#hosts = new Set([
      ...this.#own,
      ...[...publicHost, ...init.allowedHosts].map((name) => name.toLowerCase()),
    ]);
  }

  has(host: string | undefined): boolean {
    return host !== undefined && this.#hosts.has(host.toLowerCase());
  }

  /**
   * Whether a page of that origin is the door's own. Scheme and host must be those of the public address, or those of
   * the door itself, under a name of its own or the name in the request. For the public host no other scheme is
   * accepted: what came without TLS may have been written by anybody on the way.
   */
  isOwnOrigin(origin: string, asked: AskedDoor): boolean {
    if (!URL.canParse(origin)) return false;
    const url = new URL(origin);
    if (url.origin !== origin.toLowerCase()) return false;
    if (url.host === this.#publicUrl?.host) return url.origin === this.#publicUrl.origin;
    if (url.protocol === 'http:' && this.#own.has(url.host)) return true;
    return this.has(url.host) && url.origin === `${asked.scheme}://${asked.host.toLowerCase()}`;
  }
}
