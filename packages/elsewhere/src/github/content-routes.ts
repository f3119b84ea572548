import { textOf } from '../core/fields.ts';
import type { Answer, ApiCall, ApiRoute } from '../core/route.ts';
import { Refusal } from '../core/service.ts';
import { sayCommit } from './git-routes.ts';
import type { Repository } from './repository.ts';
import { created, type Github, notFound, ok, paths, refusal, unprocessable } from './state.ts';
import { personOf } from './views.ts';

const path = `${paths.api}/repos/{owner}/{repo}/contents/{path*}`;

/** Single files of a branch: read, written, deleted, each write a commit. */
export function contentRoutes(github: Github): ApiRoute[] {
  return [
    { method: 'GET', path, run: (call) => read(github, call) },
    { method: 'PUT', path, run: (call) => write(github, call) },
    { method: 'DELETE', path, run: (call) => remove(github, call) },
  ];
}

function read(github: Github, call: ApiCall): Answer {
  const repository = github.named(call);
  const from = call.query.get('ref') ?? repository.defaultBranch;
  if (!repository.commitAt(from)) throw notFound();
  const files = repository.filesAt(from);
  const { path: asked = '' } = call.params;
  if (files.has(asked)) {
    const bytes = repository.blobs.get(files.get(asked)?.sha ?? '') ?? Buffer.alloc(0);
    const content = { encoding: 'base64', content: bytes.toString('base64') };
    return ok({ ...entryView(github, repository, from, asked), ...content });
  }
  const below = [...files.keys()].filter((each) => each.startsWith(`${asked}/`));
  if (below.length === 0) throw notFound();
  return ok(below.map((each) => entryView(github, repository, from, each)));
}

function entryView(github: Github, repository: Repository, from: string, at: string) {
  const { fullName } = repository;
  const { api, web } = github.views.at;
  const sha = repository.filesAt(from).get(at)?.sha ?? '';
  const url = `${api}/repos/${fullName}/contents/${encodeURI(at)}?ref=${from}`;
  const git = `${api}/repos/${fullName}/git/blobs/${sha}`;
  const html = `${web}/${fullName}/blob/${from}/${encodeURI(at)}`;
  return {
    type: 'file',
    name: at.split('/').at(-1) ?? at,
    path: at,
    sha,
    size: repository.blobs.get(sha)?.byteLength ?? 0,
    url,
    git_url: git,
    html_url: html,
    download_url: `${web}/${fullName}/raw/${from}/${encodeURI(at)}`,
    _links: { self: url, git, html },
  };
}

function write(github: Github, call: ApiCall): Answer {
  const { repository, branch, before, message } = change(github, call);
  const { path: at = '' } = call.params;
  const given = textOf(call.json.content);
  if (given === undefined) throw unprocessable('Invalid request.\n\n"content" wasn\'t supplied.');
  if (before !== undefined && call.json.sha !== before) throw conflict(at, textOf(call.json.sha));
  const sha = repository.addBlob(Buffer.from(given, 'base64'));
  const commit = commitOnto(github, repository, branch, message, { path: at, sha });
  const json = { content: entryView(github, repository, branch, at), commit };
  return before === undefined ? created(json) : ok(json);
}

function remove(github: Github, call: ApiCall): Answer {
  const { repository, branch, before, message } = change(github, call);
  const { path: at = '' } = call.params;
  if (before === undefined) throw notFound();
  if (call.json.sha !== before) throw conflict(at, textOf(call.json.sha));
  const commit = commitOnto(github, repository, branch, message, { path: at, sha: null });
  return ok({ content: null, commit });
}

function change(github: Github, call: ApiCall) {
  const repository = github.named(call);
  const branch = textOf(call.json.branch) ?? repository.defaultBranch;
  const message = textOf(call.json.message);
  if (message === undefined) throw unprocessable('Invalid request.\n\n"message" wasn\'t supplied.');
  if (!repository.branches.has(branch)) throw new Refusal(refusal(404, `Branch ${branch} not found`));
  return { repository, branch, message, before: repository.filesAt(branch).get(call.params.path ?? '')?.sha };
}

function commitOnto(
  github: Github,
  repository: Repository,
  branch: string,
  message: string,
  entry: { path: string; sha: string | null },
) {
  const head = repository.commitAt(branch);
  const tree = repository.addTree(head?.tree, [{ ...entry, mode: '100644' }]);
  const person = personOf({}, Date.now());
  const parents = head ? [head.sha] : [];
  const commit = repository.addCommit({ message, tree, parents, author: person, committer: person });
  repository.branches.set(branch, commit.sha);
  sayCommit(github, repository, commit);
  return github.views.gitCommit(repository, commit);
}

function conflict(at: string, given: string | undefined): Refusal {
  return given === undefined
    ? unprocessable('Invalid request.\n\n"sha" wasn\'t supplied.')
    : new Refusal(refusal(409, `${at} does not match ${given}`));
}
