import type { Html } from '../page/html.ts';
import type { Changes } from './changes.ts';
import type { Depot } from './depot.ts';
import type { Answer, ApiRoute, Call, PageRoute } from './route.ts';
import type { IssuedToken, TokenField, Tokens } from './tokens.ts';

/** What every stand-in is made with. */
export interface ServiceWorld {
  /** "http://127.0.0.1:4282" */
  baseUrl: () => string;
  depot: Depot;
  changes: Changes;
  tokens: Tokens;
}

/** One stand-in. */
export interface Service {
  /** First part of its pages' addresses. */
  id: string;
  title: string;
  /** Where it is reached, by name: "apiUrl" → the path. */
  addresses: Readonly<Record<string, string>>;
  /** Paths that are its API: what no route takes is refused in its words. */
  prefixes: readonly string[];
  /** Host headers of the real one, for clients that know no other. */
  hosts?: readonly string[];
  apis: readonly ApiRoute[];
  pages: readonly PageRoute[];
  /** What people get when they ask for a token, and where it goes. */
  tokenHelp(): string;
  newToken(): readonly TokenField[];
  /** The token that a request brings, valid or not; undefined: none, or an unknown one. */
  tokenOf(call: Call): IssuedToken | undefined;
  /** In the platform's own words and form. */
  refusal(status: number, message: string, retryAfterSeconds?: number): Answer;
  /** The platform's sentence for a token that doesn't count. */
  badToken: string;
  /** Headers of every answer. */
  answerHeaders?(): Readonly<Record<string, string>>;
  /** What stands there, newest first. */
  overview(): Html;
}

/** Thrown by a route: the platform refuses. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(`refused with ${answer.status}`);
    this.answer = answer;
  }
}
