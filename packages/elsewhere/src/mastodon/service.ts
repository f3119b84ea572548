import type { Answer, ApiRoute, Call } from '../core/route.ts';
import type { Service, ServiceWorld } from '../core/service.ts';
import { type IssuedToken, randomText } from '../core/tokens.ts';
import { mediaFile, statusPage, timeline } from './pages.ts';
import { limitHeaders, MastodonServer, refusal } from './server.ts';
import { account, instanceView } from './views.ts';

const scopes = ['read', 'write'];

/** A Mastodon server with one account. */
export function createMastodon(world: ServiceWorld): Service {
  const { tokens, depot, baseUrl } = world;
  const server = new MastodonServer(world);
  return {
    id: 'mastodon',
    title: 'Mastodon',
    // Each target names its own server.
    addresses: {},
    prefixes: ['/api/v1', '/api/v2'],
    apis: apisOf(server, baseUrl),
    pages: [
      {
        method: 'GET',
        path: '/mastodon/@{account}/{id}',
        run: (call) => statusPage(server.statuses.get(call.params.id ?? ''), call),
      },
      {
        method: 'GET',
        path: '/mastodon/media/{id}',
        run: (call) => mediaFile(server.media.get(call.params.id ?? ''), depot, call),
      },
    ],
    tokenHelp: () => `A token of the account @${account}. The server’s address is ${baseUrl()}`,
    newToken: () => [{ name: 'accessToken', label: 'Access token', value: randomText(43) }],
    tokenOf: ({ headers }: Call): IssuedToken | undefined =>
      tokens.find(/^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? ''),
    badToken: 'The access token is invalid',
    refusal,
    answerHeaders: limitHeaders,
    overview: () => timeline(server.statuses.newest()),
  };
}

function apisOf(server: MastodonServer, baseUrl: () => string): ApiRoute[] {
  const answer = (json: () => unknown) => (): Answer => ({ status: 200, json: json() });
  return [
    {
      method: 'GET',
      path: '/api/v1/accounts/verify_credentials',
      run: answer(() => ownAccount(baseUrl())),
    },
    {
      method: 'GET',
      path: '/api/v1/apps/verify_credentials',
      run: answer(() => ({ id: '1', name: 'A try-out token', website: null, scopes })),
    },
    {
      method: 'GET',
      path: '/api/v2/instance',
      access: 'open',
      run: answer(() => instanceView(baseUrl())),
    },
    { method: 'GET', path: '/api/v1/accounts/{id}/statuses', run: (call) => server.list(call) },
    { method: 'POST', path: '/api/v1/statuses', run: (call) => server.post(call) },
    { method: 'DELETE', path: '/api/v1/statuses/{id}', run: (call) => server.remove(call) },
    { method: 'POST', path: '/api/v2/media', run: (call) => server.upload(call) },
    { method: 'GET', path: '/api/v1/media/{id}', run: (call) => server.medium(call) },
  ];
}

function ownAccount(base: string) {
  return {
    ...instanceView(base).contact.account,
    source: { privacy: 'public', sensitive: false, language: 'en', note: '', fields: [] },
  };
}
