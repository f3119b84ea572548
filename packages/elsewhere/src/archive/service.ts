import type { ApiRoute, Call, PageRoute } from '../core/route.ts';
import type { Service, ServiceWorld } from '../core/service.ts';
import { fieldOf, type IssuedToken, randomText, stateOf, type Tokens } from '../core/tokens.ts';
import { Captures } from './captures.ts';
import { Items, refusal } from './items.ts';
import { capturePage, itemFile, itemPage, overviewPart } from './pages.ts';
import { addresses } from './paths.ts';

const { s3, metadata, web } = addresses;

/** Items and their records, and Save Page Now, of an Internet Archive of this machine's own. */
export function createArchive(world: ServiceWorld): Service {
  const items = new Items(world);
  const captures = new Captures(world);
  const keyOf = (call: Call) => keysIn(call, world.tokens);
  return {
    id: 'archive-org',
    title: 'archive.org',
    addresses: { s3Url: s3, metadataUrl: metadata, webUrl: web },
    prefixes: [s3, `${metadata}/metadata`, `${web}/save`, `${web}/cdx`],
    apis: [...storageRoutes(items, keyOf), ...waybackRoutes(captures)],
    pages: pagesOf(world, items, captures),
    tokenHelp: () => 'S3 keys of the account you@example.org, which may write to every item here.',
    newToken: () => [
      { name: 'accessKey', label: 'Access key', value: randomText(16) },
      { name: 'secretKey', label: 'Secret key', value: randomText(16) },
    ],
    tokenOf: keyOf,
    badToken: 'These keys are not known.',
    refusal,
    overview: () => overviewPart(items.items.newest(), captures.captures.newest()),
  };
}

/** In the header, or in the form that changes a record. */
function keysIn({ headers, body }: Call, tokens: Tokens): IssuedToken | undefined {
  const [, ofHeader, secretOfHeader] = /^LOW ([^:]+):(\S+)$/.exec(headers.authorization ?? '') ?? [];
  const isForm = /urlencoded/.test(headers['content-type'] ?? '');
  const form = new URLSearchParams(isForm ? body.bytes.toString() : '');
  const token = tokens.find(ofHeader ?? form.get('access') ?? '');
  const secret = secretOfHeader ?? form.get('secret');
  return token && fieldOf(token, 'secretKey') === secret ? token : undefined;
}

function storageRoutes(items: Items, keyOf: (call: Call) => IssuedToken | undefined): ApiRoute[] {
  return [
    {
      method: 'GET',
      path: `${s3}/`,
      access: 'open',
      run(call) {
        if (!call.query.has('check_auth')) return { status: 200, json: { over_limit: 0, detail: {} } };
        const token = keyOf(call);
        if (!token || stateOf(token) !== 'valid')
          return { status: 200, json: { authorized: false, error: 'unknown keys' } };
        const json = { authorized: true, username: 'you@example.org', itemname: '@you', screenname: 'You' };
        return { status: 200, json };
      },
    },
    { method: 'PUT', path: `${s3}/{identifier}/{name*}`, run: (call) => items.put(call) },
    {
      method: 'GET',
      path: `${metadata}/metadata/{identifier}`,
      access: 'open',
      run: (call) => items.record(call),
    },
    { method: 'POST', path: `${metadata}/metadata/{identifier}`, run: (call) => items.change(call) },
  ];
}

function waybackRoutes(captures: Captures): ApiRoute[] {
  return [
    { method: 'POST', path: `${web}/save`, run: (call) => captures.save(call) },
    { method: 'GET', path: `${web}/save/status/user`, run: () => captures.quota() },
    { method: 'GET', path: `${web}/save/status/{job}`, run: (call) => captures.status(call) },
    { method: 'GET', path: `${web}/cdx/search/cdx`, access: 'open', run: (call) => captures.index(call) },
  ];
}

function pagesOf({ depot }: ServiceWorld, { items }: Items, { captures }: Captures): PageRoute[] {
  const at = ({ params }: Call) => items.get(params.identifier ?? '');
  return [
    { method: 'GET', path: `${metadata}/details/{identifier}`, run: (call) => itemPage(at(call), call) },
    {
      method: 'GET',
      path: `${metadata}/download/{identifier}/{name*}`,
      run: (call) => itemFile(at(call), depot, call),
    },
    {
      method: 'GET',
      path: `${web}/web/{timestamp}/{url*}`,
      run: (call) => capturePage(captures.values(), call),
    },
  ];
}
