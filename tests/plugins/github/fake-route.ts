import type { Answer, Asked, FakePlatform } from '../compliance/fake-platform.ts';
import type { FakeRepository } from './fake-repository.ts';
import type { FakeRights } from './fake-rights.ts';

export interface FakeGithub extends FakePlatform {
  repository: FakeRepository;
  rights: FakeRights;
  gists: {
    id: string;
    description: string;
    files: Record<string, { content: string }>;
    isOthers?: boolean;
  }[];
  /** Answers GETs with these headers too. */
  headers: Record<string, string>;
  /** Old name → new name: answered 301 as GitHub does. */
  renamed: Map<string, string>;
  judgedCount(): number;
}

export interface RouteContext {
  github: FakeGithub;
  asked: Asked;
  json: Record<string, never> & Record<string, unknown>;
  parts: string[];
}
export type Route = [method: string, path: RegExp, (context: RouteContext) => Answer];

export const refusal = (status: number, message: string, errors?: object[]): Answer => ({
  status,
  body: {
    message,
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
    ...(errors && { errors }),
  },
});
