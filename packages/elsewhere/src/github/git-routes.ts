import { type Fields, fieldsOf, listOf, textOf } from '../core/fields.ts';
import type { ApiCall, ApiRoute } from '../core/route.ts';
import { Refusal } from '../core/service.ts';
import type { Commit, Repository, TreeEntry } from './repository.ts';
import { created, type Github, notFound, ok, pageOf, paths, refusal, unprocessable } from './state.ts';
import { personOf } from './views.ts';

const repo = `${paths.api}/repos/{owner}/{repo}`;

/** Blobs, trees, commits and references. */
export function gitRoutes(github: Github): ApiRoute[] {
  return [
    {
      method: 'GET',
      path: `${repo}/git/ref/{ref*}`,
      run: (call) => {
        const repository = github.named(call);
        const { ref = '' } = call.params;
        const sha = shaOf(repository, ref);
        if (sha === undefined) throw notFound();
        return ok(github.views.ref(repository, ref, sha));
      },
    },
    { method: 'POST', path: `${repo}/git/refs`, run: (call) => createRef(github, call) },
    { method: 'PATCH', path: `${repo}/git/refs/{ref*}`, run: (call) => moveRef(github, call) },
    {
      method: 'POST',
      path: `${repo}/git/blobs`,
      run: (call) => {
        const repository = github.named(call);
        const { content, encoding } = call.json;
        if (typeof content !== 'string')
          throw unprocessable('Invalid request.\n\n"content" wasn\'t supplied.');
        const sha = repository.addBlob(Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'));
        return created({ sha, url: `${github.views.at.api}/repos/${repository.fullName}/git/blobs/${sha}` });
      },
    },
    { method: 'POST', path: `${repo}/git/trees`, run: (call) => createTree(github, call) },
    { method: 'POST', path: `${repo}/git/commits`, run: (call) => createCommit(github, call) },
    {
      method: 'GET',
      path: `${repo}/git/commits/{sha}`,
      run: (call) => {
        const repository = github.named(call);
        const commit = repository.commits.get(call.params.sha ?? '');
        if (!commit) throw notFound();
        return ok(github.views.gitCommit(repository, commit));
      },
    },
    { method: 'GET', path: `${repo}/commits`, run: (call) => listCommits(github, call) },
  ];
}

/** "heads/main", "tags/v1" */
function shaOf({ branches, tags }: Repository, ref: string): string | undefined {
  const [, kind, name = ''] = /^(heads|tags)\/(.+)$/.exec(ref) ?? [];
  return kind === 'heads' ? branches.get(name) : kind === 'tags' ? tags.get(name) : undefined;
}

function createRef(github: Github, call: ApiCall) {
  const repository = github.named(call);
  const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/.exec(textOf(call.json.ref) ?? '') ?? [];
  if (name === undefined)
    throw unprocessable('Reference name must start with refs/ and contain three or more slashes.');
  const commit = repository.commits.get(textOf(call.json.sha) ?? '');
  if (!commit) throw unprocessable('Object does not exist');
  const refs = kind === 'heads' ? repository.branches : repository.tags;
  if (refs.has(name)) throw unprocessable('Reference already exists');
  refs.set(name, commit.sha);
  if (kind === 'heads') sayCommit(github, repository, commit);
  const ref = `${kind}/${name}`;
  return created(github.views.ref(repository, ref, commit.sha));
}

function moveRef(github: Github, call: ApiCall) {
  const repository = github.named(call);
  const { ref = '' } = call.params;
  const [, branch = ''] = /^heads\/(.+)$/.exec(ref) ?? [];
  const head = repository.branches.get(branch);
  if (head === undefined) throw unprocessable('Reference does not exist');
  const commit = repository.commits.get(textOf(call.json.sha) ?? '');
  if (!commit) throw unprocessable('Object does not exist');
  if (call.json.force !== true && !repository.isAncestor(head, commit.sha))
    throw unprocessable('Update is not a fast forward');
  repository.branches.set(branch, commit.sha);
  sayCommit(github, repository, commit);
  return ok(github.views.ref(repository, ref, commit.sha));
}

export function sayCommit(github: Github, { fullName }: Repository, { sha, message }: Commit): void {
  const title = message.split('\n', 1)[0] ?? '';
  github.arrived(`${title} (a commit in ${fullName})`, `/${fullName}/commit/${sha}`);
}

function createTree(github: Github, call: ApiCall) {
  const repository = github.named(call);
  const base = textOf(call.json.base_tree);
  if (base !== undefined && !repository.trees.has(base)) throw notFound();
  const entries = listOf(call.json.tree).map((entry) => treeEntry(repository, fieldsOf(entry)));
  if (entries.length === 0) throw unprocessable('Invalid tree info');
  const sha = repository.addTree(base, entries);
  const trees = `${github.views.at.api}/repos/${repository.fullName}/git`;
  const tree = [...(repository.trees.get(sha) ?? [])].map(([path, file]) => ({
    path,
    mode: file.mode,
    type: 'blob',
    sha: file.sha,
    size: repository.blobs.get(file.sha)?.byteLength ?? 0,
    url: `${trees}/blobs/${file.sha}`,
  }));
  return created({ sha, url: `${trees}/trees/${sha}`, tree, truncated: false });
}

function treeEntry(repository: Repository, { path, mode, sha, content }: Fields): TreeEntry {
  if (typeof path !== 'string' || path === '' || path.startsWith('/') || path.includes('\0'))
    throw unprocessable('tree.path contains a malformed path component');
  const [fileMode = '100644'] = [textOf(mode)];
  if (!['100644', '100755', '120000'].includes(fileMode))
    throw unprocessable('Must supply a valid tree.mode');
  if (typeof content === 'string')
    return { path, mode: fileMode, sha: repository.addBlob(Buffer.from(content)) };
  if (sha === null) return { path, mode: fileMode, sha: null };
  if (typeof sha !== 'string' || !repository.blobs.has(sha))
    throw unprocessable('tree.sha is not a valid blob');
  return { path, mode: fileMode, sha };
}

function createCommit(github: Github, call: ApiCall) {
  const repository = github.named(call);
  const { message, tree, parents, author, committer } = call.json;
  if (typeof message !== 'string') throw unprocessable('Invalid request.\n\n"message" wasn\'t supplied.');
  if (typeof tree !== 'string' || !repository.trees.has(tree)) throw unprocessable('Tree SHA does not exist');
  const known = listOf(parents).map((parent) => String(parent));
  if (known.some((parent) => !repository.commits.has(parent)))
    throw unprocessable('Parent SHA does not exist or is not a commit object');
  const nowMs = Date.now();
  const wrote = personOf(textFields(author), nowMs);
  const committed = committer === undefined ? wrote : personOf(textFields(committer), nowMs);
  const commit = repository.addCommit({ message, tree, parents: known, author: wrote, committer: committed });
  return created(github.views.gitCommit(repository, commit));
}

function textFields(value: unknown): Record<string, string> {
  const texts = Object.entries(fieldsOf(value)).filter(([, field]) => typeof field === 'string');
  return Object.fromEntries(texts.map(([name, field]) => [name, String(field)]));
}

function listCommits(github: Github, call: ApiCall) {
  const repository = github.named(call);
  const from = call.query.get('sha') ?? repository.defaultBranch;
  if (repository.commits.size === 0) throw new Refusal(refusal(409, 'Git Repository is empty.'));
  if (!repository.commitAt(from)) throw notFound();
  const sinceMs = Date.parse(call.query.get('since') ?? '') || 0;
  const commits = repository.history(from).filter(({ committer }) => Date.parse(committer.date) >= sinceMs);
  return ok(pageOf(commits, call).map((commit) => github.views.commit(repository, commit)));
}
