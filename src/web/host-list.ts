/**
 * The Host headers that are answered. A page of a stranger whose name was made to resolve to this machine sends its own
 * name, and is refused.
 */
export class HostList {
  readonly #hosts: ReadonlySet<string>;

  constructor(init: {
    port: number;
    host: string;
    publicUrl?: string | undefined;
    allowedHosts: readonly string[];
  }) {
    const { port, host } = init;
    const names = ['localhost', '127.0.0.1', '[::1]', host.includes(':') ? `[${host}]` : host];
    const publicHost = init.publicUrl === undefined ? [] : [new URL(init.publicUrl).host];
    const own = names.map((name) => `${name}:${port}`);
    this.#hosts = new Set([...own, ...publicHost, ...init.allowedHosts].map((name) => name.toLowerCase()));
  }

  has(host: string | undefined): boolean {
    return host !== undefined && this.#hosts.has(host.toLowerCase());
  }

  /** `Origin` of a form: absent from clients that are no browser. */
  hasOrigin(origin: string | undefined): boolean {
    if (origin === undefined) return true;
    return URL.canParse(origin) && this.has(new URL(origin).host);
  }
}
