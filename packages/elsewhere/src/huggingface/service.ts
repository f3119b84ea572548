import type { ApiRoute, Call, PageRoute } from '../core/route.ts';
import type { Service, ServiceWorld } from '../core/service.ts';
import { randomText } from '../core/tokens.ts';
import { base, Face, refusal, uploadsPath } from './face.ts';
import { commitPage, overviewPart, repositoryFile, repositoryPage } from './pages.ts';

/** Models, datasets and spaces of a Hugging Face of this machine's own. */
export function createHuggingface(world: ServiceWorld): Service {
  const face = new Face(world);
  return {
    id: 'huggingface',
    title: 'Hugging Face',
    addresses: { hubUrl: base },
    prefixes: [`${base}/api`, uploadsPath],
    apis: apisOf(face),
    pages: pagesOf(face, world),
    tokenHelp: () => 'A token of the account “you”, which may write for itself and for “acme”.',
    newToken: () => [{ name: 'token', label: 'Token', value: `hf_${randomText(34)}` }],
    tokenOf: ({ headers }: Call) =>
      world.tokens.find(/^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? ''),
    badToken: 'Invalid credentials in Authorization header',
    refusal,
    overview: () => overviewPart(face.repositories()),
  };
}

const who = {
  type: 'user',
  id: '1',
  name: 'you',
  fullname: 'You',
  orgs: [{ type: 'org', id: '2', name: 'acme', fullname: 'Acme', roleInOrg: 'write' }],
  auth: { type: 'access_token', accessToken: { displayName: 'A try-out token', role: 'write' } },
};

function apisOf(face: Face): ApiRoute[] {
  const repository = `${base}/api/{kind}/{owner}/{repo}`;
  const batch = '{owner}/{repo}.git/info/lfs/objects/batch';
  return [
    { method: 'GET', path: `${base}/api/whoami-v2`, run: () => ({ status: 200, json: who }) },
    { method: 'POST', path: `${base}/api/repos/create`, run: (call) => face.create(call) },
    { method: 'GET', path: repository, run: (call) => face.about(call) },
    { method: 'GET', path: `${repository}/refs`, run: (call) => face.references(call) },
    { method: 'GET', path: `${repository}/commits/{revision}`, run: (call) => face.commits(call) },
    {
      method: 'POST',
      path: `${repository}/preupload/{revision}`,
      run: (call) => face.preupload(call),
    },
    { method: 'POST', path: `${repository}/commit/{revision}`, run: (call) => face.commit(call) },
    { method: 'POST', path: `${base}/${batch}`, run: (call) => face.batch(call) },
    { method: 'POST', path: `${base}/{kind}/${batch}`, run: (call) => face.batch(call) },
    { method: 'PUT', path: `${uploadsPath}/{oid}`, access: 'open', run: (call) => face.upload(call) },
  ];
}

function pagesOf(face: Face, { depot }: ServiceWorld): PageRoute[] {
  const at = ({ params }: Call) => face.find(params.kind ?? 'models', params.owner, params.repo);
  return [`${base}/{kind}/{owner}/{repo}`, `${base}/{owner}/{repo}`].flatMap((repository): PageRoute[] => [
    { method: 'GET', path: `${repository}/commit/{id}`, run: (call) => commitPage(at(call), call) },
    {
      method: 'GET',
      path: `${repository}/resolve/main/{file*}`,
      run: (call) => repositoryFile(at(call), depot, call),
    },
    { method: 'GET', path: repository, run: (call) => repositoryPage(at(call), depot, call) },
  ]);
}
