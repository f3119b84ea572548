import type { ApiRoute, Call, PageRoute } from '../core/route.ts';
import type { Service, ServiceWorld } from '../core/service.ts';
import { fieldOf, type IssuedToken, randomText, type Tokens } from '../core/tokens.ts';
import { seeOther } from '../page/service-page.ts';
import { Grants } from './grant.ts';
import { mediaFile, postPage, timelinePart } from './pages.ts';
import { Posts, refusal } from './posts.ts';
import { account } from './views.ts';

/** One account of X: posts, files, keys of OAuth 1.0a, and the page on which access is granted by OAuth 2.0. */
export function createX(world: ServiceWorld): Service {
  const posts = new Posts(world);
  const grants = new Grants(world.tokens);
  return {
    id: 'x',
    title: 'X',
    addresses: { apiUrl: '', webUrl: '' },
    prefixes: ['/2'],
    // Its client libraries know no other address.
    hosts: ['api.x.com'],
    apis: apisOf(posts, grants),
    pages: pagesOf(world, posts, grants),
    tokenHelp: () =>
      `Keys of the account @${account.username} (OAuth 1.0a; signatures aren’t checked). An app that asks for access on X’s own page may have any client id here.`,
    newToken: () => [
      { name: 'apiKey', label: 'API key', value: randomText(25) },
      { name: 'apiSecret', label: 'API key secret', value: randomText(50) },
      { name: 'accessToken', label: 'Access token', value: `${account.id}-${randomText(40)}` },
      { name: 'accessSecret', label: 'Access token secret', value: randomText(45) },
    ],
    tokenOf: ({ headers }: Call) => tokenIn(headers.authorization ?? '', world.tokens, grants),
    badToken: 'Unauthorized',
    refusal,
    overview: () => timelinePart(posts.posts.newest()),
  };
}

function tokenIn(authorization: string, tokens: Tokens, grants: Grants): IssuedToken | undefined {
  const [, bearer] = /^Bearer (\S+)$/.exec(authorization) ?? [];
  if (bearer !== undefined) return grants.find(bearer);
  const part = (name: string) => new RegExp(`^OAuth .*\\b${name}="([^"]+)"`).exec(authorization)?.[1] ?? '';
  const token = tokens.find(part('oauth_token'));
  return token && fieldOf(token, 'apiKey') === part('oauth_consumer_key') ? token : undefined;
}

function apisOf(posts: Posts, grants: Grants): ApiRoute[] {
  return [
    {
      method: 'GET',
      path: '/2/users/me',
      run: () => ({ status: 200, headers: { 'x-access-level': 'read-write' }, json: { data: account } }),
    },
    { method: 'GET', path: '/2/users/{id}/tweets', run: (call) => posts.timeline(call) },
    { method: 'POST', path: '/2/tweets', run: (call) => posts.post(call) },
    { method: 'POST', path: '/2/media/upload/initialize', run: (call) => posts.initialize(call) },
    { method: 'POST', path: '/2/media/upload/{id}/append', run: (call) => posts.append(call) },
    { method: 'POST', path: '/2/media/upload/{id}/finalize', run: (call) => posts.finalize(call) },
    { method: 'GET', path: '/2/media/upload', run: (call) => posts.status(call) },
    { method: 'POST', path: '/2/media/metadata', run: (call) => posts.describe(call) },
    {
      method: 'POST',
      path: '/2/oauth2/token',
      access: 'open',
      isSignIn: true,
      run: (call) => grants.token(call),
    },
  ];
}

function pagesOf({ depot }: ServiceWorld, posts: Posts, grants: Grants): PageRoute[] {
  return [
    { method: 'GET', path: '/i/oauth2/authorize', run: (call) => grants.page(call) },
    { method: 'POST', path: '/i/oauth2/authorize', run: (call) => grants.answer(call) },
    {
      method: 'GET',
      path: '/i/web/status/{id}',
      run: ({ params }) => seeOther(`/x/status/${encodeURIComponent(params.id ?? '')}`),
    },
    { method: 'GET', path: '/x/status/{id}', run: (call) => postPage(posts.posts.values(), call) },
    {
      method: 'GET',
      path: '/x/media/{id}',
      run: (call) => mediaFile(posts.media.get(call.params.id ?? ''), depot, call),
    },
  ];
}
