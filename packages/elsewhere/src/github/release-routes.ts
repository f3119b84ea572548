import { textOf } from '../core/fields.ts';
import type { Answer, ApiCall, ApiRoute } from '../core/route.ts';
import { Refusal } from '../core/service.ts';
import type { Asset, Release, Repository } from './repository.ts';
import {
  created,
  type Github,
  notFound,
  ok,
  pageOf,
  paths,
  refusal,
  releasesMax,
  unprocessable,
} from './state.ts';
import { releasePath } from './views.ts';

const repo = `${paths.api}/repos/{owner}/{repo}`;
/** https://docs.github.com/repositories/releasing-projects-on-github/about-releases#storage-and-bandwidth-quotas */
const assetsMax = 1_000;
const bodyLengthMax = 125_000;

export function releaseRoutes(github: Github): ApiRoute[] {
  const view = (repository: Repository, release: Release) => github.views.release(repository, release);
  return [
    {
      method: 'GET',
      path: `${repo}/releases`,
      run: (call) => {
        const repository = github.named(call);
        return ok(pageOf(repository.releases, call).map((release) => view(repository, release)));
      },
    },
    { method: 'POST', path: `${repo}/releases`, run: (call) => create(github, call) },
    {
      method: 'GET',
      path: `${repo}/releases/tags/{tag*}`,
      run: (call) => {
        const repository = github.named(call);
        const release = repository.publishedWith(call.params.tag ?? '');
        if (!release) throw notFound();
        return ok(view(repository, release));
      },
    },
    {
      method: 'GET',
      path: `${repo}/releases/{id}`,
      run: (call) => {
        const { repository, release } = named(github, call);
        return ok(view(repository, release));
      },
    },
    { method: 'PATCH', path: `${repo}/releases/{id}`, run: (call) => change(github, call) },
    {
      method: 'DELETE',
      path: `${repo}/releases/{id}`,
      run: (call) => {
        const { repository, release } = named(github, call);
        repository.releases = repository.releases.filter((each) => each !== release);
        return { status: 204 };
      },
    },
    {
      method: 'GET',
      path: `${repo}/releases/{id}/assets`,
      run: (call) => {
        const { repository, release } = named(github, call);
        const assets = pageOf(release.assets, call);
        return ok(assets.map((asset) => github.views.asset(repository, release, asset)));
      },
    },
    {
      method: 'POST',
      path: `${paths.uploads}/repos/{owner}/{repo}/releases/{id}/assets`,
      run: (call) => upload(github, call),
    },
    {
      method: 'DELETE',
      path: `${repo}/releases/assets/{asset}`,
      run: (call) => {
        const repository = github.named(call);
        const id = Number(call.params.asset);
        const release = repository.releases.find(({ assets }) => assets.some((asset) => asset.id === id));
        if (!release) throw notFound();
        release.assets = release.assets.filter((asset) => asset.id !== id);
        return { status: 204 };
      },
    },
    // Switched off, as in most repositories.
    { method: 'GET', path: `${repo}/immutable-releases`, run: () => refusal(404, 'Not Found') },
  ];
}

function named(github: Github, call: ApiCall): { repository: Repository; release: Release } {
  const repository = github.named(call);
  const release = repository.releases.find(({ id }) => id === Number(call.params.id));
  if (!release) throw notFound();
  return { repository, release };
}

function create(github: Github, call: ApiCall): Answer {
  const repository = github.named(call);
  const { json } = call;
  const tag = textOf(json.tag_name);
  if (tag === undefined || tag.trim() === '')
    throw unprocessable('Validation Failed', [
      { resource: 'Release', code: 'missing_field', field: 'tag_name' },
    ]);
  const release: Release = {
    id: github.newId(),
    tag,
    target: textOf(json.target_commitish) ?? repository.defaultBranch,
    name: textOf(json.name) ?? '',
    body: textOf(json.body) ?? '',
    draft: true,
    prerelease: json.prerelease === true,
    createdAtMs: Date.now(),
    publishedAtMs: undefined,
    assets: [],
  };
  if (release.body.length > bodyLengthMax)
    throw unprocessable('Validation Failed', [
      {
        resource: 'Release',
        code: 'custom',
        field: 'body',
        message: 'body is too long (maximum is 125000 characters)',
      },
    ]);
  if (json.draft !== true) publish(repository, release);
  repository.releases = [release, ...repository.releases].slice(0, releasesMax);
  say(github, repository, release);
  return created(github.views.release(repository, release));
}

function change(github: Github, call: ApiCall): Answer {
  const { repository, release } = named(github, call);
  const { json } = call;
  release.tag = textOf(json.tag_name) ?? release.tag;
  release.target = textOf(json.target_commitish) ?? release.target;
  release.name = textOf(json.name) ?? release.name;
  release.body = textOf(json.body) ?? release.body;
  if (typeof json.prerelease === 'boolean') release.prerelease = json.prerelease;
  if (json.draft === false && release.draft) publish(repository, release);
  else if (json.draft === true) release.draft = true;
  say(github, repository, release);
  return ok(github.views.release(repository, release));
}

/** Makes the tag where there is none. */
function publish(repository: Repository, release: Release): void {
  const { tag, target } = release;
  if (repository.publishedWith(tag))
    throw unprocessable('Validation Failed', [
      { resource: 'Release', code: 'already_exists', field: 'tag_name' },
    ]);
  const commit = repository.commitAt(target);
  if (!repository.tags.has(tag)) {
    if (!commit)
      throw unprocessable('Validation Failed', [
        { resource: 'Release', code: 'invalid', field: 'target_commitish' },
      ]);
    repository.tags.set(tag, commit.sha);
  }
  release.draft = false;
  release.publishedAtMs ??= Date.now();
}

/** A draft is seen by those who may write, under its own address. */
function say(github: Github, repository: Repository, release: Release): void {
  const what = `${release.draft ? 'Draft of release' : 'Release'} ${release.name || release.tag}`;
  github.arrived(`${what} in ${repository.fullName}`, releasePath(repository, release));
}

function upload(github: Github, call: ApiCall): Answer {
  const { repository, release } = named(github, call);
  const name = normalised(call.query.get('name') ?? '');
  if (name === '') throw new Refusal(refusal(400, 'Missing or invalid name'));
  if (release.assets.some((asset) => asset.name === name))
    throw unprocessable('Validation Failed', [
      { resource: 'ReleaseAsset', code: 'already_exists', field: 'name' },
    ]);
  if (call.body.sizeBytes === 0) throw new Refusal(refusal(400, 'Bad Content-Length: 0'));
  if (release.assets.length >= assetsMax)
    throw unprocessable('Validation Failed', [
      { resource: 'ReleaseAsset', code: 'custom', message: 'too many' },
    ]);
  const { depot } = github.world;
  const { bytes, isWhole, sizeBytes, sha256, md5 } = call.body;
  const asset: Asset = {
    id: github.newId(),
    name,
    label: call.query.get('label') ?? '',
    mediaType: call.headers['content-type'] ?? 'application/octet-stream',
    file: isWhole ? depot.keep(bytes) : { id: sha256, sizeBytes, sha256, md5 },
    createdAtMs: Date.now(),
  };
  release.assets.push(asset);
  return created(github.views.asset(repository, release, asset));
}

/** GitHub renames files with odd characters: others become dots. */
function normalised(name: string): string {
  return name.replace(/[^A-Za-z0-9._+@-]+/g, '.').replace(/^\.+|\.+$/g, '');
}
