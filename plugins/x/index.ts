import type { PublisherPlugin } from '#contracts/publisher.ts';
import { optionalCredentials, type XOptions, xCredentials, xOptions } from './options.ts';

export const x: PublisherPlugin<XOptions> = {
  id: 'x',
  addresses: {
    apiUrl: { url: 'https://api.x.com', of: 'the X API' },
    webUrl: { url: 'https://x.com', of: 'X’s pages, where access is granted' },
  },
  // The client library knows this address only.
  routes: { 'https://api.x.com': 'apiUrl' },
  describe: {
    title: 'X',
    summary: 'Posts on X, with pictures or a video, as one post or as a thread.',
    options: xOptions,
    kinds: [
      {
        id: 'post',
        title: 'A post on X',
        help: 'With pictures or a video; X charges for each',
        options: { auth: 'oauth1' },
      },
      {
        id: 'post-granted',
        title: 'A post on X, granted on X’s own page',
        help: 'The same, without keys of the account',
        options: { auth: 'oauth2' },
      },
    ],
    credentials: [
      {
        name: 'apiKey',
        label: 'an API key',
        help: 'OAuth 1.0a: API key of the app (developer console, Keys and tokens)',
      },
      { name: 'apiSecret', label: 'an API secret', help: 'OAuth 1.0a: API key secret of the app' },
      {
        name: 'accessToken',
        label: 'an access token',
        help: 'OAuth 1.0a: access token of the account, made with write permission',
      },
      {
        name: 'accessSecret',
        label: 'an access secret',
        help: 'OAuth 1.0a: access token secret of the account',
      },
      { name: 'clientId', label: 'a client id', help: 'OAuth 2.0: client id of the app' },
      {
        name: 'clientSecret',
        label: 'a client secret',
        help: 'OAuth 2.0: client secret; public clients have none',
      },
      {
        name: 'refreshToken',
        label: 'a grant',
        help: 'OAuth 2.0: comes with the grant on X’s page; or one with tweet.read tweet.write users.read media.write offline.access',
      },
    ],
    dedupe: 'look-up',
    // After less time, a timeline may not show what it already has.
    settleDelayMs: 30_000,
    // A timeline may show a post minutes late.
    patienceMs: 15 * 60_000,
    attemptTimeoutMs: 60_000,
    lateGraceMs: 15 * 60_000,
    costly: true,
    signInPaths: /^\/2\/oauth2\/token$/,
  },
  needs: ({ auth }) =>
    xCredentials[auth].map((name) => ({ name, required: !optionalCredentials.includes(name) })),
  takesBack: true,
  load: async () => (await import('./publisher.ts')).publisher,
};
