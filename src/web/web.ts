import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Perform } from '#contracts/action.ts';
import type { Connections, ConnectPage } from '#contracts/connections.ts';
import type { NewsHooks } from '#contracts/news.ts';
import type { TokenVerifier } from '#contracts/tokens.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import { serveUploads } from './artifact-upload.ts';
import { serveConnectPage } from './connect-page.ts';
import { webErrors } from './errors.ts';
import { serveHealth } from './health.ts';
import { HostList } from './host-list.ts';
import { type ListenAddress, listenAddressOf } from './listen-address.ts';
import { hooksPath, serveNewsHooks } from './news-hooks.ts';
import { createServerDoor } from './server.ts';
import { TrustedProxies } from './trusted-proxies.ts';

export interface WebComponents {
  /** A function because the hub builds its services after this door. */
  perform: () => Perform;
  tokens: TokenVerifier;
  connections: Connections;
  /** Absent: no platform reports news. */
  newsHooks?: NewsHooks;
  /** Names of parts that can't work now. */
  waitingFor: () => readonly string[];
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

/** `web` of the configuration, where `web.listen` is set. */
export interface WebInit {
  listen: string;
  publicUrl?: string | undefined;
  exposed: boolean;
  allowedHosts: readonly string[];
  /** Addresses or networks of proxies that may name the client. */
  trustedProxies: readonly string[];
  uploadTimeoutMs: number;
  /** `artifacts.artifactBytesMax` */
  artifactBytesMax: number;
}

/** The HTTP door. The constructor throws WEB_LISTEN_EXPOSED for an address that should not be listened on. */
export class Web implements Startable, ConnectPage {
  readonly name = 'web';
  readonly #components: WebComponents;
  readonly #init: WebInit;
  readonly #address: ListenAddress;
  readonly #proxies: TrustedProxies;
  readonly #stopping = new AbortController();
  readonly #app: FastifyInstance;
  #hosts: HostList;

  constructor(components: WebComponents, init: WebInit) {
    this.#components = components;
    this.#init = init;
    this.#address = listenAddressOf(init);
    this.#proxies = new TrustedProxies(init.trustedProxies);
    this.#hosts = this.#hostsAt(this.#address.port);
    const hosts = () => this.#hosts;
    this.#app = createServerDoor({ ...components, hosts, proxies: this.#proxies }, init);
    serveHealth(this.#app, components);
    const uploads = { ...components, stopping: this.#stopping.signal, baseUrl: () => this.baseUrl };
    serveUploads(this.#app, uploads, init);
    if (components.newsHooks) serveNewsHooks(this.#app, components.newsHooks);
    serveConnectPage(this.#app, { ...components, redirectUrl: () => this.redirectUrl() });
  }

  /** The address for people: with port 0, known after the start. */
  get baseUrl(): string {
    const { host, port } = this.#address;
    return this.#init.publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  /** Port on this machine. */
  get port(): number {
    return this.#address.port;
  }

  urlOf(token: string): string {
    return `${this.baseUrl}/connect/${encodeURIComponent(token)}`;
  }

  redirectUrl(): string {
    return `${this.baseUrl}/connect/authorised`;
  }

  hookUrlOf(chainId: string): string {
    return `${this.baseUrl}${hooksPath}/${encodeURIComponent(chainId)}`;
  }

  isLocal(): boolean {
    return this.#init.publicUrl === undefined;
  }

  /** Throws WEB_LISTEN_FAILED. */
  async start(): Promise<void> {
    const { host, port } = this.#address;
    try {
      await this.#app.listen({ host, port });
    } catch (error) {
      const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
      throw webErrors.WEB_LISTEN_FAILED({ listen: this.#init.listen, reason }, { cause: error });
    }
    this.#address.port = (this.#app.server.address() as AddressInfo).port;
    this.#hosts = this.#hostsAt(this.#address.port);
    const { logger } = this.#components;
    logger.info({ host, port: this.#address.port }, 'HTTP door open');
    if (this.#init.publicUrl !== undefined && this.#proxies.isEmpty)
      logger.warn('web.trustedProxies is empty: all who ask through a proxy count as one');
  }

  /** Accepts nothing new; running uploads may end. */
  async drain(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#breakOff(), { once: true });
    await this.#app.close();
  }

  async stop(): Promise<void> {
    this.#breakOff();
    await this.#app.close();
  }

  #breakOff(): void {
    this.#stopping.abort(webErrors.WEB_BODY_INCOMPLETE());
    this.#app.server.closeAllConnections();
  }

  #hostsAt(port: number): HostList {
    return new HostList({ ...this.#init, host: this.#address.host, port });
  }
}
