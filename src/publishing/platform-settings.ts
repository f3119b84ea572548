import { camelCase } from '#core/text/camel-case.ts';
import type { HostHttpInit } from './http/host-http.ts';
import type { Publishers } from './publishers.ts';

/** From the configuration, by the publisher's name there: base addresses, and `allowedPrivateHosts`. */
export type PluginSettings = Readonly<
  Record<string, Readonly<Record<string, string | readonly string[]>> | undefined>
>;

export interface PlatformSettingsInit {
  plugins: PluginSettings;
  /** Base address of the platform that the hub itself runs on. */
  ownUrl: string;
}

/** The configuration for the platforms that publishers declare. */
export class PlatformSettings {
  readonly #publishers: Pick<Publishers, 'declared'>;
  readonly #init: PlatformSettingsInit;

  constructor(publishers: Pick<Publishers, 'declared'>, init: PlatformSettingsInit) {
    this.#publishers = publishers;
    this.#init = init;
  }

  /** Base address of a publisher's platform, by its name. */
  address(publisher: string, name: string): string {
    if (this.#publishers.declared(publisher)?.hubsOwn?.address === name) return this.#init.ownUrl;
    const address = this.#init.plugins[camelCase(publisher)]?.[name];
    if (typeof address !== 'string') throw new Error(`there is no base address ${publisher}.${name}`);
    return address;
  }

  /** How the host's HTTP treats requests of this publisher. */
  http(publisher: string): Pick<HostHttpInit, 'routes' | 'signInPaths' | 'publicOnly'> {
    const declared = this.#publishers.declared(publisher);
    if (!declared) return {};
    const { signInPaths, publicAddressesOnly } = declared.describe;
    const routes = Object.entries(declared.routes ?? {}).map(
      ([origin, name]) => [origin, this.address(publisher, name)] as const,
    );
    return {
      ...(routes.length > 0 && { routes: Object.fromEntries(routes) }),
      ...(signInPaths && { signInPaths }),
      ...(publicAddressesOnly && { publicOnly: this.#publicOnly(publisher) }),
    };
  }

  #publicOnly(publisher: string): HostHttpInit['publicOnly'] {
    const name = camelCase(publisher);
    const hosts = this.#init.plugins[name]?.allowedPrivateHosts ?? [];
    const option = `plugins.${name}.allowedPrivateHosts`;
    return { allowedPrivateHosts: typeof hosts === 'string' ? [] : hosts, option };
  }
}
