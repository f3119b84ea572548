/** Which refusals a platform's official description, or its table of codes, names for the operations a plugin uses. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Asked } from '../compliance/fake-platform.ts';

/** A row of the README's table, by its first cell; why this is no refusal here; or that its code tells. */
export type Account = { row: string } | { never: string } | { byCode: true };

export const never = (because: string): Account => ({ never: because });
export const byCode: Account = { byCode: true };

export interface Accounts {
  /** In OFFICIAL_SPECS_DIR. */
  file: string;
  /** What stands before the description's paths on the wire. */
  prefix: string;
  /** "POST /gists" → "422 Validation failed" → where it is accounted for. */
  operations: Readonly<Record<string, Readonly<Record<string, Account>>>>;
  /** Used, and not described: what the cut of the description, or the platform, leaves out. */
  undescribed: readonly string[];
  /** Codes, where one status has many meanings: where they are listed, and what each is; the first that fits counts. */
  codes?: {
    of: (description: Described) => readonly string[];
    accounts: readonly (readonly [code: string | RegExp, account: Account])[];
  };
}

export interface Described {
  paths: Record<string, Record<string, { responses?: Record<string, Response> }>>;
  components?: {
    responses?: Record<string, Response>;
    schemas?: Record<string, { properties?: { type?: { enum?: string[] } } }>;
  };
}
type Response = { $ref?: string; description?: string };

/** Undefined where OFFICIAL_SPECS_DIR is not set, or lacks the file. */
export function readDescription(file: string): Described | undefined {
  const directory = process.env.OFFICIAL_SPECS_DIR;
  const path = directory && join(directory, file);
  return path && existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Described) : undefined;
}

/** "404 Resource not found" of each refusal described for an operation; undefined where that is not described. */
export function refusalsOf(description: Described, operation: string): string[] | undefined {
  const [method = '', path = ''] = operation.split(' ');
  const responses = description.paths[path]?.[method.toLowerCase()]?.responses;
  if (!responses) return undefined;
  return Object.entries(responses)
    .filter(([status]) => /^(4|default)/.test(status))
    .map(([status, response]) => {
      const name = response.$ref?.split('/').at(-1) ?? '';
      const { description: words } = description.components?.responses?.[name] ?? response;
      return `${status} ${words}`;
    });
}

/** The operations of the requests that a fake saw; those not among the plugin's as "unknown GET /path". */
export function operationsIn(accounts: Accounts, requests: readonly Asked[]): Set<string> {
  const known = [...Object.keys(accounts.operations), ...accounts.undescribed].map((operation) => {
    const [method = '', path = ''] = operation.split(' ');
    // Names of branches and tags may hold slashes.
    const pattern = path.replace(/\{(ref|tag)\}$/, '.+').replace(/\{\w+\}/g, '[^/]+');
    const parameters = path.split('{').length;
    return { operation, method, parameters, path: new RegExp(`^${pattern}$`) };
  });
  // A name in the path counts before a parameter.
  known.sort((one, other) => one.parameters - other.parameters);
  const seen = new Set<string>();
  for (const { method, path } of requests) {
    const own = decodeURIComponent(
      path.startsWith(accounts.prefix) ? path.slice(accounts.prefix.length) : path,
    );
    const match = known.find((each) => each.method === method && each.path.test(own));
    seen.add(match?.operation ?? `unknown ${method} ${own}`);
  }
  return seen;
}
