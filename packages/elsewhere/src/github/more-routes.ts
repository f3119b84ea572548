import { fieldsOf, textOf } from '../core/fields.ts';
import type { Answer, ApiCall, ApiRoute } from '../core/route.ts';
import { Refusal } from '../core/service.ts';
import type { Repository } from './repository.ts';
import {
  created,
  type Github,
  notFound,
  ok,
  pageOf,
  paths,
  pullsMax,
  refusal,
  unprocessable,
} from './state.ts';

const repo = `${paths.api}/repos/{owner}/{repo}`;
export const requestsPerHour = 5_000;

/** The account, repositories, pull requests and Pages. */
export function moreRoutes(github: Github): ApiRoute[] {
  return [
    {
      method: 'GET',
      path: `${paths.api}/user`,
      run: () => ok(github.views.ownUser(github.repositories().length, github.gists.size)),
    },
    {
      method: 'GET',
      path: `${paths.api}/user/repos`,
      run: (call) =>
        ok(pageOf(github.repositories(), call).map((repository) => github.views.repository(repository))),
    },
    { method: 'GET', path: `${paths.api}/rate_limit`, run: () => ok(rateLimit()) },
    { method: 'GET', path: repo, run: (call) => ok(github.views.repository(github.named(call))) },
    {
      method: 'GET',
      path: `${repo}/pulls`,
      run: (call) => {
        const repository = github.named(call);
        const found = pullsFor(repository, call);
        return ok(pageOf(found, call).map((pull) => github.views.pull(repository, pull)));
      },
    },
    { method: 'POST', path: `${repo}/pulls`, run: (call) => openPull(github, call) },
    {
      method: 'PATCH',
      path: `${repo}/pulls/{number}`,
      run: (call) => {
        const repository = github.named(call);
        const pull = repository.pulls.find(({ number }) => number === Number(call.params.number));
        if (!pull) throw notFound();
        pull.title = textOf(call.json.title) ?? pull.title;
        pull.body = textOf(call.json.body) ?? pull.body;
        if (call.json.state === 'open' || call.json.state === 'closed') pull.state = call.json.state;
        return ok(github.views.pull(repository, pull));
      },
    },
    {
      method: 'GET',
      path: `${repo}/pages`,
      run: (call) => {
        const repository = github.named(call);
        if (!repository.pages) throw notFound();
        return ok(pagesView(github, repository, repository.pages));
      },
    },
    { method: 'POST', path: `${repo}/pages`, run: (call) => switchPagesOn(github, call) },
  ];
}

function pullsFor({ pulls, owner }: Repository, { query }: ApiCall) {
  const state = query.get('state') ?? 'open';
  const [head, base] = [query.get('head'), query.get('base')];
  return pulls.filter(
    (pull) =>
      (state === 'all' || pull.state === state) &&
      (head === null || head === `${owner}:${pull.head}`) &&
      (base === null || base === pull.base),
  );
}

function openPull(github: Github, { json, ...call }: ApiCall): Answer {
  const repository = github.named(call);
  const [head = '', base = '', title = ''] = [json.head, json.base, json.title].map((each) => textOf(each));
  for (const [field, branch] of [
    ['head', head],
    ['base', base],
  ] as const) {
    if (!repository.branches.has(branch))
      throw unprocessable('Validation Failed', [{ resource: 'PullRequest', field, code: 'invalid' }]);
  }
  if (repository.branches.get(head) === repository.branches.get(base))
    throw custom(`No commits between ${base} and ${head}`);
  if (repository.pulls.some((pull) => pull.state === 'open' && pull.head === head && pull.base === base))
    throw custom(`A pull request already exists for ${repository.owner}:${head}.`);
  const number = (repository.pulls[0]?.number ?? 0) + 1;
  const pull = {
    number,
    head,
    base,
    title,
    body: textOf(json.body) ?? '',
    state: 'open',
    createdAtMs: Date.now(),
  } as const;
  repository.pulls.unshift({ ...pull });
  repository.pulls.splice(pullsMax);
  github.arrived(
    `${title} (a pull request in ${repository.fullName})`,
    `/${repository.fullName}/pull/${number}`,
  );
  return created(github.views.pull(repository, pull));
}

function custom(message: string): Refusal {
  return unprocessable('Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]);
}

function switchPagesOn(github: Github, call: ApiCall): Answer {
  const repository = github.named(call);
  if (repository.pages) throw new Refusal(refusal(409, 'GitHub Pages is already enabled.'));
  const { branch, path } = fieldsOf(call.json.source);
  if (typeof branch !== 'string' || !repository.branches.has(branch))
    throw unprocessable(`The ${textOf(branch) ?? ''} branch must exist before GitHub Pages can be built.`);
  repository.pages = { branch, path: textOf(path) ?? '/' };
  github.arrived(`Pages of ${repository.fullName}`, `/${repository.fullName}`);
  return created(pagesView(github, repository, repository.pages));
}

function pagesView(github: Github, { fullName }: Repository, source: { branch: string; path: string }) {
  return {
    url: `${github.views.at.api}/repos/${fullName}/pages`,
    status: 'built',
    cname: null,
    custom_404: false,
    html_url: `${github.views.at.web}/${fullName}`,
    build_type: 'legacy',
    source,
    public: true,
  };
}

export function resetSeconds(nowMs = Date.now()): number {
  return (Math.floor(nowMs / 3_600_000) + 1) * 3_600;
}

function rateLimit() {
  const rate = { limit: requestsPerHour, used: 1, remaining: requestsPerHour - 1, reset: resetSeconds() };
  return { resources: { core: rate, search: rate }, rate };
}
