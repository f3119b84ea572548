import { createHash } from 'node:crypto';
import type { Answer, Asked, Effect } from '../compliance/fake-platform.ts';
import { FaultyServer } from '../compliance/fake-platform.ts';
import { officialDescription } from '../compliance/official-description.ts';
import { gitRoutes } from './fake-git-routes.ts';
import { releaseRoutes } from './fake-release-routes.ts';
import { FakeRepository } from './fake-repository.ts';
import { endHeader, freeRights, refusedBefore } from './fake-rights.ts';
import { type FakeGithub, type Route, refusal } from './fake-route.ts';

/** `judged`: held against the official description, where there is one. */
export async function openFakeGithub({ judged } = { judged: true }): Promise<FakeGithub> {
  const official = judged ? await description() : undefined;
  const repository = new FakeRepository(1, 'north/site', ['main', 'protected']);
  repository.protectedBranches.add('protected');
  const server = new FaultyServer(
    (asked) => {
      const answer = answerTo(github, asked);
      const body =
        official && answer.body !== undefined
          ? official.complete(asked, answer.status, answer.body)
          : answer.body;
      return {
        ...answer,
        body,
        headers: { ...github.headers, ...endHeader(github.rights), ...answer.headers },
      };
    },
    (asked, answer) => official?.observe(asked, answer),
  );
  const github: FakeGithub = {
    repository,
    rights: freeRights(),
    gists: [],
    headers: {
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '4990',
      'x-ratelimit-reset': '1800000000',
    },
    renamed: new Map(),
    server: await server.listen(),
    addresses: { apiUrl: server.url },
    effects: () => effectsOf(github),
    violations: () => official?.violations ?? [],
    judgedCount: () => official?.judgedCount ?? 0,
    close: () => server.close(),
  };
  return github;
}

function description() {
  return officialDescription('github.json', {
    // Among the 800 operations of the whole description, not in the cut.
    leftOut: [
      /^GET \/app\/installations\/\d+$/,
      /^GET \/repositories\/\d+$/,
      /^GET \/user\/repos$/,
      /^\w+ \/anything$/,
      /^(GET|DELETE) \/repos\/[^/]+\/[^/]+\/releases\/\d+$/,
      /^GET \/repos\/[^/]+\/[^/]+\/(immutable-releases|releases\/assets\/\d+|git\/tags\/[0-9a-f]+)$/,
    ],
    // Its text tells of assets in the state “starter”, its list of states doesn't.
    contradicted: [
      /assets answer 200 \/\d+\/state must be equal/,
      // The description names no refusal for publishing a draft; release tools report 422 with the errors of making
      // one.
      /^PATCH \/repos\/[^/]+\/[^/]+\/releases\/\d+: no answer 422$/,
    ],
  });
}

const accountRoutes: Route[] = [
  ['GET', /^\/user$/, () => ({ status: 200, body: { login: 'north-bot', id: 5 } })],
  [
    'GET',
    /^\/user\/repos$/,
    ({ github: { repository, rights } }) => ({
      status: 200,
      body: [
        {
          fullName: repository.fullName,
          permissions: { push: repository.permissions.push && !rights.mayOnlyRead },
        },
        { fullName: 'north/read-only', permissions: { push: false } },
        { fullName: 'north/old', archived: true, permissions: { push: true } },
        { fullName: 'north/secret', isPrivate: true, permissions: { push: true } },
      ].map(({ fullName, isPrivate = false, archived = false, permissions }, index) => ({
        ...{ id: index + 1, full_name: fullName, private: isPrivate, archived, disabled: false, permissions },
      })),
    }),
  ],
  [
    'GET',
    /^\/app\/installations\/(\d+)$/,
    ({ asked }) =>
      asked.headers.authorization?.startsWith('bearer eyJ') ||
      asked.headers.authorization?.startsWith('Bearer eyJ')
        ? {
            status: 200,
            body: {
              app_slug: 'north-publisher',
              account: { login: 'north' },
              permissions: { contents: 'write', pull_requests: 'write', pages: 'write' },
              suspended_at: null,
            },
          }
        : refusal(401, 'A JSON web token could not be decoded'),
  ],
  [
    'POST',
    /^\/app\/installations\/(\d+)\/access_tokens$/,
    () => ({
      status: 201,
      body: { token: 'ghs_installation', expires_at: '2030-01-01T00:00:00Z', permissions: {} },
    }),
  ],
  [
    'POST',
    /^\/gists$/,
    ({ github, json, asked }) => {
      const id = createHash('md5').update(`${github.gists.length}${asked.body}`).digest('hex');
      github.gists.unshift({ id, description: String(json.description), files: json.files as never });
      return { status: 201, body: { id, html_url: `https://gist.github.com/${id}` } };
    },
  ],
  [
    'GET',
    /^\/gists\/(\w+)$/,
    ({ github, parts: [id] }) => {
      const gist = github.gists.find((one) => one.id === id);
      if (!gist) return refusal(404, 'Not Found');
      const { description } = gist;
      return { status: 200, body: { id, description, html_url: `https://gist.github.com/${id}`, files: {} } };
    },
  ],
  [
    'DELETE',
    /^\/gists\/(\w+)$/,
    ({ github, parts: [id] }) => {
      const at = github.gists.findIndex((one) => one.id === id && one.isOthers !== true);
      // One of somebody else can be read by those who know its address, and is called missing all the same.
      if (at === -1) return refusal(404, 'Not Found');
      github.gists.splice(at, 1);
      return { status: 204 };
    },
  ],
  [
    'GET',
    /^\/gists$/,
    ({ github }) => ({
      status: 200,
      body: github.gists.map(({ id, description }) => ({
        id,
        description,
        html_url: `https://gist.github.com/${id}`,
        files: {},
      })),
    }),
  ],
  [
    'GET',
    /^\/(?:repositories\/\d+|repos\/[^/]+\/[^/]+)$/,
    ({ github: { repository } }) => ({
      status: 200,
      body: {
        id: repository.id,
        full_name: repository.fullName,
        private: false,
        archived: repository.archived,
        disabled: repository.disabled,
        default_branch: repository.defaultBranch,
        permissions: repository.permissions,
        license: null,
      },
    }),
  ],
];

const routes: Route[] = [...accountRoutes, ...gitRoutes, ...releaseRoutes];

function answerTo(github: FakeGithub, asked: Asked): Answer {
  if (github.repository.offline) return refusal(503, 'No server is currently available');
  if (!asked.headers.authorization) {
    const isPublicRead = asked.method === 'GET' && asked.path.startsWith('/repos/');
    if (!isPublicRead) return refusal(401, 'Requires authentication');
    // An account that may not know of it gets the answer that it isn't there.
    if (github.repository.isPrivate) return refusal(404, 'Not Found');
  }
  const refused = refusedBefore(github, asked);
  if (refused) return refused;
  const [, owner, name] = /^\/repos\/([^/]+)\/([^/]+)/.exec(asked.path) ?? [];
  const full = owner && `${owner}/${name}`;
  if (full && github.renamed.has(full)) {
    const location = `${github.server.url}/repositories/1${asked.path
      .split('/')
      .slice(4)
      .map((part) => `/${part}`)
      .join('')}`;
    return {
      status: 301,
      headers: { location },
      body: { message: 'Moved Permanently', url: location, documentation_url: '' },
    };
  }
  if (full && full !== github.repository.fullName) return refusal(404, 'Not Found');
  for (const [method, path, run] of routes) {
    // Octokit writes a branch as heads%2Fmain.
    const match = asked.method === method ? path.exec(decodeURIComponent(asked.path)) : null;
    if (!match) continue;
    const isJson = /json/.test(asked.headers['content-type'] ?? '');
    const json = isJson ? JSON.parse(asked.body.toString()) : {};
    return run({ github, asked, json, parts: match.slice(1) });
  }
  return refusal(404, 'Not Found');
}

function effectsOf({ repository, gists }: FakeGithub): Effect[] {
  const commits = new Map(
    [...repository.branches.keys()].flatMap((branch) =>
      repository
        .history(branch)
        .filter(({ message }) => message.includes('Publication-Id'))
        .map((commit) => [commit.sha, { id: commit.sha, text: commit.message }] as const),
    ),
  );
  return [
    ...commits.values(),
    ...repository.pulls.map(({ number, body }) => ({ id: `pull ${number}`, text: body })),
    ...gists.map(({ id, description }) => ({ id, text: description })),
    ...repository.releases.map(({ id, body }) => ({ id: `release ${id}`, text: body })),
    ...repository.releases.flatMap(({ assets }) =>
      assets.map(({ id, name }) => ({ id: `asset ${id}`, text: name })),
    ),
    // Each moment at which others are notified, and with how many files.
    ...repository.releaseEvents.flatMap(({ tag, files }, index) =>
      files > 0 ? [{ id: `published ${index}`, text: `${tag} with ${files} files` }] : [],
    ),
    ...(repository.pagesBranch ? [{ id: 'pages', text: repository.pagesBranch }] : []),
  ];
}
