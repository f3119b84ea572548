import { z } from 'zod';
import { optionMeta } from './option-meta.ts';
import { configSchema } from './schema.ts';

/** One option as people see it in the file, in the environment and in the docs. */
export interface Option {
  /** "audio.bufferMs" */
  path: string;
  /** "GUILDMESH_AUDIO_BUFFER_MS" */
  envName: string;
  envAlias: string | undefined;
  /** How the environment's text is parsed. */
  form: OptionForm;
  /** "ms", or undefined for values without a unit. */
  unit: string | undefined;
  /** Undefined: absent by default. */
  default: unknown;
  sentence: string;
  secret: boolean;
}

/** `json`: an object. */
export type OptionForm = 'text' | 'number' | 'boolean' | 'list' | 'json';

export const envPrefix = 'GUILDMESH_';

export function describeOptions(): Option[] {
  return optionsOf(configSchema, []);
}

/** `discord.apiUrl` → GUILDMESH_DISCORD_API_URL */
export function envNameOf(path: string): string {
  const words = path.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replaceAll('.', '_');
  return envPrefix + words.toUpperCase();
}

function optionsOf(group: z.ZodObject, prefix: readonly string[]): Option[] {
  return Object.entries(group.shape).flatMap(([key, schema]) => {
    const path = [...prefix, key];
    const inner = unwrap(schema);
    return inner instanceof z.ZodObject ? optionsOf(inner, path) : [optionOf(schema, path.join('.'))];
  });
}

function optionOf(schema: z.core.$ZodType, path: string): Option {
  const meta = optionMeta.get(schema);
  if (!meta) throw new Error(`the option ${path} has no sentence`);
  return {
    path,
    envName: envNameOf(path),
    envAlias: meta.envAlias,
    form: formOf(unwrap(schema)),
    unit: meta.unit,
    default: schema instanceof z.ZodDefault ? schema.parse(undefined) : undefined,
    sentence: meta.sentence,
    secret: meta.secret ?? false,
  };
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
    return unwrap(schema.unwrap());
  return schema;
}

function formOf(schema: z.core.$ZodType): OptionForm {
  if (schema instanceof z.ZodNumber) return 'number';
  if (schema instanceof z.ZodBoolean) return 'boolean';
  if (schema instanceof z.ZodArray) return 'list';
  if (schema instanceof z.ZodRecord) return 'json';
  return 'text';
}
