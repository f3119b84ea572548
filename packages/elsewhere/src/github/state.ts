import { BoundedMap } from '../core/bounded-map.ts';
import type { Answer, ApiCall } from '../core/route.ts';
import { Refusal, type ServiceWorld } from '../core/service.ts';
import { Repository } from './repository.ts';
import { Views } from './views.ts';

/** The newest are kept. */
export const repositoriesMax = 40;
export const gistsMax = 100;
/** For each repository. */
export const releasesMax = 200;
export const pullsMax = 200;

export interface Gist {
  id: string;
  description: string;
  isPublic: boolean;
  /** Name → text */
  files: ReadonlyMap<string, string>;
  createdAtMs: number;
  updatedAtMs: number;
}

export const paths = { api: '/github-api', uploads: '/github-uploads', web: '/github' } as const;

/** What everybody of this GitHub sees, and how it says no. */
export class Github {
  readonly world: ServiceWorld;
  readonly gists = new BoundedMap<string, Gist>(gistsMax);
  readonly #repositories = new BoundedMap<string, Repository>(repositoriesMax);
  #lastId = 1_000;

  constructor(world: ServiceWorld) {
    this.world = world;
    for (const name of ['you/notes', 'acme/app', 'acme/site']) this.addRepository(name);
  }

  get views(): Views {
    const base = this.world.baseUrl();
    return new Views({ api: base + paths.api, uploads: base + paths.uploads, web: base + paths.web });
  }

  newId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  addRepository(fullName: string): Repository {
    const [owner = '', name = ''] = fullName.split('/');
    const repository = new Repository(this.newId(), owner, name);
    this.#repositories.set(fullName.toLowerCase(), repository);
    return repository;
  }

  repositories(): Repository[] {
    return this.#repositories.newest();
  }

  find(owner: string, name: string): Repository | undefined {
    return this.#repositories.get(`${owner}/${name}`.toLowerCase());
  }

  /** The repository that a call names. Throws a refusal as GitHub answers for what isn't there. */
  named({ params }: Pick<ApiCall, 'params'>): Repository {
    const repository = this.find(params.owner ?? '', params.repo ?? '');
    if (!repository) throw notFound();
    return repository;
  }

  arrived(what: string, path: string): void {
    this.world.changes.arrived({ service: 'github', what, path: paths.web + path });
  }
}

export interface FieldProblem {
  resource: string;
  field?: string;
  code: string;
  message?: string;
}

export function refusal(status: number, message: string, errors?: readonly FieldProblem[]): Answer {
  const documentation_url = 'https://docs.github.com/rest';
  return { status, json: { message, documentation_url, status: String(status), ...(errors && { errors }) } };
}

export function notFound(): Refusal {
  return new Refusal(refusal(404, 'Not Found'));
}

export function unprocessable(message: string, errors?: readonly FieldProblem[]): Refusal {
  return new Refusal(refusal(422, message, errors));
}

/** One page of a list, by `per_page` and `page`. */
export function pageOf<Item>(items: readonly Item[], { query }: Pick<ApiCall, 'query'>): Item[] {
  const perPage = Math.min(100, Math.max(1, Number(query.get('per_page') ?? 30) || 30));
  const page = Math.max(1, Number(query.get('page') ?? 1) || 1);
  return items.slice((page - 1) * perPage, page * perPage);
}

export function ok(json: unknown): Answer {
  return { status: 200, json };
}

export function created(json: unknown): Answer {
  return { status: 201, json };
}
