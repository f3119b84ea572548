import { createHash } from 'node:crypto';
import type { APIApplicationCommand, RESTPutAPIApplicationCommandsJSONBody } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Command } from '#contracts/command.ts';
import type { KeyValueStore } from '#contracts/key-value-store.ts';

/** What was registered for one scope: our hash of each definition, and Discord's id and version of the result. */
const entry = z.object({ hash: z.string(), id: z.string(), version: z.string() });
const manifest = z.record(z.string(), entry);
export type Manifest = z.output<typeof manifest>;

export interface CommandDiff {
  added: string[];
  changed: string[];
  removed: string[];
}

type Definition = RESTPutAPIApplicationCommandsJSONBody[number];

/** The definitions to register: slash commands, and their commands on messages. */
export function definitionsOf(commands: readonly Command[]): Definition[] {
  return commands.flatMap(({ definition, onMessage = [] }) => [
    definition,
    ...onMessage.map((command) => command.definition),
  ]);
}

export function manifestKey(applicationId: string, scope: string): string {
  return `discord-commands:${applicationId}:${scope}`;
}

export async function readManifest(store: KeyValueStore, key: string): Promise<Manifest> {
  const parsed = manifest.safeParse(await store.get(key));
  return parsed.success ? parsed.data : {};
}

export function manifestOf(
  commands: readonly Command[],
  registered: readonly APIApplicationCommand[],
): Manifest {
  const known = new Map(registered.map((command) => [command.name, command]));
  const entries = definitionsOf(commands).map((definition) => {
    const { id = '', version = '' } = known.get(definition.name) ?? {};
    return [definition.name, { hash: hashOf(definition), id, version }] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * What a registration would change. A command counts as unchanged when our definition has the same hash and Discord
 * still has the version it made of it: so edits by others, and commands that Discord lost, are detected too.
 */
export function diffOf(
  commands: readonly Command[],
  registered: readonly APIApplicationCommand[],
  last: Manifest,
): CommandDiff {
  const present = new Map(registered.map((command) => [command.name, command]));
  const wanted = new Map(definitionsOf(commands).map((definition) => [definition.name, hashOf(definition)]));
  const unchanged = (name: string, hash: string) => {
    const was = last[name];
    const is = present.get(name);
    return was?.hash === hash && was.id === is?.id && was.version === is.version;
  };
  return {
    added: [...wanted.keys()].filter((name) => !present.has(name)),
    changed: [...wanted]
      .filter(([name, hash]) => present.has(name) && !unchanged(name, hash))
      .map(([name]) => name),
    removed: [...present.keys()].filter((name) => !wanted.has(name)),
  };
}

export function isEmpty({ added, changed, removed }: CommandDiff): boolean {
  return added.length + changed.length + removed.length === 0;
}

function hashOf(definition: Definition): string {
  return createHash('sha256').update(JSON.stringify(definition, sortedKeys)).digest('hex');
}

/** Two spellings of one object have the same hash. */
function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
