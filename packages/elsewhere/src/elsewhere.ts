import { createArchive } from './archive/service.ts';
import { ApiDesk, type Exchange } from './core/api-desk.ts';
import { Changes } from './core/changes.ts';
import { Depot } from './core/depot.ts';
import { LivePages } from './core/live.ts';
import { RequestLog } from './core/request-log.ts';
import { ElsewhereServer } from './core/server.ts';
import type { Service, ServiceWorld } from './core/service.ts';
import { type Fault, type Setting, Switches } from './core/switches.ts';
import { type IssuedToken, Tokens } from './core/tokens.ts';
import { createGithub } from './github/service.ts';
import { createHuggingface } from './huggingface/service.ts';
import { createInbox } from './inbox/service.ts';
import { createMastodon } from './mastodon/service.ts';
import { homePages } from './page/home-page.ts';
import { requestPages } from './page/request-page.ts';
import { servicePages } from './page/service-page.ts';
import { createX } from './x/service.ts';

export type { Exchange } from './core/api-desk.ts';

export interface ElsewhereInit {
  /** On 127.0.0.1; 0 takes a free one. */
  port?: number;
  /** Sees each request to an API with the answer of the platform itself, before a switch changes it. */
  observe?: (exchange: Exchange) => void;
  /** Defects, one line each. */
  writeLog?: (line: string) => void;
}

/** Stand-ins for places to publish to, on one port of this machine. */
export interface Elsewhere {
  /** Throws ELSEWHERE_PORT_TAKEN, ELSEWHERE_PORT_REFUSED. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** The first page. */
  readonly pageUrl: string;
  /** Base addresses for clients: service → name → address. */
  addresses(): Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** How much has arrived that people can look at. */
  readonly arrivedCount: number;
  /** What a person does at a service's page. */
  issueToken(service: string, lifeMs?: number): IssuedToken;
  revokeTokens(service: string): void;
  setSwitch(service: string, fault: Fault, setting: Setting): void;
}

const makers: readonly ((world: ServiceWorld) => Service)[] = [
  createGithub,
  createHuggingface,
  createArchive,
  createX,
  createMastodon,
  createInbox,
];

/** Creating does nothing; `start` listens. */
export function createElsewhere({ port = 0, observe, writeLog = () => {} }: ElsewhereInit = {}): Elsewhere {
  const changes = new Changes();
  const onChange = () => changes.changed();
  const depot = new Depot();
  const log = new RequestLog();
  const stopping = new AbortController();
  const made = makers.map((make) => {
    const tokens = new Tokens(onChange);
    const service = make({ baseUrl: () => server.baseUrl, depot, changes, tokens });
    return { service, tokens, switches: new Switches(onChange) };
  });
  const services = made.map(({ service }) => service);
  const desk = new ApiDesk({
    log,
    switches: new Map(made.map(({ service, switches }) => [service.id, switches])),
    onChange,
    writeLog,
    stopping: stopping.signal,
    ...(observe && { observe }),
  });
  const pages = [
    ...homePages(services, changes),
    ...requestPages(log),
    ...made.flatMap((parts) => servicePages({ ...parts, log })),
  ];
  const server = new ElsewhereServer({ services, pages, desk, live: new LivePages(changes), writeLog });

  function partsOf(id: string) {
    const parts = made.find(({ service }) => service.id === id);
    if (!parts) throw new Error(`There is no stand-in called ${id}.`);
    return parts;
  }

  return {
    start: () => server.listen(port),
    stop: () => {
      stopping.abort();
      return server.close();
    },
    get pageUrl() {
      return server.baseUrl;
    },
    addresses: () =>
      Object.fromEntries(
        services.map(({ id, addresses }) => [
          id,
          Object.fromEntries(Object.entries(addresses).map(([name, path]) => [name, server.baseUrl + path])),
        ]),
      ),
    get arrivedCount() {
      return changes.arrivedCount;
    },
    issueToken: (id, lifeMs) => {
      const { service, tokens } = partsOf(id);
      return tokens.issue(service.newToken(), lifeMs);
    },
    revokeTokens: (id) => partsOf(id).tokens.revokeAll(),
    setSwitch: (id, fault, setting) => partsOf(id).switches.set(fault, setting),
  };
}
