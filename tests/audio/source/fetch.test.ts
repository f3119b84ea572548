import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo, LookupFunction } from 'node:net';
import tls from 'node:tls';
import { loadOrCreateCertificate } from '@guildmesh/local-discord/voice/certificate';
import { describe, expect, test } from 'vitest';
import { fetchSource } from '#audio/source/fetch/fetcher.ts';
import { isAllowedPrivateHost, isPublicAddress } from '#core/public-address.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { httpStation } from '../support/http-station.ts';

const signal = AbortSignal.timeout(25_000);
const closed = { allowedPrivateHosts: [], openTimeoutMs: 2_000 };

/** Spellings of this machine that HTTP clients follow; {port} is where a server listens. */
const loopbackSpellings = [
  ...['127.0.0.1', '127.1', '127.0.1', '0', '0.0.0.0', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1'],
  ...['017700000001', '127.0.0.1.', '①②⑦.⓪.⓪.①', '%31%32%37.0.0.1', '127。0。0。1', 'localhost', 'LocalHost'],
  ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[64:ff9b::7f00:1]'],
];

/** Further places inside: link-local, private, carrier, unique local, and IPv4 wrapped in IPv6. */
const insideSpellings = [
  ...[
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '0251.0376.0251.0376',
    '169.254.43518',
    '[fe80::1]',
    '10.0.0.1',
  ],
  ...[
    '10.1',
    '172.16.0.1',
    '192.168.0.1',
    '192.168.257',
    '100.64.0.1',
    '198.18.0.1',
    '[fc00::1]',
    '[fd12:3456::1]',
  ],
  ...[
    '[::ffff:10.0.0.1]',
    '[::ffff:a9fe:a9fe]',
    '[64:ff9b::a9fe:a9fe]',
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::]',
  ],
  ...['[2001::1]', '[ff02::1]', '224.0.0.1', '255.255.255.255', '[0:0:0:0:0:ffff:7f00:0001]'],
];

describe('addresses', () => {
  test('are public only when they are unicast and lead nowhere special', () => {
    const refused =
      '127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255 192.0.2.1 198.18.0.1 240.0.0.1 ::1 :: fe80::1 fc00::1 ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 2001::1 2001:db8::1 3fff::1 ff02::1 nonsense';
    for (const address of refused.split(' ')) expect(isPublicAddress(address), address).toBe(false);
    for (const address of ['8.8.8.8', '93.184.216.34', '2606:4700::1111', '2a00:1450:4001::1'])
      expect(isPublicAddress(address), address).toBe(true);
  });

  test('are excepted by exactly the host, or host and port, that is listed', () => {
    expect(isAllowedPrivateHost(['radio.lan'], 'radio.lan', 8000)).toBe(true);
    expect(isAllowedPrivateHost(['radio.lan:8000'], 'RADIO.lan', 8000)).toBe(true);
    expect(isAllowedPrivateHost(['radio.lan:8000'], 'radio.lan', 8001)).toBe(false);
    expect(isAllowedPrivateHost(['[::1]:80'], '::1', 80)).toBe(true);
    expect(isAllowedPrivateHost(['radio.lan'], 'my-radio.lan', 80)).toBe(false);
  });
});

describe('the fetcher', () => {
  test('reaches nothing inside by any of 47 spellings, named or redirected to', async () => {
    await using station = await httpStation((_, response) => response.end('secret'));
    const port = new URL(station.url).port;
    const spellings = [...loopbackSpellings, ...insideSpellings];
    expect(spellings).toHaveLength(47);
    let target = '';
    await using outer = await httpStation((_, response) => {
      response.writeHead(302, { location: target }).end();
    });
    const open = { ...closed, allowedPrivateHosts: [outer.host] };
    for (const spelling of spellings) {
      // As it stands: header values hold no letters beyond Latin-1.
      target = `http://${spelling.replace(/[^\0-\xff]/g, encodeURIComponent)}:${port}/`;
      const refused = { code: expect.stringMatching(/^AUDIO_(ADDRESS_REFUSED|URL_INVALID)$/) };
      const named = await rejection(fetchSource(closed, `http://${spelling}:${port}/`, signal));
      expect(named, spelling).toMatchObject(refused);
      expect(await rejection(fetchSource(open, outer.url, signal)), `to ${spelling}`).toMatchObject(refused);
    }
    expect(station.connectionCount()).toBe(0);
  });

  test('reaches nothing inside by SHOUTcast’s way either', async () => {
    await using station = await httpStation((_, response) => response.end('secret'));
    const lookup: LookupFunction = (_hostname, _options, callback) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    const address = `http://rebind.example:${new URL(station.url).port}/`;
    const { askShoutcast } = await import('#audio/source/fetch/shoutcast.ts');
    expect(await rejection(askShoutcast({ ...closed, lookup }, new URL(address), signal))).toMatchObject({
      code: 'AUDIO_ADDRESS_REFUSED',
    });
    expect(station.connectionCount()).toBe(0);
  });

  test('reaches what the operator listed', async () => {
    await using station = await httpStation((_, response) => response.end('hello'));
    const body = await fetchSource({ ...closed, allowedPrivateHosts: [station.host] }, station.url, signal);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body.bytes) chunks.push(chunk);
    body.close();
    expect(Buffer.concat(chunks).toString()).toBe('hello');
  });

  test('judges the address it connects to, whatever the name resolved to before', async () => {
    await using station = await httpStation((_, response) => response.end('secret'));
    const asked: string[] = [];
    const lookup: LookupFunction = (hostname, _options, callback) => {
      asked.push(hostname);
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const address = `http://rebind.example:${new URL(station.url).port}/`;
    const error = await rejection(fetchSource({ ...closed, lookup }, address, signal));
    expect(error).toMatchObject({ code: 'AUDIO_ADDRESS_REFUSED' });
    expect(asked).toEqual(['rebind.example']);
    expect(station.connectionCount()).toBe(0);
  });

  test('judges every hop of a redirect, and follows five', async () => {
    await using inner = await httpStation((_, response) => response.end('secret'));
    await using outer = await httpStation((request, response) => {
      if (request.url === '/in') response.writeHead(302, { location: inner.url }).end();
      else if (request.url === '/file') response.writeHead(302, { location: 'file:///etc/passwd' }).end();
      else response.writeHead(302, { location: '/again' }).end();
    });
    const init = { ...closed, allowedPrivateHosts: [outer.host] };
    expect(await rejection(fetchSource(init, `${outer.url}/in`, signal))).toMatchObject({
      code: 'AUDIO_ADDRESS_REFUSED',
    });
    expect(await rejection(fetchSource(init, `${outer.url}/file`, signal))).toMatchObject({
      code: 'AUDIO_SCHEME_REFUSED',
    });
    const before = outer.requests.length;
    expect(await rejection(fetchSource(init, `${outer.url}/x`, signal))).toMatchObject({
      code: 'AUDIO_REDIRECT_REFUSED',
    });
    expect(outer.requests.length - before).toBe(6);
    expect(inner.connectionCount()).toBe(0);
  });

  test('does not follow from https to http', async () => {
    using folder = temporaryFolder();
    const { certPem, keyPem } = await loadOrCreateCertificate(folder.path);
    await using plain = await httpStation((_, response) => response.end('in clear'));
    const secure = createServer({ cert: certPem, key: keyPem }, (_, response) =>
      response.writeHead(302, { location: plain.url }).end(),
    );
    await once(secure.listen(0, '127.0.0.1'), 'listening');
    const trusted = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...trusted, certPem]);
    try {
      const host = `127.0.0.1:${(secure.address() as AddressInfo).port}`;
      const init = { ...closed, allowedPrivateHosts: [host, plain.host] };
      expect(await rejection(fetchSource(init, `https://${host}/`, signal))).toMatchObject({
        code: 'AUDIO_REDIRECT_REFUSED',
        message: expect.stringContaining('from https to http'),
      });
      expect(plain.connectionCount()).toBe(0);
    } finally {
      tls.setDefaultCACertificates(trusted);
      secure.closeAllConnections();
      secure.close();
    }
  });

  test('ignores proxies of the environment', async () => {
    await using proxy = await httpStation((_, response) => response.end('by proxy'));
    const names = ['http_proxy', 'HTTP_PROXY', 'NODE_USE_ENV_PROXY'] as const;
    const before = names.map((name) => process.env[name]);
    Object.assign(process.env, { http_proxy: proxy.url, HTTP_PROXY: proxy.url, NODE_USE_ENV_PROXY: '1' });
    try {
      const error = await rejection(fetchSource(closed, 'http://127.0.0.1:9/', signal));
      expect(error).toMatchObject({ code: 'AUDIO_ADDRESS_REFUSED' });
      expect(proxy.requests).toEqual([]);
    } finally {
      names.forEach((name, index) => {
        if (before[index] === undefined) delete process.env[name];
        else process.env[name] = before[index];
      });
    }
  });

  test('names what is wrong with an address', async () => {
    const codes: [string, string][] = [
      ['file:///etc/passwd', 'AUDIO_SCHEME_REFUSED'],
      ['concat:a|b', 'AUDIO_SCHEME_REFUSED'],
      ['data:audio/ogg,x', 'AUDIO_SCHEME_REFUSED'],
      ['http://', 'AUDIO_URL_INVALID'],
      ['http://user:secret@radio.example/', 'AUDIO_URL_INVALID'],
      ['http://radio.example:0/', 'AUDIO_URL_INVALID'],
      ['http://no-such-host.invalid/', 'AUDIO_UNREACHABLE'],
    ];
    for (const [address, code] of codes) {
      const error = await rejection(fetchSource(closed, address, signal));
      expect(error, address).toMatchObject({ code });
      expect(String(error)).not.toContain('secret');
    }
  });

  test('gives up on heads that are late or too long', async () => {
    await using station = await httpStation((request, response) => {
      if (request.url === '/long') response.writeHead(200, { 'x-long': 'x'.repeat(40_000) }).end();
    });
    const init = { allowedPrivateHosts: [station.host], openTimeoutMs: 300 };
    for (const path of ['/late', '/long'])
      expect(await rejection(fetchSource(init, station.url + path, signal))).toMatchObject({
        code: 'AUDIO_UNREACHABLE',
      });
  });
});
