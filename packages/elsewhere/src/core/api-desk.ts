import { setTimeout as pause } from 'node:timers/promises';
import { commonHeaders } from '../page/layout.ts';
import { fieldsOf, parsedJson } from './fields.ts';
import { type LoggedBody, type LoggedRequest, loggedBody, type RequestLog } from './request-log.ts';
import type { Answer, ApiCall, ApiRoute, Call } from './route.ts';
import { Refusal, type Service } from './service.ts';
import type { Met, Switches } from './switches.ts';
import { stateOf } from './tokens.ts';

/** JSON that an API takes; files are larger and no JSON. */
const jsonBytesMax = 32 * 1024 * 1024;

export interface Exchange {
  service: string;
  call: Call;
  answer: Answer;
}

export interface ApiDeskComponents {
  log: RequestLog;
  switches: ReadonlyMap<string, Switches>;
  onChange: () => void;
  /** Sees each request with the answer of the platform itself. */
  observe?: (exchange: Exchange) => void;
  /** For defects. */
  writeLog: (line: string) => void;
  /** Aborted at the end: nothing waits any longer. */
  stopping: AbortSignal;
}

/** `cut`: the connection ends instead of the answer. */
export type Outcome = { answer: Answer } | { cut: true };

/** What happens to each request of an API: log, switches, token, route, in the platform's words. */
export class ApiDesk {
  readonly #components: ApiDeskComponents;

  constructor(components: ApiDeskComponents) {
    this.#components = components;
  }

  async serve(service: Service, route: ApiRoute | undefined, call: Call): Promise<Outcome> {
    const { log, switches, onChange, stopping } = this.#components;
    const { method, headers, body } = call;
    const logged = log.add({
      service: service.id,
      method,
      url: call.query.size > 0 ? `${call.path}?${call.query}` : call.path,
      headers: Object.entries(headers),
      body,
    });
    const isWrite = method !== 'GET' && method !== 'HEAD' && route?.isSignIn !== true;
    const met = switches.get(service.id)?.meet(isWrite) ?? { delayMs: 0 };
    if (met.delayMs > 0) await pause(met.delayMs, undefined, { signal: stopping }).catch(() => {});
    const outcome = await this.#outcome(service, route, call, met);
    note(logged, outcome, met);
    onChange();
    return outcome;
  }

  async #outcome(service: Service, route: ApiRoute | undefined, call: Call, met: Met): Promise<Outcome> {
    if (met.tooManyForSeconds !== undefined)
      return { answer: service.refusal(429, 'Too many requests. Slow down.', met.tooManyForSeconds) };
    if (met.write === 'fail-before') return { answer: service.refusal(500, failed) };
    const answer = withHeaders(await this.#answer(service, route, call), service.answerHeaders?.());
    this.#components.observe?.({ service: service.id, call, answer });
    if (met.write === 'lost-answer') return { cut: true };
    return { answer: met.write === 'fail-after' ? service.refusal(500, failed) : answer };
  }

  async #answer(service: Service, route: ApiRoute | undefined, call: Call): Promise<Answer> {
    if (!route) return service.refusal(404, 'Not Found');
    const isJson = /json/.test(call.headers['content-type'] ?? '') && call.body.sizeBytes <= jsonBytesMax;
    const given = isJson ? parsedJson(call.body.bytes.toString()) : undefined;
    if (isJson && call.body.sizeBytes > 0 && given === undefined && !isLines(call))
      return service.refusal(400, 'Problems parsing JSON');
    const token = route.access === 'open' ? undefined : service.tokenOf(call);
    if (route.access !== 'open' && (!token || stateOf(token) !== 'valid'))
      return service.refusal(401, service.badToken);
    const apiCall: ApiCall = { ...call, json: fieldsOf(given), token };
    try {
      return await route.run(apiCall);
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      this.#components.writeLog(`elsewhere: ${error instanceof Error ? error.stack : String(error)}`);
      return service.refusal(500, 'The stand-in met a defect of its own.');
    }
  }
}

const failed = 'Something went wrong here (a switch of this stand-in).';

/** JSON line by line. */
function isLines({ headers }: Call): boolean {
  return /ndjson/.test(headers['content-type'] ?? '');
}

function withHeaders(answer: Answer, headers: Readonly<Record<string, string>> = {}): Answer {
  return { ...answer, headers: { ...commonHeaders, ...headers, ...answer.headers } };
}

function note(logged: LoggedRequest, outcome: Outcome, met: Met): void {
  const fault = faultText(met);
  if (fault !== '') logged.fault = fault;
  if ('cut' in outcome) return;
  const { status, headers = {} } = outcome.answer;
  logged.answer = { status, headers: Object.entries(headers), body: bodyOf(outcome.answer) };
}

function faultText({ delayMs, tooManyForSeconds, write }: Met): string {
  return [
    delayMs > 0 ? `answered ${delayMs / 1_000} s late` : '',
    tooManyForSeconds === undefined ? '' : 'refused by the switch “429”',
    write === 'fail-before' ? 'refused by the switch “500 before”: nothing happened' : '',
    write === 'fail-after' ? 'took effect, and was answered with 500 by the switch' : '',
    write === 'lost-answer' ? 'took effect, and the connection was cut by the switch' : '',
  ]
    .filter(Boolean)
    .join('; ');
}

function bodyOf({ json, text, file }: Answer): LoggedBody {
  if (file) return { text: '', note: `${file.bytes.byteLength} bytes of ${file.name}` };
  return loggedBody(Buffer.from(json === undefined ? (text ?? '') : JSON.stringify(json, undefined, 2)));
}
