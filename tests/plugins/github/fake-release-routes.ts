import { createHash } from 'node:crypto';
import type { Answer } from '../compliance/fake-platform.ts';
import type { FakeAsset, FakeRelease } from './fake-repository.ts';
import { type FakeGithub, type Route, refusal } from './fake-route.ts';

const at = (rest: string) => new RegExp(`^/repos/[^/]+/[^/]+${rest}$`);

interface ReleaseRequest {
  tag_name?: string;
  target_commitish?: string;
  body?: string;
  draft?: boolean;
}

export const releaseRoutes: Route[] = [
  [
    'POST',
    at('/releases'),
    ({ github, json }) => {
      const { releases } = github.repository;
      const {
        tag_name: tag = '',
        target_commitish: target,
        body = '',
        draft = false,
      } = json as ReleaseRequest;
      const release: FakeRelease = {
        id: Math.max(99, ...releases.map(({ id }) => id)) + 1,
        tag,
        body,
        draft: true,
        assets: [],
        ...(target !== undefined && { target }),
      };
      const refused = draft ? undefined : publishedOr422(github, release);
      if (refused) return refused;
      // Newest first, as GitHub lists them.
      releases.unshift(release);
      return { status: 201, body: releaseBody(github, release) };
    },
  ],
  [
    'PATCH',
    at('/releases/(\\d+)'),
    ({ github, json, parts: [id] }) => {
      const release = releaseOf(github, id);
      if (!release) return refusal(404, 'Not Found');
      const { tag_name: tag, target_commitish: target, body, draft } = json as ReleaseRequest;
      if (release.immutable && tag !== undefined && tag !== release.tag)
        return refusal(422, 'Cannot change the tag of an immutable release.');
      const next = {
        ...release,
        ...(tag !== undefined && { tag }),
        ...(target !== undefined && { target }),
        ...(body !== undefined && { body }),
      };
      if (draft === false && release.draft) {
        const refused = publishedOr422(github, next);
        if (refused) return refused;
      }
      Object.assign(release, next);
      return { status: 200, body: releaseBody(github, release) };
    },
  ],
  [
    'DELETE',
    at('/releases/(\\d+)'),
    ({ github, parts: [id] }) => {
      const release = releaseOf(github, id);
      if (!release) return refusal(404, 'Not Found');
      github.repository.releases.splice(github.repository.releases.indexOf(release), 1);
      return { status: 204 };
    },
  ],
  [
    'GET',
    at('/releases/tags/(.+)'),
    ({ github, parts: [tag] }) => {
      // Drafts have no tag yet.
      const release = github.repository.releases.find((one) => one.tag === tag && !one.draft);
      return release ? { status: 200, body: releaseBody(github, release) } : refusal(404, 'Not Found');
    },
  ],
  [
    'GET',
    at('/releases/(\\d+)'),
    ({ github, parts: [id] }) => {
      const release = releaseOf(github, id);
      return release ? { status: 200, body: releaseBody(github, release) } : refusal(404, 'Not Found');
    },
  ],
  [
    'GET',
    at('/releases'),
    ({ github, asked }) => {
      const { releases } = github.repository;
      // Drafts are shown to those who may write.
      const shown = asked.headers.authorization ? releases : releases.filter(({ draft }) => !draft);
      const count = Number(asked.query.get('per_page') ?? 30);
      const body = shown.slice(0, count).map((release) => releaseBody(github, release));
      const etag = `W/"${createHash('sha256').update(JSON.stringify(body)).digest('hex')}"`;
      if (asked.headers['if-none-match'] === etag) return { status: 304, headers: { etag } };
      return { status: 200, headers: { etag }, body };
    },
  ],
  [
    'GET',
    at('/immutable-releases'),
    ({ github: { repository } }) =>
      repository.immutableReleases
        ? { status: 200, body: { enabled: true, enforced_by_owner: false } }
        : refusal(404, 'Not Found'),
  ],
  [
    'GET',
    at('/releases/(\\d+)/assets'),
    ({ github, parts: [id] }) => ({ status: 200, body: releaseOf(github, id)?.assets.map(assetBody) ?? [] }),
  ],
  [
    'POST',
    at('/releases/(\\d+)/assets'),
    ({ github, asked, parts: [id] }) => {
      const release = releaseOf(github, id);
      if (!release) return refusal(404, 'Not Found');
      if (release.immutable) return refusal(422, 'Cannot upload assets to an immutable release.');
      if (asked.headers['content-length'] === undefined) return refusal(422, 'Bad Content-Length: ');
      // GitHub's own renaming.
      const name = (asked.query.get('name') ?? '').replace(/[^\w.+-]+/g, '.').replace(/^\.+|\.+$/g, '');
      if (release.assets.some((asset) => asset.name === name)) {
        return refusal(422, 'Validation Failed', [
          { resource: 'ReleaseAsset', code: 'already_exists', field: 'name' },
        ]);
      }
      const asset: FakeAsset = {
        id: nextAssetId(github),
        name,
        state: 'uploaded',
        size: asked.bodyBytes,
        digest: `sha256:${asked.bodySha256}`,
      };
      release.assets.push(asset);
      return { status: 201, body: assetBody(asset) };
    },
  ],
  [
    'GET',
    at('/releases/assets/(\\d+)'),
    ({ github, parts: [id] }) => {
      const assets = github.repository.releases.flatMap((release) => release.assets);
      const asset = assets.find((one) => one.id === Number(id));
      return asset ? { status: 200, body: asset } : refusal(404, 'Not Found');
    },
  ],
  [
    'DELETE',
    at('/releases/assets/(\\d+)'),
    ({ github, parts: [id] }) => {
      const release = github.repository.releases.find(({ assets }) =>
        assets.some((asset) => asset.id === Number(id)),
      );
      if (!release) return refusal(404, 'Not Found');
      if (release.immutable) return refusal(422, 'Cannot delete asset from an immutable release.');
      release.assets = release.assets.filter((asset) => asset.id !== Number(id));
      return { status: 204 };
    },
  ],
];

/** Publishes it, or says why GitHub doesn't. */
function publishedOr422({ repository }: FakeGithub, release: FakeRelease): Answer | undefined {
  const { tag, id } = release;
  const taken = (code: string, message?: string) =>
    refusal(422, 'Validation Failed', [
      { resource: 'Release', code, field: 'tag_name', ...(message && { message }) },
    ]);
  if (repository.releases.some((other) => other.id !== id && !other.draft && other.tag === tag))
    return taken('already_exists');
  if (repository.lockedTags.has(tag)) return taken('custom', 'tag_name was used by an immutable release');
  try {
    repository.publish(release);
  } catch {
    return refusal(422, 'Validation Failed', [
      { resource: 'Release', code: 'invalid', field: 'target_commitish' },
    ]);
  }
  return undefined;
}

function releaseOf({ repository }: FakeGithub, id: string | undefined): FakeRelease | undefined {
  return repository.releases.find((release) => release.id === Number(id));
}

function nextAssetId({ repository }: FakeGithub): number {
  const ids = repository.releases.flatMap(({ assets }) => assets.map(({ id }) => id));
  return Math.max(1_000, ...ids) + 1;
}

function releaseBody({ server, repository }: FakeGithub, release: FakeRelease) {
  const { id, tag, body, draft, assets, target = 'main', immutable = false } = release;
  return {
    id,
    tag_name: tag,
    target_commitish: target,
    body,
    draft,
    prerelease: release.prerelease ?? false,
    immutable,
    name: release.name ?? null,
    published_at: draft ? null : (release.publishedAt ?? null),
    html_url: `https://github.com/${repository.fullName}/releases/tag/${draft ? `untagged-${id}` : tag}`,
    upload_url: `${server.url}/repos/${repository.fullName}/releases/${id}/assets{?name,label}`,
    assets: assets.map(assetBody),
  };
}

function assetBody({ id, name, state, size, digest }: FakeAsset) {
  return {
    id,
    name,
    state,
    size,
    digest,
    label: null,
    uploader: null,
    browser_download_url: `https://github.com/d/${name}`,
  };
}
