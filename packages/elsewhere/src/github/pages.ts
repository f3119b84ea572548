import type { Answer, Call, PageAnswer, PageRoute } from '../core/route.ts';
import { elsewhereErrors } from '../errors.ts';
import { type Html, html, longText } from '../page/html.ts';
import { markdown } from '../page/markdown.ts';
import { formOf, seeOther } from '../page/service-page.ts';
import { count, sizeText, time } from '../page/words.ts';
import { downloadRoute, releaseCard, releasePages } from './release-page.ts';
import type { Commit, Repository } from './repository.ts';
import { type Github, paths } from './state.ts';

const repo = `${paths.web}/{owner}/{repo}`;
const filesShownMax = 200;
const commitsShownMax = 20;

export function githubPages(github: Github): PageRoute[] {
  return [
    { method: 'POST', path: `${paths.web}/repositories`, run: (call) => makeRepository(github, call) },
    { method: 'GET', path: `${paths.web}/gist/{id}`, run: (call) => gistPage(github, call) },
    { method: 'GET', path: repo, run: (call) => repositoryPage(at(github, call)) },
    ...releasePages(github),
    downloadRoute(github),
    { method: 'GET', path: `${repo}/commit/{sha}`, run: (call) => commitPage(github, call) },
    { method: 'GET', path: `${repo}/blob/{branch}/{path*}`, run: (call) => filePage(github, call) },
    { method: 'GET', path: `${repo}/raw/{branch}/{path*}`, run: (call) => rawFile(github, call) },
    { method: 'GET', path: `${repo}/pull/{number}`, run: (call) => pullPage(github, call) },
  ];
}

export function overview(github: Github): Html {
  const rows = github.repositories().map((repository) => {
    const { fullName, releases, pulls } = repository;
    const commits = repository.history(repository.defaultBranch);
    return html`<li class="card"><a href="${paths.web}/${fullName}"><strong>${fullName}</strong></a><br>
<span class="dim">${count(releases.length, 'release')}, ${count(commits.length, 'commit')}, ${count(pulls.length, 'pull request')}</span></li>`;
  });
  const gists = github.gists
    .newest()
    .map(
      ({ id, description, files }) =>
        html`<li><a href="${paths.web}/gist/${id}"><bdi>${description || [...files.keys()][0]}</bdi></a></li>`,
    );
  return html`<ul class="grid">${rows}</ul>
<form method="post" action="${paths.web}/repositories"><label>New repository <input name="name" id="new-repository" placeholder="acme/podcast" pattern="[A-Za-z0-9\\-]{1,39}/[A-Za-z0-9._\\-]{1,100}" required></label><button>Make it</button></form>
${gists.length > 0 && html`<h2>Gists</h2><ul>${gists}</ul>`}`;
}

function makeRepository(github: Github, call: Call): Answer {
  const name = formOf(call).get('name') ?? '';
  if (!/^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9._-]{1,100}$/.test(name))
    throw elsewhereErrors.formRefused({ reason: 'a repository is called like acme/podcast' });
  const [owner = '', repository = ''] = name.split('/');
  if (!github.find(owner, repository)) github.addRepository(name);
  return seeOther(`${paths.web}/${name}`);
}

/** The repository of a page's address. Throws ELSEWHERE_NOT_THERE. */
export function at(github: Github, { params, path }: Call): Repository {
  const repository = github.find(params.owner ?? '', params.repo ?? '');
  if (!repository) throw elsewhereErrors.notThere({ path });
  return repository;
}

function repositoryPage(repository: Repository): PageAnswer {
  const { fullName, defaultBranch, releases, pulls, branches, pages } = repository;
  const files = repository.filesAt(defaultBranch);
  const readme = [...files].find(([path]) => /^readme\.md$/i.test(path))?.[1];
  const text = readme && repository.blobs.get(readme.sha)?.toString();
  const commits = repository.history(defaultBranch);
  const others = [...branches.keys()].filter((branch) => branch !== defaultBranch);
  const main = html`<p><a href="${paths.web}">Back</a></p>
<h1>${fullName}</h1>
<p class="dim">Branch ${defaultBranch}${others.length > 0 && html`, and ${others.join(', ')}`}${pages && html`. Pages show ${pages.branch}.`}</p>
${releases.length > 0 && html`<h2>Releases</h2>${releases.map((release) => releaseCard(repository, release))}`}
${
  pulls.length > 0 &&
  html`<h2>Pull requests</h2><ul>${pulls.map(
    ({ number, title, state }) =>
      html`<li><a href="${paths.web}/${fullName}/pull/${number}"><bdi>${title}</bdi> #${number}</a> <span class="tag">${state}</span></li>`,
  )}</ul>`
}
<h2>Files</h2>${fileList(repository, defaultBranch, [...files.keys()])}
${text !== undefined && html`<div class="card">${markdown(text)}</div>`}
<h2>Commits</h2><ul>${commits.slice(0, commitsShownMax).map((commit) => commitLine(repository, commit))}</ul>`;
  return { title: fullName, main };
}

function fileList(repository: Repository, branch: string, files: readonly string[]): Html {
  const { fullName } = repository;
  const rows = files.slice(0, filesShownMax).map((path) => {
    const bytes = repository.blobs.get(repository.filesAt(branch).get(path)?.sha ?? '');
    return html`<tr><td><a href="${paths.web}/${fullName}/blob/${branch}/${encodeURI(path)}"><bdi>${path}</bdi></a></td><td class="dim">${sizeText(bytes?.byteLength ?? 0)}</td></tr>`;
  });
  const rest = files.length - rows.length;
  return html`<table><tbody>${rows}</tbody></table>${rest > 0 && html`<p class="note">And ${count(rest, 'more file')}.</p>`}`;
}

function commitLine({ fullName }: Repository, { sha, message, committer, author }: Commit): Html {
  return html`<li><a href="${paths.web}/${fullName}/commit/${sha}"><bdi>${firstLine(message)}</bdi></a> <span class="dim">${author.name}, ${time(Date.parse(committer.date))}</span></li>`;
}

function commitPage(github: Github, call: Call): PageAnswer {
  const repository = at(github, call);
  const commit = repository.commits.get(call.params.sha ?? '');
  if (!commit) throw elsewhereErrors.notThere({ path: call.path });
  const before = repository.filesAt(commit.parents[0] ?? '');
  const after = repository.filesAt(commit.sha);
  const changed = [...after].filter(([path, { sha }]) => before.get(path)?.sha !== sha).map(([path]) => path);
  const gone = [...before.keys()].filter((path) => !after.has(path));
  const main = html`<p><a href="${paths.web}/${repository.fullName}">${repository.fullName}</a></p>
<h1><bdi>${firstLine(commit.message)}</bdi></h1>
<p class="dim">${commit.author.name}, ${time(Date.parse(commit.committer.date))}, <code>${commit.sha}</code></p>
${longText(commit.message)}
<h2>${count(changed.length, 'changed file')}</h2>${fileList(repository, commit.sha, changed)}
${gone.length > 0 && html`<h2>Taken out</h2><ul>${gone.map((path) => html`<li><bdi>${path}</bdi></li>`)}</ul>`}`;
  return { title: firstLine(commit.message), main };
}

function fileAt(github: Github, call: Call) {
  const repository = at(github, call);
  const { branch = '', path: file = '' } = call.params;
  const bytes = repository.blobs.get(repository.filesAt(branch).get(file)?.sha ?? '');
  if (!bytes) throw elsewhereErrors.notThere({ path: call.path });
  return { repository, branch, file, bytes };
}

function filePage(github: Github, call: Call): PageAnswer {
  const { repository, branch, file, bytes } = fileAt(github, call);
  const isText = !bytes.subarray(0, 8_000).includes(0);
  const body = /\.(?:md|markdown)$/i.test(file) ? markdown(bytes.toString()) : longText(bytes.toString());
  const main = html`<p><a href="${paths.web}/${repository.fullName}">${repository.fullName}</a></p>
<h1><bdi>${file}</bdi></h1>
<p class="dim">${sizeText(bytes.byteLength)}. <a href="${paths.web}/${repository.fullName}/raw/${branch}/${encodeURI(file)}">As it is</a></p>
<div class="card">${isText ? body : html`<p class="dim">No text.</p>`}</div>`;
  return { title: file, main };
}

function rawFile(github: Github, call: Call): Answer {
  const { file, bytes } = fileAt(github, call);
  const name = file.split('/').at(-1) ?? file;
  return { status: 200, file: { bytes, name, mediaType: 'text/plain' } };
}

function pullPage(github: Github, call: Call): PageAnswer {
  const repository = at(github, call);
  const pull = repository.pulls.find(({ number }) => number === Number(call.params.number));
  if (!pull) throw elsewhereErrors.notThere({ path: call.path });
  const { title, number, head, base, body, state, createdAtMs } = pull;
  const before = repository.filesAt(base);
  const changed = [...repository.filesAt(head)].filter(([path, { sha }]) => before.get(path)?.sha !== sha);
  const main = html`<p><a href="${paths.web}/${repository.fullName}">${repository.fullName}</a></p>
<h1><bdi>${title}</bdi> #${number}</h1>
<p><span class="tag">${state}</span> <span class="dim">from ${head} into ${base}, ${time(createdAtMs)}</span></p>
<div class="card">${markdown(body)}</div>
<h2>${count(changed.length, 'changed file')}</h2>${fileList(
    repository,
    head,
    changed.map(([path]) => path),
  )}`;
  return { title, main };
}

function gistPage(github: Github, { params, path }: Call): PageAnswer {
  const gist = github.gists.get(params.id ?? '');
  if (!gist) throw elsewhereErrors.notThere({ path });
  const files = [...gist.files].map(
    ([name, text]) =>
      html`<h2><bdi>${name}</bdi></h2><div class="card">${name.endsWith('.md') ? markdown(text) : longText(text)}</div>`,
  );
  const title = gist.description || 'A gist';
  const main = html`<p><a href="${paths.web}">Back</a></p><h1><bdi>${title}</bdi></h1>
<p class="dim">${gist.isPublic ? 'Public' : 'Secret'}, ${time(gist.createdAtMs)}</p>${files}`;
  return { title, main };
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').slice(0, 200);
}
