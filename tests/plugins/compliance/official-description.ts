/** Judges requests and answers by a platform's own OpenAPI description, where OFFICIAL_SPECS_DIR names the folder. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, OpenAPIBackend } from 'openapi-backend';
import type { Answer, Asked } from './fake-platform.ts';

export interface OfficialDescription {
  /** Judged with what the fake answered. Answers of 500 and above are nobody's description. */
  observe(asked: Asked, answer: Answer): void;
  /** `value` with whatever else the description demands of this answer, so that a fake says only what matters. */
  complete(asked: Pick<Asked, 'method' | 'path'>, status: number, value: unknown): unknown;
  readonly violations: readonly string[];
  readonly judgedCount: number;
}

export interface OfficialInit {
  /** Operations that the cut of the description leaves out: "GET /app/installations/{id}". */
  leftOut?: readonly RegExp[];
  /** Where the description contradicts its own words, as it would be reported. */
  contradicted?: readonly RegExp[];
}

type Schema = {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  nullable?: boolean;
  format?: string;
  example?: unknown;
  minItems?: number;
};

const missing = new Set<string>();

/** Undefined, saying so on stderr, when OFFICIAL_SPECS_DIR is not set. */
export async function officialDescription(
  file: string,
  init: OfficialInit = {},
): Promise<OfficialDescription | undefined> {
  const directory = process.env.OFFICIAL_SPECS_DIR;
  const path = directory && join(directory, file);
  if (!path || !existsSync(path)) {
    if (!missing.has(file))
      process.stderr.write(`OFFICIAL_SPECS_DIR has no ${file}: its requests are not judged.\n`);
    missing.add(file);
    return undefined;
  }
  const loaded = await (compiled.get(path) ?? compile(path));
  return judge(loaded.api, loaded.document, init);
}

/** Compiling takes longer than most tests; each fake has its own verdicts. */
const compiled = new Map<string, Promise<{ api: OpenAPIBackend; document: Document }>>();

function compile(path: string) {
  const loading = load(path);
  compiled.set(path, loading);
  return loading;
}

async function load(path: string) {
  const document = withNullSpelledOut(JSON.parse(readFileSync(path, 'utf8'))) as Document;
  const api = new OpenAPIBackend({
    definition: document,
    quick: true,
    // Keywords of OpenAPI that aren't JSON Schema's.
    ajvOpts: { strict: false, validateFormats: false },
  });
  await api.init();
  return { api, document };
}

/** Ajv takes OpenAPI's `nullable` only beside a `type`; GitHub writes it beside `allOf` and `oneOf` too. */
function withNullSpelledOut(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNullSpelledOut);
  if (typeof value !== 'object' || value === null) return value;
  const mapped = Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, withNullSpelledOut(part)]),
  );
  const isBare = mapped.nullable === true && mapped.type === undefined;
  if (!isBare || !(mapped.$ref || mapped.allOf || mapped.anyOf || mapped.oneOf)) {
    if (isBare) delete mapped.nullable;
    return mapped;
  }
  const { nullable: _, ...schema } = mapped;
  return { anyOf: [schema, { type: 'null' }] };
}

function judge(
  api: OpenAPIBackend,
  document: Document,
  { leftOut = [], contradicted = [] }: OfficialInit,
): OfficialDescription {
  const violations: string[] = [];
  let judgedCount = 0;
  const matched = ({ method, path }: Pick<Asked, 'method' | 'path'>) =>
    api.router.matchOperation({ method, path, headers: {}, query: {} }, false);

  function observe(asked: Asked, answer: Answer): void {
    const where = `${asked.method} ${asked.path}`;
    if (answer.status >= 500 || leftOut.some((pattern) => pattern.test(where))) return;
    const operation = matched(asked);
    if (!operation?.operationId) return void violations.push(`${where}: no such operation`);
    judgedCount++;
    // A refusal may well answer a request that the description refuses too.
    if (answer.status < 400) {
      const { errors } = api.validateRequest(requestOf(asked), operation);
      for (const error of errors ?? [])
        violations.push(`${where} request ${error.instancePath} ${error.message}`);
    }
    if (!Object.hasOwn(operation.responses ?? {}, String(answer.status))) {
      // Moves, conditions, authentication and limits are described once, outside the operations.
      if (![301, 304, 307, 401, 403, 404, 429].includes(answer.status))
        violations.push(`${where}: no answer ${answer.status}`);
      return;
    }
    const { errors } = api.validateResponse(answer.body ?? null, operation, answer.status);
    if (answer.body === undefined) return;
    for (const error of errors ?? []) {
      violations.push(`${where} answer ${answer.status} ${error.instancePath} ${error.message}`);
    }
  }

  return {
    observe,
    complete(asked, status, value) {
      const responses = matched(asked)?.responses as Record<
        string,
        { content?: Record<string, { schema: Schema }> }
      >;
      const content = responses?.[status]?.content;
      const schema = content && Object.values(content)[0]?.schema;
      return schema ? completed(document, schema, value) : value;
    },
    get violations() {
      return violations.filter((violation) => !contradicted.some((pattern) => pattern.test(violation)));
    },
    get judgedCount() {
      return judgedCount;
    },
  };
}

function requestOf(asked: Asked) {
  const isJson = /json/.test(asked.headers['content-type'] ?? '');
  return {
    method: asked.method,
    path: asked.path,
    // GitHub's older name of the same type is not among those described.
    headers: { ...asked.headers, accept: 'application/json' },
    query: Object.fromEntries(asked.query),
    body: isJson ? JSON.parse(asked.body.toString()) : asked.body.length > 0 ? 'bytes' : undefined,
  };
}

function completed(document: Document, given: Schema, value: unknown, depth = 0): unknown {
  const schema = resolved(document, given);
  if (value === null) return null;
  if (value === undefined && schema.enum) return schema.enum[0];
  if (value === undefined) return schema.nullable || depth > 12 ? null : sample(document, schema, depth);
  if (Array.isArray(value)) {
    const items = schema.items;
    return items ? value.map((item) => completed(document, items, item, depth + 1)) : value;
  }
  if (typeof value !== 'object') return value;
  const filled: Record<string, unknown> = { ...value };
  for (const name of new Set([...(schema.required ?? []), ...Object.keys(value)])) {
    const property = schema.properties?.[name];
    if (property) filled[name] = completed(document, property, filled[name], depth + 1);
  }
  return filled;
}

function sample(document: Document, schema: Schema, depth: number): unknown {
  switch (schema.type) {
    case 'object':
      return completed(document, schema, {}, depth + 1);
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => null);
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return false;
    case 'string':
      return schema.format === 'date-time' ? '2026-01-01T00:00:00Z' : 'https://example.com/';
    default:
      return schema.properties ? completed(document, schema, {}, depth + 1) : {};
  }
}

/** References followed, `allOf` merged, of alternatives the first. */
function resolved(document: Document, schema: Schema): Schema {
  if (schema.$ref) {
    const target = schema.$ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], document);
    return resolved(document, target as Schema);
  }
  const alternative = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  const parts = [...(schema.allOf ?? []), ...(alternative ? [alternative] : [])].map((part) =>
    resolved(document, part),
  );
  if (parts.length === 0) return schema;
  return {
    ...Object.assign({}, ...parts),
    ...schema,
    properties: Object.assign({}, ...parts.map(({ properties }) => properties), schema.properties),
    required: [...parts.flatMap(({ required }) => required ?? []), ...(schema.required ?? [])],
  };
}
