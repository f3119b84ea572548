/** Judges REST exchanges by Discord's official OpenAPI document, where OFFICIAL_SPECS_DIR names its folder. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Exchange } from '@guildmesh/local-discord/contract';
import { withNumericPermissions } from '@guildmesh/local-discord/rest/numeric-permissions';

export interface OfficialJudge {
  observe(exchange: Exchange): void;
  /** What the description refuses, one line each. Empty when all is well, and when there is no description. */
  readonly problems: readonly string[];
  /** How many bodies and answers were held against a schema. */
  readonly judgedCount: number;
}

interface AjvError {
  instancePath: string;
  keyword: string;
  message?: string;
  params?: object;
}
type Validate = ((data: unknown) => boolean) & { errors?: AjvError[] | null };
interface Operation {
  requestBody?: { content?: Record<string, { schema: object }> };
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: object }> }>;
}
interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, { content?: Record<string, { schema: object }> }> };
}

const descriptionId = 'discord';

export function officialDescriptionPath(): string | undefined {
  const directory = process.env.OFFICIAL_SPECS_DIR;
  const path = directory && join(directory, 'discord-full.json');
  return path && existsSync(path) ? path : undefined;
}

/** Says so on stderr and judges nothing when OFFICIAL_SPECS_DIR is not set. */
export function createOfficialJudge(): OfficialJudge {
  const path = officialDescriptionPath();
  if (path === undefined) {
    process.stderr.write('OFFICIAL_SPECS_DIR is not set: nothing is judged by the official description.\n');
    return { observe: () => {}, problems: [], judgedCount: 0 };
  }
  shared ??= compilerOf(JSON.parse(readFileSync(path, 'utf8')) as Description);
  return new Judge(shared);
}

interface Compiler {
  description: Description;
  compile(pointer: string): Validate;
}

/** Compiling a schema takes longer than most tests, so it happens once in a process; each judge has its own verdicts. */
let shared: Compiler | undefined;

function compilerOf(description: Description): Compiler {
  // Ajv comes with fastify, and is CommonJS.
  const { default: Ajv2020 } = createRequire(import.meta.url)('ajv/dist/2020.js');
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
  ajv.addSchema(description, descriptionId);
  const compiled = new Map<string, Validate>();
  return {
    description,
    compile: (pointer) => {
      const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `${descriptionId}#${pointer}` });
      compiled.set(pointer, validate);
      return validate;
    },
  };
}

class Judge implements OfficialJudge {
  readonly #problems: string[] = [];
  /** As they went over the wire; judged when somebody asks, as compiling a schema takes longer than a bot may. */
  readonly #waiting: string[] = [];
  #judgedCount = 0;
  readonly #description: Description;
  readonly #compile: Compiler['compile'];

  constructor({ description, compile }: Compiler) {
    this.#description = description;
    this.#compile = compile;
  }

  get problems(): readonly string[] {
    for (const exchange of this.#waiting.splice(0)) this.#judgeExchange(JSON.parse(exchange) as Exchange);
    return this.#problems;
  }

  get judgedCount(): number {
    return this.#judgedCount;
  }

  observe(exchange: Exchange): void {
    this.#waiting.push(JSON.stringify(exchange));
  }

  #judgeExchange(exchange: Exchange): void {
    const { method, path, status, body, answer, multipart } = exchange;
    // The description knows no failures of Discord's own; only fault switches make them.
    if (status >= 500) return;
    const where = `${method} ${path}`;
    const known = this.#operation(method, path);
    if (!known) {
      this.#problems.push(`${where}: the official description has no such operation`);
      return;
    }
    if (status < 400 && body !== undefined) {
      this.#judgeRequest(where, known.pointer, known.operation, withNumericPermissions(body), multipart);
    }
    this.#judgeAnswer(where, known.pointer, known.operation, status, answer);
  }

  #operation(method: string, path: string): { pointer: string; operation: Operation } | undefined {
    const operation = this.#description.paths[path]?.[method.toLowerCase()];
    return operation && { pointer: `/paths/${pointerSegment(path)}/${method.toLowerCase()}`, operation };
  }

  #judgeRequest(
    where: string,
    pointer: string,
    operation: Operation,
    body: unknown,
    multipart: boolean,
  ): void {
    const content = operation.requestBody?.content ?? {};
    const type = multipart && content['multipart/form-data'] ? 'multipart/form-data' : 'application/json';
    if (!content[type]) return;
    this.#judge(`${where} request`, `${pointer}/requestBody/content/${pointerSegment(type)}/schema`, body);
  }

  #judgeAnswer(where: string, pointer: string, operation: Operation, status: number, answer: unknown): void {
    const key = [String(status), `${Math.floor(status / 100)}XX`].find(
      (candidate) => operation.responses[candidate],
    );
    const at = `${where} answer ${status}`;
    if (key === undefined) {
      this.#problems.push(`${at}: the official description has no such status`);
      return;
    }
    const { $ref } = operation.responses[key] ?? {};
    const base = $ref ? $ref.slice(1) : `${pointer}/responses/${key}`;
    const content = $ref
      ? this.#description.components.responses[$ref.split('/').at(-1) ?? '']?.content
      : operation.responses[key]?.content;
    const hasSchema = content?.['application/json'] !== undefined;
    if (hasSchema !== (answer !== undefined)) {
      this.#problems.push(`${at}: ${hasSchema ? 'lacks a body' : 'has a body where none is described'}`);
    }
    const judged = status === 400 ? withoutFieldErrors(answer) : answer;
    if (hasSchema) this.#judge(at, `${base}/content/${pointerSegment('application/json')}/schema`, judged);
  }

  #judge(where: string, pointer: string, value: unknown): void {
    const validate = this.#compile(pointer);
    this.#judgedCount += 1;
    if (validate(value)) return;
    const lines = leavesOf(validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath || '/'} ${message} ${JSON.stringify(params)}`,
    );
    this.#problems.push(`${where}: ${[...new Set(lines)].join('; ')}`);
  }
}

/**
 * The description calls the codes of field errors integers; Discord's documentation and its answers have words
 * such as BASE_TYPE_REQUIRED. The words are right.
 */
function withoutFieldErrors(answer: unknown): unknown {
  const { errors: _errors, ...rest } = answer as { errors?: unknown };
  return rest;
}

/** Leaf errors say what to fix; for a union that failed without one, its own error must not vanish. */
function leavesOf(errors: readonly AjvError[]): readonly AjvError[] {
  const leaves = errors.filter(
    ({ keyword }) => keyword !== 'anyOf' && keyword !== 'oneOf' && keyword !== '$ref',
  );
  return leaves.length > 0 ? leaves : errors;
}

/** A segment of a JSON pointer inside a URI fragment. */
function pointerSegment(segment: string): string {
  return encodeURIComponent(segment.replaceAll('~', '~0').replaceAll('/', '~1'));
}
