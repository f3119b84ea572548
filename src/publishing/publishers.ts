import type { Publisher, PublisherPlugin } from '#contracts/publisher.ts';
import type { PublisherDeclaration } from '#contracts/publisher-declaration.ts';
import type { Logger } from '#core/logger.ts';
import { publishErrors } from './errors.ts';

export interface PublishersComponents {
  publishers: readonly PublisherPlugin[];
  logger: Pick<Logger, 'error'>;
}

/** The publishers of this hub, known immediately by their declarations. Their code loads with its first use. */
export class Publishers {
  readonly #components: PublishersComponents;
  readonly #loaded = new Map<string, Promise<Publisher>>();

  constructor(components: PublishersComponents) {
    this.#components = components;
  }

  get all(): readonly PublisherDeclaration[] {
    return this.#components.publishers;
  }

  declared(id: string): PublisherDeclaration | undefined {
    return this.#plugin(id);
  }

  /**
   * With its code, loaded once. Undefined: there is no such publisher. Throws PUBLISH_NOT_LOADED; the next use retries.
   */
  async loaded(id: string): Promise<Publisher | undefined> {
    const plugin = this.#plugin(id);
    if (!plugin) return undefined;
    const loading = this.#loaded.get(id) ?? this.#load(plugin);
    this.#loaded.set(id, loading);
    return loading;
  }

  /** The one whose platform reports releases. */
  get releases(): PublisherDeclaration | undefined {
    return this.all.find(({ hasReleaseNews }) => hasReleaseNews);
  }

  /** The same with its code. Throws PUBLISH_NOT_LOADED. */
  async ofReleases(): Promise<Publisher | undefined> {
    return this.releases && this.loaded(this.releases.id);
  }

  #plugin(id: string): PublisherPlugin | undefined {
    return this.#components.publishers.find((plugin) => plugin.id === id);
  }

  async #load(plugin: PublisherPlugin): Promise<Publisher> {
    try {
      return await assembled(plugin);
    } catch (cause) {
      this.#loaded.delete(plugin.id);
      this.#components.logger.error(
        { err: cause, publisher: plugin.id },
        'the code of a publisher did not load',
      );
      throw publishErrors.PUBLISH_NOT_LOADED({ publisher: plugin.describe.title }, { cause });
    }
  }
}

export async function assembled<Options>(plugin: PublisherPlugin<Options>): Promise<Publisher<Options>> {
  const { load, ...declaration } = plugin;
  return { ...declaration, ...(await load()) };
}
