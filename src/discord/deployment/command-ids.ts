import type { Deployment } from './deploy-commands.ts';

/** Discord's ids of the registered commands: what a mention of a command names. */
export class CommandIds {
  /** By scope, then by the name of the command. */
  readonly #byScope = new Map<string, Readonly<Record<string, string>>>();

  note(deployments: readonly Deployment[]): void {
    for (const { scope, ids } of deployments) {
      if (Object.keys(ids).length > 0) this.#byScope.set(scope, ids);
      else this.#byScope.delete(scope);
    }
  }

  forget(guildId: string): void {
    this.#byScope.delete(scopeOf(guildId));
  }

  /** `words`: "play", "publish target add". What people can click, or type where the id isn't known. */
  mention(guildId: string, words: string): string {
    const [name = ''] = words.split(' ');
    const id = this.#byScope.get(scopeOf(guildId))?.[name] ?? this.#byScope.get('global')?.[name];
    return id === undefined ? `/${words}` : `</${words}:${id}>`;
  }
}

function scopeOf(guildId: string): string {
  return `guild:${guildId}`;
}
