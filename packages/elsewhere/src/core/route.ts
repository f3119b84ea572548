import type { Html } from '../page/html.ts';
import type { Body } from './body.ts';
import type { Fields } from './fields.ts';
import type { IssuedToken } from './tokens.ts';

export interface Call {
  method: string;
  path: string;
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Body;
  /** "http://127.0.0.1:4282" */
  baseUrl: string;
}

export interface ApiCall extends Call {
  /** The body as JSON; empty for anything else. */
  json: Fields;
  /** Only for routes that ask for one. */
  token: IssuedToken | undefined;
}

export interface Answer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** At most one of the three. */
  json?: unknown;
  text?: string;
  file?: { bytes: Buffer; mediaType: string; name: string };
}

/** A page for people, in the frame of all pages. */
export interface PageAnswer {
  status?: number;
  title: string;
  main: Html;
  /** Where its forms may lead besides here. */
  formsLeadTo?: string;
}

export interface ApiRoute {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** "/repos/{owner}/{repo}/contents/{path*}": a star takes the slashes, too. */
  path: string;
  /** Absent: with a token. */
  access?: 'open';
  /** A POST that only obtains a token: the switches for writes pass over it. */
  isSignIn?: true;
  run(call: ApiCall): Answer | Promise<Answer>;
}

export interface PageRoute {
  method: 'GET' | 'POST';
  path: string;
  run(call: Call): PageAnswer | Answer | Promise<PageAnswer | Answer>;
}

export interface CompiledRoute<Route> {
  route: Route;
  pattern: RegExp;
}

export function compiled<Route extends { path: string }>(route: Route): CompiledRoute<Route> {
  const source = route.path
    .split(/(\{\w+\*?\})/)
    .map((part) => {
      const [, name, star] = /^\{(\w+)(\*?)\}$/.exec(part) ?? [];
      if (name === undefined) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      return `(?<${name}>${star ? '.+' : '[^/]+'})`;
    })
    .join('');
  return { route, pattern: new RegExp(`^${source}$`) };
}

/** Undefined: the path isn't the route's, or can't be decoded. */
export function paramsOf(pattern: RegExp, path: string): Record<string, string> | undefined {
  const groups = pattern.exec(path)?.groups;
  if (!pattern.test(path)) return undefined;
  try {
    return Object.fromEntries(
      Object.entries(groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch {
    return undefined;
  }
}
