import { randomBytes } from 'node:crypto';
import { fieldsOf, textOf } from '../core/fields.ts';
import type { ApiCall, ApiRoute } from '../core/route.ts';
import { isoSeconds } from './repository.ts';
import { created, type Gist, type Github, notFound, ok, pageOf, paths, unprocessable } from './state.ts';
import { nodeId } from './views.ts';

export function gistRoutes(github: Github): ApiRoute[] {
  const gists = `${paths.api}/gists`;
  return [
    {
      method: 'GET',
      path: gists,
      run: (call) => {
        const sinceMs = Date.parse(call.query.get('since') ?? '') || 0;
        const since = github.gists.newest().filter(({ updatedAtMs }) => updatedAtMs >= sinceMs);
        return ok(pageOf(since, call).map((gist) => gistView(github, gist)));
      },
    },
    { method: 'POST', path: gists, run: (call) => create(github, call) },
    {
      method: 'GET',
      path: `${gists}/{id}`,
      run: (call) => ok(gistView(github, named(github, call), true)),
    },
    { method: 'PATCH', path: `${gists}/{id}`, run: (call) => change(github, call) },
    {
      method: 'DELETE',
      path: `${gists}/{id}`,
      run: (call) => {
        github.gists.delete(named(github, call).id);
        return { status: 204 };
      },
    },
  ];
}

function named(github: Github, { params }: ApiCall): Gist {
  const gist = github.gists.get(params.id ?? '');
  if (!gist) throw notFound();
  return gist;
}

function create(github: Github, { json }: ApiCall) {
  const files = filesIn(json.files);
  if (files.size === 0)
    throw unprocessable('Validation Failed', [{ resource: 'Gist', code: 'missing_field', field: 'files' }]);
  const gist: Gist = {
    id: randomBytes(16).toString('hex'),
    description: textOf(json.description) ?? '',
    isPublic: json.public === true || json.public === 'true',
    files,
    createdAtMs: Date.now(),
    updatedAtMs: Date.now(),
  };
  github.gists.set(gist.id, gist);
  github.arrived(`Gist ${gist.description || [...files.keys()][0]}`, `/gist/${gist.id}`);
  return created(gistView(github, gist, true));
}

function change(github: Github, call: ApiCall) {
  const gist = named(github, call);
  const files = new Map(gist.files);
  for (const [name, given] of Object.entries(fieldsOf(call.json.files))) {
    const content = textOf(fieldsOf(given).content);
    if (given === null) files.delete(name);
    else if (content !== undefined) files.set(name, content);
  }
  const changed = {
    ...gist,
    files,
    description: textOf(call.json.description) ?? gist.description,
    updatedAtMs: Date.now(),
  };
  github.gists.set(gist.id, changed);
  return ok(gistView(github, changed, true));
}

function filesIn(value: unknown): Map<string, string> {
  const named = Object.entries(fieldsOf(value)).flatMap(([name, file]) => {
    const content = textOf(fieldsOf(file).content);
    return content === undefined || content === '' ? [] : [[name, content] as const];
  });
  return new Map(named);
}

function gistView(github: Github, gist: Gist, isWhole = false) {
  const { id, description, isPublic, files, createdAtMs, updatedAtMs } = gist;
  const { api, web } = github.views.at;
  const url = `${api}/gists/${id}`;
  const html = `${web}/gist/${id}`;
  const shown = [...files].map(([filename, content]) => [
    filename,
    {
      filename,
      type: 'text/plain',
      language: filename.endsWith('.md') ? 'Markdown' : 'Text',
      raw_url: `${html}/raw/${encodeURIComponent(filename)}`,
      size: Buffer.byteLength(content),
      ...(isWhole && { truncated: false, content }),
    },
  ]);
  return {
    url,
    forks_url: `${url}/forks`,
    commits_url: `${url}/commits`,
    id,
    node_id: nodeId('Gist', id),
    git_pull_url: `${html}.git`,
    git_push_url: `${html}.git`,
    html_url: html,
    comments_url: `${url}/comments`,
    public: isPublic,
    description,
    comments: 0,
    user: null,
    files: Object.fromEntries(shown),
    owner: github.views.user(),
    truncated: false,
    created_at: isoSeconds(createdAtMs),
    updated_at: isoSeconds(updatedAtMs),
  };
}
