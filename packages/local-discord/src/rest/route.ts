/** A REST route as its subject file declares it; `rest/server.ts` mounts it. */
import type { UploadedFile } from '../world/attachments.ts';
import type { BotRecord } from '../world/records.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Call<Params> {
  params: Params;
  query: Readonly<Record<string, string | undefined>>;
  files: readonly UploadedFile[];
  /** The JSON body. It was judged against the schema of its route, which is why it may be named a type here. */
  json<Body>(): Body;
  /** `http://127.0.0.1:PORT` */
  baseUrl: string;
}

export interface BotCall<Params> extends Call<Params> {
  bot: BotRecord;
}

export interface Reply {
  status: number;
  /** Absent: 204 without a content type. */
  body?: unknown;
}

interface RouteName {
  method: Method;
  /** As in Discord's own description: `/channels/{channel_id}`. */
  path: string;
}

// biome-ignore lint/suspicious/noExplicitAny: routes with different parameters stand in one list
type AnyParams = any;

export type Route = RouteName &
  (
    | { access: 'bot'; run: (call: BotCall<AnyParams>) => Reply | Promise<Reply> }
    | { access: 'open'; run: (call: Call<AnyParams>) => Reply | Promise<Reply> }
  );

/** `/a/{x}/{y}` gives `{ x: string; y: string }`. */
type ParamsOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { [Key in Name]: string } & ParamsOf<Rest>
  : unknown;

/** Needs `Authorization: Bot …`. */
export function botRoute<const Path extends string>(
  method: Method,
  path: Path,
  run: (call: BotCall<ParamsOf<Path>>) => Reply | Promise<Reply>,
): Route {
  return { method, path, access: 'bot', run };
}

/** Needs no authorization: the token is in the path, or there is nothing to protect. */
export function openRoute<const Path extends string>(
  method: Method,
  path: Path,
  run: (call: Call<ParamsOf<Path>>) => Reply | Promise<Reply>,
): Route {
  return { method, path, access: 'open', run };
}

export function ok(body: unknown): Reply {
  return { status: 200, body };
}

export function created(body: unknown): Reply {
  return { status: 201, body };
}

export function nothing(): Reply {
  return { status: 204 };
}
