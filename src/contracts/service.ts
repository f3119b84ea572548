import type { Startable } from '#core/lifecycle.ts';
import type { AnyAction } from './action.ts';
import type { Examiner } from './diagnosis.ts';
import type { Ports } from './ports.ts';
import type { OfferedProtocol } from './protocol.ts';

/** `process.roles` of the configuration: a whole hub, or a process that only delivers what one has planned. */
export type ProcessRole = 'all' | 'publisher';

/** What `create` of a service returns. */
export interface Built<Offered> {
  /** One for each name in `offers`. */
  ports: Offered;
  /** In the order to start them. */
  parts?: readonly Startable[];
  actions?: readonly AnyAction[];
  /** Asked by `/doctor`. */
  examiner?: Examiner;
  /** What it speaks with other communities; the node serves it. */
  protocols?: readonly OfferedProtocol[];
}

/** Ports that exist only once every service is created: each is a function, called when the port is used. */
export type LateOf<P> = { readonly [Name in keyof P]: () => P[Name] };

/**
 * One part of the hub: it names the ports that it needs and those that it offers, and is given no others. The hub
 * creates services in the order of `src/hub/services.ts` and refuses to start when their ports don't fit.
 *
 * `P` is the map of ports that the names are taken from, `Config` what the service reads of the configuration.
 */
export interface Service<P, Config, Needs extends keyof P, Late extends keyof P, Offers extends keyof P> {
  /** For logs and errors; unique. */
  readonly name: string;
  /** Offered by the hub itself, or by services earlier in the list. */
  readonly needs: readonly Needs[];
  /** Offered by any service. Calling one before it exists throws, so only what runs after the start calls them. */
  readonly late?: readonly Late[];
  readonly offers?: readonly Offers[];
  /** Processes in which its parts start; a whole hub unless given. It is created in every process, for its ports. */
  readonly roles?: readonly ProcessRole[];
  /** No I/O but the loading of code. */
  readonly create: (
    ports: Pick<P, Needs>,
    config: Config,
    late: LateOf<Pick<P, Late>>,
  ) => Built<Pick<P, Offers>> | Promise<Built<Pick<P, Offers>>>;
}

/**
 * A service as the hub sees it. One that names a port of another type, or reads an option that doesn't exist, isn't
 * assignable to it.
 */
export interface AnyService<P, Config> {
  readonly name: string;
  readonly needs: readonly (keyof P & string)[];
  readonly late?: readonly (keyof P & string)[];
  readonly offers?: readonly (keyof P & string)[];
  readonly roles?: readonly ProcessRole[];
  readonly create: (
    ports: Pick<P, keyof P & string>,
    config: Config,
    late: LateOf<Pick<P, keyof P & string>>,
  ) => Built<Partial<P>> | Promise<Built<Partial<P>>>;
}

/**
 * `defineService<Config>()({ name, needs, … })`: called twice because TypeScript infers all type parameters of a call or
 * none. Services that share ports with their own folder, or use storage, name a wider map than `Ports`.
 */
export function defineService<Config = unknown, P = Ports>() {
  return <
    const Needs extends keyof P = never,
    const Late extends keyof P = never,
    const Offers extends keyof P = never,
  >(
    service: Service<P, Config, Needs, Late, Offers>,
  ): Service<P, Config, Needs, Late, Offers> => service;
}
