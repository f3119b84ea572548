import { type Route, refusal } from './fake-route.ts';

const repo = '^/repos/[^/]+/[^/]+';
const at = (rest: string) => new RegExp(`${repo}${rest}$`);

export const gitRoutes: Route[] = [
  [
    'GET',
    at('/git/ref/(heads|tags)/(.+)'),
    ({ github: { repository }, parts: [kind = '', name = ''] }) => {
      if (repository.branches.size === 0) return refusal(409, 'Git Repository is empty.');
      const sha = (kind === 'heads' ? repository.branches : repository.tags).get(name);
      if (!sha) return refusal(404, 'Not Found');
      const annotated = kind === 'tags' && repository.annotatedTags.has(name);
      // An annotated tag is an object of its own, about the commit.
      const object = annotated ? { type: 'tag', sha: [...sha].reverse().join('') } : { type: 'commit', sha };
      return { status: 200, body: { ref: `refs/${kind}/${name}`, object } };
    },
  ],
  [
    'GET',
    at('/git/tags/([0-9a-f]+)'),
    ({ github: { repository }, parts: [object = ''] }) => {
      const sha = [...object].reverse().join('');
      if (!repository.commits.has(sha)) return refusal(404, 'Not Found');
      return { status: 200, body: { object: { type: 'commit', sha } } };
    },
  ],
  [
    'GET',
    at('/git/commits/([0-9a-f]+)'),
    ({ github: { repository }, parts: [sha = ''] }) => {
      const commit = repository.commits.get(sha);
      if (!commit) return refusal(404, 'Not Found');
      return { status: 200, body: { sha, message: commit.message, tree: { sha: commit.tree }, parents: [] } };
    },
  ],
  [
    'POST',
    at('/git/blobs'),
    ({ github: { repository }, json }) => {
      const encoding = json.encoding === 'base64' ? 'base64' : 'utf8';
      return { status: 201, body: { sha: repository.blob(Buffer.from(String(json.content), encoding)) } };
    },
  ],
  [
    'POST',
    at('/git/trees'),
    ({ github: { repository }, json }) => {
      const entries = json.tree as unknown as { path: string; sha?: string; content?: string }[];
      if (entries.some(({ sha }) => sha !== undefined && !repository.blobs.has(sha))) {
        return refusal(422, 'tree.sha is not a valid blob');
      }
      return {
        status: 201,
        body: { sha: repository.tree(json.base_tree as string | undefined, entries), tree: [] },
      };
    },
  ],
  [
    'POST',
    at('/git/commits'),
    ({ github: { repository }, json }) => {
      const { message, tree, parents, author } = json as unknown as {
        message: string;
        tree: string;
        parents: string[];
        author: { date: string };
      };
      if (!repository.trees.has(tree)) return refusal(422, 'Tree SHA does not exist');
      const sha = repository.commit({ message, tree, parents, date: author.date });
      const html_url = `https://github.com/${repository.fullName}/commit/${sha}`;
      return { status: 201, body: { sha, message, html_url, tree: { sha: tree }, parents: [] } };
    },
  ],
  [
    'POST',
    at('/git/refs'),
    ({ github: { repository }, json }) => {
      const branch = String(json.ref).replace(/^refs\/heads\//, '');
      if (repository.branches.has(branch)) return refusal(422, 'Reference already exists');
      repository.branches.set(branch, String(json.sha));
      return { status: 201, body: { ref: json.ref, object: { type: 'commit', sha: json.sha } } };
    },
  ],
  [
    'PATCH',
    at('/git/refs/heads/(.+)'),
    ({ github: { repository }, json, parts: [branch = ''] }) => {
      const sha = String(json.sha);
      if (repository.protectedBranches.has(branch))
        return refusal(422, 'Protected branch update failed for refs/heads/protected.');
      const head = repository.branches.get(branch);
      if (!head) return refusal(422, 'Reference does not exist');
      if (!json.force && !repository.isAncestor(head, sha))
        return refusal(422, 'Update is not a fast forward');
      repository.branches.set(branch, sha);
      return { status: 200, body: { ref: `refs/heads/${branch}`, object: { type: 'commit', sha } } };
    },
  ],
  [
    'GET',
    at('/commits'),
    ({ github: { repository }, asked }) => {
      const branch = asked.query.get('sha') ?? 'main';
      if (!repository.branches.has(branch)) return refusal(404, 'Not Found');
      const since = Date.parse(asked.query.get('since') ?? '1970-01-01');
      const perPage = Number(asked.query.get('per_page') ?? 30);
      const start = (Number(asked.query.get('page') ?? 1) - 1) * perPage;
      const commits = repository.history(branch).filter(({ date }) => Date.parse(date) >= since);
      return {
        status: 200,
        body: commits.slice(start, start + perPage).map(({ sha, message, tree }) => ({
          sha,
          html_url: `https://github.com/${repository.fullName}/commit/${sha}`,
          commit: { message, tree: { sha: tree }, author: null, committer: null },
          author: null,
          committer: null,
          parents: [],
        })),
      };
    },
  ],
  [
    'POST',
    at('/pulls'),
    ({ github: { repository }, json }) => {
      const { head, base, body } = json as unknown as { head: string; base: string; body: string };
      if (!repository.branches.has(head) || !repository.branches.has(base))
        return refusal(422, 'Validation Failed');
      if (repository.pulls.some((pull) => pull.head === head && pull.base === base)) {
        const message = `A pull request already exists for north:${head}.`;
        return refusal(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]);
      }
      const number = repository.pulls.length + 1;
      repository.pulls.push({ number, head, base, body });
      return {
        status: 201,
        body: { number, html_url: `https://github.com/${repository.fullName}/pull/${number}` },
      };
    },
  ],
  [
    'GET',
    at('/pulls'),
    ({ github: { repository }, asked }) => {
      const head = asked.query.get('head')?.split(':')[1];
      const found = repository.pulls.filter((pull) => pull.head === head);
      return {
        status: 200,
        body: found.map(({ number }) => ({
          number,
          html_url: `https://github.com/${repository.fullName}/pull/${number}`,
        })),
      };
    },
  ],
  [
    'GET',
    at('/pages'),
    ({ github: { repository } }) => {
      if (!repository.pagesBranch) return refusal(404, 'Not Found');
      const source = { branch: repository.pagesBranch, path: '/' };
      return { status: 200, body: { html_url: 'https://north.github.io/site/', source } };
    },
  ],
  [
    'POST',
    at('/pages'),
    ({ github: { repository }, json }) => {
      if (repository.pagesBranch) return refusal(409, 'GitHub Pages is already enabled.');
      repository.pagesBranch = (json.source as unknown as { branch: string }).branch;
      return { status: 201, body: { html_url: 'https://north.github.io/site/' } };
    },
  ],
];
