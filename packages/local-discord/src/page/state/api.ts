import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import { pageErrors } from '../../page-api/errors.ts';
import {
  type ActAnswer,
  type ActResult,
  type AutocompleteAct,
  apiPrefix,
  type ClickAct,
  type GuildState,
  type MessageCommandAct,
  type MessagesState,
  type ModalAct,
  type PanelsState,
  type Refusal,
  type RunAct,
  type SayAct,
  type SelectAct,
  type WorldState,
} from '../../page-api/protocol.ts';

/** A call that the server refused, in its words. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

export const api = {
  panels: () => get<PanelsState>('/panels'),
  world: () => get<WorldState>('/world'),
  guild: (guildId: string) => get<GuildState>(`/guilds/${guildId}`),
  messages: (channelId: string, viewerId: string) =>
    get<MessagesState>(`/channels/${channelId}/messages?viewer=${viewerId}`),
  run: (act: RunAct) => post<ActResult>('/run', act),
  autocomplete: (act: AutocompleteAct, signal: AbortSignal) =>
    post<APIApplicationCommandOptionChoice[]>('/autocomplete', act, signal),
  click: (act: ClickAct) => post<ActResult>('/click', act),
  select: (act: SelectAct) => post<ActResult>('/select', act),
  submitModal: (act: ModalAct) => post<ActResult>('/modal', act),
  runOnMessage: (act: MessageCommandAct) => post<ActResult>('/message-command', act),
  say: (act: SayAct) => post<unknown>('/say', act),
};

export type Api = typeof api;

export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refused) return error.refusal;
  const { code, message, next } = pageErrors.PAGE_OFFLINE();
  return { code, message, next };
}

function get<Result>(path: string): Promise<Result> {
  return call<Result>(path, {});
}

async function post<Result>(path: string, body: unknown, signal?: AbortSignal): Promise<Result> {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  const answer = await call<ActAnswer<Result>>(path, { ...init, signal: signal ?? null });
  if ('refusal' in answer) throw new Refused(answer.refusal);
  return answer.result;
}

async function call<Result>(path: string, init: RequestInit): Promise<Result> {
  const response = await fetch(apiPrefix + path, init);
  const body: unknown = await response.json();
  if (!response.ok) throw new Refused(readRefusal(body));
  return body as Result;
}

/** What stands between the page and its server (a proxy, an older version) may refuse in words of its own. */
function readRefusal(body: unknown): Refusal {
  const { code, message, next } = pageErrors.PAGE_OFFLINE();
  const said: Partial<Record<keyof Refusal, unknown>> = body !== null && typeof body === 'object' ? body : {};
  return {
    code: typeof said.code === 'string' ? said.code : code,
    message: typeof said.message === 'string' ? said.message : message,
    next: typeof said.next === 'string' ? said.next : next,
  };
}
