import type { Call, PageAnswer, PageRoute } from '../core/route.ts';
import { elsewhereErrors } from '../errors.ts';
import { type Html, html } from '../page/html.ts';
import { markdown } from '../page/markdown.ts';
import { player } from '../page/player.ts';
import { count, sizeText, time } from '../page/words.ts';
import type { Release, Repository } from './repository.ts';
import { type Github, paths } from './state.ts';
import { releasePath } from './views.ts';

const repo = `${paths.web}/{owner}/{repo}`;

export function releasePages(github: Github): PageRoute[] {
  return [
    {
      method: 'GET',
      path: `${repo}/releases/tag/{tag*}`,
      run: (call) => {
        const repository = named(github, call);
        return page(repository, repository.publishedWith(call.params.tag ?? ''), call);
      },
    },
    {
      method: 'GET',
      path: `${repo}/releases/draft/{id}`,
      run: (call) => {
        const repository = named(github, call);
        return page(
          repository,
          repository.releases.find(({ id }) => id === Number(call.params.id)),
          call,
        );
      },
    },
  ];
}

export function downloadRoute(github: Github): PageRoute {
  return {
    method: 'GET',
    path: `${repo}/releases/download/{tag}/{name}`,
    run: (call) => {
      const { params, path } = call;
      const assets = named(github, call).releases.filter(({ tag }) => tag === params.tag);
      const asset = assets.flatMap((release) => release.assets).find(({ name }) => name === params.name);
      const bytes = asset && github.world.depot.read(asset.file);
      if (!bytes) throw elsewhereErrors.notThere({ path });
      return { status: 200, file: { bytes, name: asset.name, mediaType: asset.mediaType } };
    },
  };
}

function named(github: Github, { params, path }: Call): Repository {
  const repository = github.find(params.owner ?? '', params.repo ?? '');
  if (!repository) throw elsewhereErrors.notThere({ path });
  return repository;
}

function page(repository: Repository, release: Release | undefined, { path }: Call): PageAnswer {
  if (!release) throw elsewhereErrors.notThere({ path });
  const { tag, name, body, target, createdAtMs, publishedAtMs, assets } = release;
  const commit = repository.commitAt(repository.tags.has(tag) ? tag : target);
  const rows = assets.map(({ name: file, label, mediaType, file: { sizeBytes, sha256 } }) => {
    const url = `${paths.web}/${repository.fullName}/releases/download/${encodeURIComponent(tag)}/${encodeURIComponent(file)}`;
    return html`<tr><td><a href="${url}"><bdi>${label || file}</bdi></a>${player(url, mediaType, file)}</td><td>${sizeText(sizeBytes)}</td><td class="dim"><code>sha256:${sha256.slice(0, 12)}…</code></td></tr>`;
  });
  const main = html`<p><a href="${paths.web}/${repository.fullName}">${repository.fullName}</a></p>
<h1><bdi>${name || tag}</bdi></h1>
<p>${tags(release)} <span class="dim">tag <bdi>${tag}</bdi>${commit && html` at <a href="${paths.web}/${repository.fullName}/commit/${commit.sha}"><code>${commit.sha.slice(0, 7)}</code></a>`}, ${time(publishedAtMs ?? createdAtMs)}</span></p>
<div class="card">${markdown(body)}</div>
<h2>${count(assets.length, 'file')}</h2>
<table><tbody>${rows}</tbody></table>`;
  return { title: name || tag, main };
}

export function releaseCard(repository: Repository, release: Release): Html {
  const { tag, name, assets, createdAtMs } = release;
  return html`<div class="card"><a href="${paths.web}${releasePath(repository, release)}"><strong><bdi>${name || tag}</bdi></strong></a> ${tags(release)}<br><span class="dim">tag <bdi>${tag}</bdi>, ${count(assets.length, 'file')}, ${time(createdAtMs)}</span></div>`;
}

function tags({ draft, prerelease }: Release): Html {
  return html`${draft && html`<span class="tag">draft</span>`}${prerelease && html`<span class="tag">pre-release</span>`}`;
}
