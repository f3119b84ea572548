import { type FakeGithub, type Route, refusal } from './fake-github.ts';
import type { FakeAsset, FakeRelease } from './fake-repository.ts';

const at = (rest: string) => new RegExp(`^/repos/[^/]+/[^/]+${rest}$`);

export const releaseRoutes: Route[] = [
  [
    'POST',
    at('/releases'),
    ({ github, json }) => {
      const { releases } = github.repository;
      const {
        tag_name: tag,
        body,
        draft,
      } = json as unknown as { tag_name: string; body: string; draft: boolean };
      // Of drafts there may be several with one tag.
      if (!draft && releases.some((release) => !release.draft && release.tag === tag)) {
        return refusal(422, 'Validation Failed', [
          { resource: 'Release', code: 'already_exists', field: 'tag_name' },
        ]);
      }
      const release = { id: 100 + releases.length, tag, body, draft, assets: [] };
      releases.push(release);
      return { status: 201, body: releaseBody(github, release) };
    },
  ],
  [
    'GET',
    at('/releases/tags/(.+)'),
    ({ github, parts: [tag] }) => {
      const release = github.repository.releases.find((one) => one.tag === tag && !one.draft);
      return release ? { status: 200, body: releaseBody(github, release) } : refusal(404, 'Not Found');
    },
  ],
  [
    'GET',
    at('/releases'),
    ({ github }) => ({
      status: 200,
      body: github.repository.releases.map((release) => releaseBody(github, release)),
    }),
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
    'DELETE',
    at('/releases/assets/(\\d+)'),
    ({ github, parts: [id] }) => {
      for (const release of github.repository.releases) {
        release.assets = release.assets.filter((asset) => asset.id !== Number(id));
      }
      return { status: 204 };
    },
  ],
];

function releaseOf({ repository }: FakeGithub, id: string | undefined): FakeRelease | undefined {
  return repository.releases.find((release) => release.id === Number(id));
}

function nextAssetId({ repository }: FakeGithub): number {
  const ids = repository.releases.flatMap(({ assets }) => assets.map(({ id }) => id));
  return Math.max(1_000, ...ids) + 1;
}

function releaseBody({ server, repository }: FakeGithub, { id, tag, body, draft, assets }: FakeRelease) {
  return {
    id,
    tag_name: tag,
    body,
    draft,
    html_url: `https://github.com/${repository.fullName}/releases/tag/${tag}`,
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
