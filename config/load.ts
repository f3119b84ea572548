import type { z } from 'zod';
import { errorText } from '#core/errors.ts';
import { Secret } from '#core/secret.ts';
import { suggest } from '#core/text/suggest.ts';
import { configErrors } from './errors.ts';
import { describeOptions, envPrefix, type Option } from './options.ts';
import { requirePublisherOptions } from './process-roles.ts';
import { configSchema } from './schema.ts';

/** The configuration a hub starts with: complete, checked, with secrets wrapped. */
export type HubConfig = z.output<typeof configSchema>;

export interface ConfigSources {
  /** The configuration file; absent: the one GUILDMESH_CONFIG names, if any. */
  file?: ConfigFile;
  env: Readonly<Record<string, string | undefined>>;
  /** Reads the configuration file and the files of secrets (`…_FILE`). May throw. */
  readFile: (path: string) => string;
}

export interface ConfigFile {
  path: string;
  text: string;
}

export const configFileEnvName = `${envPrefix}CONFIG`;
/** Credentials of targets: people choose their names, so they are no options. */
export const secretEnvPrefix = `${envPrefix}SECRET_`;

type Tree = Record<string, unknown>;

/** A value on its way into the schema, and the name to blame for it. */
interface Found {
  option: Option;
  from: string;
  value: unknown;
}

/** Defaults < file < environment. Pure but for `readFile`. Throws CONFIG_INVALID with every problem at once, CONFIG_PUBLISHER_INCOMPLETE. */
export function loadConfig(sources: ConfigSources): HubConfig {
  const options = describeOptions();
  const problems: string[] = [];
  const file = sources.file ?? namedFile(sources, problems);
  const tree = file ? treeOf(file, problems) : {};
  if (file) refuseSecrets(tree, options, file, problems);
  const found = [...valuesOf(sources, options, problems)];
  for (const { option, value } of found) setAt(tree, option.path.split('.'), value);
  problems.push(...unknownEnvNames(sources.env, options));

  const parsed = configSchema.safeParse(tree);
  if (!parsed.success)
    problems.push(...parsed.error.issues.flatMap((issue) => describeIssue(issue, options, found, file)));
  if (problems.length > 0 || !parsed.success) throw configErrors.CONFIG_INVALID({ problems });
  requirePublisherOptions(parsed.data);
  return parsed.data;
}

function namedFile(sources: ConfigSources, problems: string[]): ConfigFile | undefined {
  const path = sources.env[configFileEnvName];
  if (!path) return undefined;
  try {
    return { path, text: sources.readFile(path) };
  } catch (error) {
    problems.push(`${configFileEnvName}: ${path} can't be read (${reasonOf(error)})`);
    return undefined;
  }
}

function treeOf(file: ConfigFile, problems: string[]): Tree {
  try {
    const tree: unknown = JSON.parse(file.text);
    if (isTree(tree)) return tree;
    problems.push(`${file.path}: must hold one JSON object`);
  } catch (error) {
    // Only the place: the parser's own text quotes the file, and a secret may be there by mistake.
    const place = /line \d+ column \d+/.exec(errorText(error))?.[0] ?? 'its end';
    problems.push(`${file.path}: is not valid JSON at ${place}`);
  }
  return {};
}

function refuseSecrets(tree: Tree, options: readonly Option[], file: ConfigFile, problems: string[]): void {
  for (const option of options.filter(({ secret }) => secret)) {
    if (!takeAt(tree, option.path.split('.'))) continue;
    problems.push(
      `${file.path}: ${option.path} is a secret and must not stand in the file; set ${option.envName} or ${option.envName}_FILE`,
    );
  }
}

function* valuesOf(
  sources: ConfigSources,
  options: readonly Option[],
  problems: string[],
): Generator<Found, void> {
  for (const option of options) {
    const names = namesOf(option).filter((name) => sources.env[name]);
    const [from, ...others] = names;
    if (!from) continue;
    if (others.length > 0) {
      problems.push(`${names.join(' and ')} are set together; set one of them`);
      continue;
    }
    const text =
      option.secret && from.endsWith('_FILE') ? secretFile(sources, from, problems) : sources.env[from];
    if (text !== undefined) yield { option, from, value: readAs(option, text) };
  }
}

/** All environment names that set an option. */
function namesOf(option: Option): string[] {
  const names = option.envAlias ? [option.envName, option.envAlias] : [option.envName];
  return option.secret ? names.flatMap((name) => [name, `${name}_FILE`]) : names;
}

function secretFile(sources: ConfigSources, name: string, problems: string[]): string | undefined {
  const path = sources.env[name] ?? '';
  try {
    const text = sources.readFile(path).trim();
    if (text) return text;
    problems.push(`${name}: ${path} is empty`);
  } catch (error) {
    problems.push(`${name}: ${path} can't be read (${reasonOf(error)})`);
  }
  return undefined;
}

/** A text that can't be read in the option's form stays text: the schema then says what it expected. */
function readAs(option: Option, text: string): unknown {
  if (option.secret) return new Secret(text.trim());
  switch (option.form) {
    case 'number':
      return /^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : text;
    case 'boolean':
      return booleans.get(text.trim().toLowerCase()) ?? text;
    case 'list':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'json':
      return jsonOf(text);
    case 'text':
      return text;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['off', false],
]);

function unknownEnvNames(env: ConfigSources['env'], options: readonly Option[]): string[] {
  const known = [configFileEnvName, ...options.flatMap(namesOf)];
  return Object.keys(env)
    .filter((name) => name.startsWith(envPrefix) && env[name] && !known.includes(name))
    .filter((name) => !name.startsWith(secretEnvPrefix))
    .map((name) => withSuggestion(`${name}: there is no such option`, suggest(name, known)));
}

function describeIssue(
  issue: z.core.$ZodIssue,
  options: readonly Option[],
  found: readonly Found[],
  file: ConfigFile | undefined,
): string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${file?.path}: ${unknownKey([...path, key], options)}`);
  const dotted = path.join('.');
  const blamed = found.find(({ option }) => dotted === option.path || dotted.startsWith(`${option.path}.`));
  return [`${blamed ? blamed.from : `${file?.path}: ${dotted}`}: ${issue.message}`];
}

function unknownKey(path: readonly string[], options: readonly Option[]): string {
  const dotted = path.join('.');
  const paths = options.map((option) => option.path);
  const groups = paths.flatMap((known) => (known.includes('.') ? [known.slice(0, known.indexOf('.'))] : []));
  const last = path.at(-1);
  // A right name in the wrong place is as common as a typing error.
  const elsewhere = paths.find((known) => known.split('.').at(-1) === last);
  return withSuggestion(
    `${dotted}: there is no such option`,
    elsewhere ?? suggest(dotted, [...paths, ...new Set(groups)]),
  );
}

function withSuggestion(sentence: string, suggestion: string | undefined): string {
  return suggestion ? `${sentence}; did you mean ${suggestion}?` : sentence;
}

function setAt(tree: Tree, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) {
    tree[key] = value;
    return;
  }
  const inner = tree[key] ?? {};
  // Any other value in a group's place is left to the schema.
  if (!isTree(inner)) return;
  tree[key] = inner;
  setAt(inner, rest, value);
}

/** Removes the value at a path; false when there was none. */
function takeAt(tree: Tree, path: readonly string[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined || !Object.hasOwn(tree, key)) return false;
  const inner = tree[key];
  if (rest.length > 0) return isTree(inner) && takeAt(inner, rest);
  delete tree[key];
  return true;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The system's code ("ENOENT") says enough, and contains no text of the file. */
function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
}
