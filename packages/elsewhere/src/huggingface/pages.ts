import type { Depot } from '../core/depot.ts';
import type { Answer, Call, PageAnswer } from '../core/route.ts';
import { elsewhereErrors } from '../errors.ts';
import { type Html, html, longText } from '../page/html.ts';
import { markdown } from '../page/markdown.ts';
import { player } from '../page/player.ts';
import { count, sizeText, time } from '../page/words.ts';
import { base } from './face.ts';
import type { HubRepository } from './repositories.ts';

const commitsShownMax = 20;
const filesShownMax = 200;

const mediaTypes: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  mp4: 'video/mp4',
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
};

export function overviewPart(repositories: readonly HubRepository[]): Html {
  const rows = repositories.map(
    ({ kind, name, path, commits, files }) =>
      html`<li class="card"><a href="${base}/${path}"><strong>${name}</strong></a> <span class="tag">${kind.slice(0, -1)}</span><br>
<span class="dim">${count(commits.length, 'commit')}, ${count(files.size, 'file')}</span></li>`,
  );
  return html`<ul class="grid">${rows}</ul>`;
}

export function repositoryPage(
  repository: HubRepository | undefined,
  depot: Depot,
  { path }: Call,
): PageAnswer {
  if (!repository) throw elsewhereErrors.notThere({ path });
  const { name, kind, commits, files } = repository;
  const readme = files.get('README.md');
  const text = readme && depot.read(readme)?.toString();
  const paths = commitPaths(repository);
  const main = html`<p><a href="${base}">Back</a></p><h1>${name} <span class="tag">${kind.slice(0, -1)}</span></h1>
${text !== undefined && html`<div class="card">${markdown(text)}</div>`}
<h2>${count(files.size, 'file')}</h2>${fileList(repository, paths)}
<h2>Commits</h2><ul>${commits
    .slice(0, commitsShownMax)
    .map(
      ({ id, title, atMs }) =>
        html`<li><a href="${base}/${repository.path}/commit/${id}"><bdi>${title}</bdi></a> <span class="dim">${time(atMs)}</span></li>`,
    )}</ul>`;
  return { title: name, main };
}

/** Newest first, each once. */
function commitPaths({ commits, files }: HubRepository): string[] {
  return [...new Set(commits.flatMap(({ paths }) => paths))].filter((path) => files.has(path));
}

export function commitPage(repository: HubRepository | undefined, { params, path }: Call): PageAnswer {
  const commit = repository?.commits.find(({ id }) => id === params.id);
  if (!repository || !commit) throw elsewhereErrors.notThere({ path });
  const main = html`<p><a href="${base}/${repository.path}">${repository.name}</a></p><h1><bdi>${commit.title}</bdi></h1>
<p class="dim">${time(commit.atMs)}, <code>${commit.id}</code></p>${longText(commit.description)}
<h2>${count(commit.paths.length, 'changed file')}</h2>${fileList(repository, commit.paths)}`;
  return { title: commit.title, main };
}

function fileList(repository: HubRepository, paths: readonly string[]): Html {
  const rows = paths.slice(0, filesShownMax).map((path) => {
    const url = `${base}/${repository.path}/resolve/main/${path.split('/').map(encodeURIComponent).join('/')}`;
    const size = repository.files.get(path)?.sizeBytes ?? 0;
    return html`<li><a href="${url}"><bdi>${path}</bdi></a> <span class="dim">${sizeText(size)}</span>${player(url, typeOf(path), path)}</li>`;
  });
  return html`<ul>${rows}</ul>`;
}

export function repositoryFile(
  repository: HubRepository | undefined,
  depot: Depot,
  { params, path }: Call,
): Answer {
  const name = params.file ?? '';
  const file = repository?.files.get(name);
  const bytes = file && depot.read(file);
  if (!bytes) throw elsewhereErrors.notThere({ path });
  return { status: 200, file: { bytes, name: name.split('/').at(-1) ?? name, mediaType: typeOf(name) } };
}

function typeOf(path: string): string {
  return mediaTypes[path.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'text/plain';
}
