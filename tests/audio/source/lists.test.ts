import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseList } from '#audio/source/lists/list.ts';
import { listText } from '#audio/source/lists/list-text.ts';
import { broadcastStart } from '#contracts/actions/broadcast.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { audioUnderTest } from '../support/harness.ts';
import { httpStation } from '../support/http-station.ts';
import { oggLink, opusPacket } from '../support/ogg-pages.ts';
import { openerUnderTest, sourceRequest } from '../support/sources.ts';

const never = new AbortController().signal;
const framesEach = 5;

function sound(mark: number): Buffer {
  return Buffer.from(
    oggLink(
      mark,
      Array.from({ length: framesEach }, () => opusPacket(mark)),
    ),
  );
}

/** Which files are heard, by their marks, how they are called, and what was left out. */
async function heard(
  init: Parameters<typeof openerUnderTest>[0],
  name: string,
): Promise<{ marks: (number | undefined)[]; titles: string[]; leftOut: unknown }> {
  const request = sourceRequest(name);
  const source = openerUnderTest(init).opener.source(request);
  const facts = await source.start(never);
  const packets: Uint8Array[] = [];
  for await (const { payload } of source.frames()) packets.push(payload);
  const marks = packets.filter((_, index) => index % framesEach === 0).map((payload) => payload[2]);
  const titles = request.events.flatMap((event) => (event.kind === 'title' ? [event.title] : []));
  return { marks, titles, leftOut: facts.leftOut?.() };
}

function library(folder: string, names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), sound(index + 1));
  }
}

describe('a list in the library', () => {
  const text = 'Café Übermut.opus\r\n#EXTINF:3,Zweites\r\nzwei.opus\r\n';
  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 of a Mac', Buffer.from(text.normalize('NFD'))],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${text}`)],
    ['Latin-1', Buffer.from(text, 'latin1')],
    ['UTF-16, little end first', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['UTF-16 without its mark', Buffer.from(text, 'utf16le')],
    ['line ends of an old Mac', Buffer.from(text.replaceAll('\r\n', '\r'))],
    ['other letters of case', Buffer.from(text.replace('Café Übermut', 'CAFÉ ÜBERMUT'))],
    ['percent signs', Buffer.from(text.replace('Café Übermut', encodeURIComponent('Café Übermut')))],
    ['lines of different letters', Buffer.concat([Buffer.from('# Größe\n', 'latin1'), Buffer.from(text)])],
  ])('in %s plays whole', async (_, bytes) => {
    using folder = temporaryFolder();
    library(folder.path, ['shows/Café Übermut.opus', 'shows/zwei.opus']);
    writeFileSync(join(folder.path, 'shows', 'list.m3u'), bytes);
    const { marks, titles, leftOut } = await heard({ libraryDir: folder.path }, 'shows/list.m3u');
    expect(marks).toEqual([1, 2]);
    expect(titles).toContain('Zweites');
    expect(leftOut).toBeUndefined();
  });

  test('in Windows-1252 finds what Latin-1 has no letters for', async () => {
    using folder = temporaryFolder();
    library(folder.path, ['5 € – “live”.opus']);
    const bytes = Buffer.from(
      [...'5 '].map((letter) => letter.charCodeAt(0)).concat(0x80, 0x20, 0x96, 0x20, 0x93),
    );
    writeFileSync(
      join(folder.path, 'a.m3u'),
      Buffer.concat([bytes, Buffer.from('live'), Buffer.of(0x94), Buffer.from('.opus\n')]),
    );
    expect((await heard({ libraryDir: folder.path }, 'a.m3u')).marks).toEqual([1]);
  });

  const xml = '<?xml version="1.0"?><!DOCTYPE playlist [<!ENTITY one "one.opus">]>';
  test.each([
    [
      'pls',
      '[playlist]\nFile2=two.opus\nTitle2=Second\nfile1=one.opus\nLength1=5\nNumberOfEntries=2\nVersion=2\n',
    ],
    [
      'xspf',
      `${xml}<!-- <track><location>three.opus</location></track> --><playlist xmlns="http://xspf.org/ns/0/"><trackList>
      <track><location>one.opus</location></track>
      <track><location>missing.opus</location><location>two.opus</location><creator>A &amp; B</creator><title><![CDATA[Second]]></title></track>
      <track><title>nothing</title></track></trackList></playlist>`,
    ],
    [
      'asx',
      '<ASX Version="3.0"><Entry><REF HREF="one.opus"/></Entry><entry><title>Second</title><ref href=\'two.opus\'></ref></entry></ASX>',
    ],
  ])('as %s plays, with its titles', async (extension, text) => {
    using folder = temporaryFolder();
    library(folder.path, ['one.opus', 'two.opus', 'three.opus']);
    writeFileSync(join(folder.path, `list.${extension}`), text);
    const { marks, titles } = await heard({ libraryDir: folder.path }, `list.${extension}`);
    expect(marks).toEqual([1, 2]);
    expect(titles.at(-1)).toMatch(extension === 'xspf' ? 'A & B – Second' : 'Second');
  });

  test('plays what can be played, and says what was left out and why', async () => {
    using folder = temporaryFolder();
    library(folder.path, ['a/one.opus', 'a/two.opus', 'a/three.opus', 'elsewhere.opus']);
    writeFileSync(join(folder.path, 'a', 'broken.opus'), '<html>');
    const lines = [
      ...[
        'one.opus',
        'file:///etc/passwd',
        'mms://radio.example/x',
        'gone.opus',
        '.\\two.opus',
        'broken.opus',
      ],
      ...[
        `${'x'.repeat(5_000)}.opus`,
        'http://user:secret@radio.example/',
        join(folder.path, 'a', 'three.opus'),
      ],
      ...[
        '../../../etc/passwd',
        '../elsewhere.opus',
        `file://${join(folder.path, 'a', 'one.opus')}`,
        '#EXTM3U',
      ],
    ];
    writeFileSync(join(folder.path, 'a', 'list.m3u'), lines.join('\n'));
    const { audio, run } = audioUnderTest({}, { libraryDir: folder.path });
    const view = await run(broadcastStart, { guildId: '1', source: 'a/list.m3u', loop: false });
    await audio.stop?.();
    expect(view.sources[0]?.leftOut).toMatchObject({
      count: 6,
      of: 12,
      reasons: expect.arrayContaining([
        '“file:///etc/passwd”: there is no such file in the library',
        '“mms://radio.example/x”: Sources are not opened by “mms:”',
        '“gone.opus”: there is no such file in the library',
      ]),
    });
    expect(JSON.stringify(view)).not.toContain('secret');
    const { marks, leftOut } = await heard({ libraryDir: folder.path }, 'a/list.m3u');
    expect(marks).toEqual([1, 2, 3, 4, 1]);
    expect(leftOut).toMatchObject({ count: 7, of: 12 });
  });

  test('may name lists, but neither itself nor too many in each other', async () => {
    using folder = temporaryFolder();
    library(folder.path, ['1.opus', '2.opus', '3.opus', '4.opus']);
    const list = (name: string, ...lines: string[]) =>
      writeFileSync(join(folder.path, name), lines.join('\n'));
    list('self.m3u', 'self.m3u', '1.opus', 'SELF.m3u');
    expect((await heard({ libraryDir: folder.path }, 'self.m3u')).marks).toEqual([1]);
    list('round.m3u', 'trip.m3u', '1.opus');
    list('trip.m3u', 'round.m3u', '2.opus');
    expect((await heard({ libraryDir: folder.path }, 'round.m3u')).marks).toEqual([2, 1]);
    list('a.m3u', 'b.m3u', '1.opus');
    list('b.m3u', 'c.pls', '2.opus');
    list('c.pls', '[playlist]', 'File1=d.m3u', 'File2=3.opus');
    list('d.m3u', '4.opus');
    expect((await heard({ libraryDir: folder.path }, 'a.m3u')).marks).toEqual([3, 2, 1]);
  });
});

describe('a list at an address', () => {
  /** Answers each path with what it stands for; everything else is 404. */
  function station(answers: Record<string, { type?: string; body: string | Buffer; location?: string }>) {
    return httpStation((request, response) => {
      const answer = answers[request.url ?? ''];
      if (!answer) response.writeHead(404).end();
      else if (answer.location) response.writeHead(302, { location: answer.location }).end();
      else response.writeHead(200, { 'content-type': answer.type ?? 'audio/ogg' }).end(answer.body);
    });
  }
  const files = { '/one.opus': { body: sound(1) }, '/deep/two.opus': { body: sound(2) } };
  const pls = 'audio/x-scpls';

  test.each([
    [
      'the mirrors of a PLS',
      pls,
      '[playlist]\nFile1=/gone\nFile2=/page\nFile3=/one.opus\nLength1=-1\nLength2=-1\nLength3=-1',
      [1],
    ],
    [
      'a PLS of files',
      pls,
      '[playlist]\nFile1=/one.opus\nLength1=4\nFile2="deep/two.opus"\nLength2=4',
      [1, 2],
    ],
    ['one address as plain text', 'text/plain', '\n# our radio\nHTTP_BASE/one.opus', [1]],
    ['one address that says nothing of itself', '', 'HTTP_BASE/one.opus\r\n', [1]],
    ['relative names of files', 'audio/x-mpegurl', 'one.opus\ndeep/two.opus\n', [1, 2]],
    [
      'a bad line before a good one',
      'audio/x-mpegurl',
      '#EXTM3U\nfile:///etc/passwd\nhttps://user:pw@x/\none.opus',
      [1],
    ],
    [
      'a list with \\r for lines',
      'audio/x-mpegurl',
      '#EXTM3U\r#EXTINF:3,One\rone.opus\r#EXTINF:3,Two\rdeep/two.opus',
      [1, 2],
    ],
    [
      'an XSPF',
      'application/xspf+xml',
      '<?xml version="1.0"?>\n<playlist><trackList><track><location>one.opus</location><duration>3000</duration></track><track><location>deep/two.opus</location><duration>3000</duration></track></trackList></playlist>',
      [1, 2],
    ],
    [
      'an ASX',
      'video/x-ms-asf',
      '<asx version="3.0">\n<entry><ref href="mms://x/y"/><ref href="HTTP_BASE/one.opus?a=1&amp;b=2"/></entry></asx>',
      [1],
    ],
    ['a list in a list', pls, '[playlist]\nFile1=/inner.m3u', [2]],
    ['one that names itself and a station', 'audio/x-mpegurl', 'HTTP_BASE/list\nHTTP_BASE/one.opus\n', [1]],
    ['one in UTF-16', 'audio/x-mpegurl', Buffer.from('\ufeff#EXTM3U\r\none.opus\r\n', 'utf16le'), [1]],
  ])('%s', async (_, type, body, marks) => {
    const answers: Parameters<typeof station>[0] = {
      ...files,
      '/one.opus?a=1&b=2': { body: sound(1) },
      '/page': { type: 'text/html', body: '<html>off the air</html>' },
      '/inner.m3u': { type: 'audio/x-mpegurl', body: '#EXTM3U\ndeep/two.opus' },
    };
    await using there = await station(answers);
    answers['/list'] = {
      type,
      body: typeof body === 'string' ? body.replaceAll('HTTP_BASE', there.url) : body,
    };
    const found = await heard({ allowedPrivateHosts: [there.host] }, `${there.url}/list`);
    expect(found.marks).toEqual(marks);
  });

  test('is relative to where its redirects ended, and says what of it was left out', async () => {
    const list = '#EXTM3U\n#EXTINF:4,One\n../one.opus\n#EXTINF:4,Gone\ngone.opus\n#EXTINF:4,Two\ntwo.opus\n';
    await using there = await station({
      ...files,
      '/list': { body: '', location: '/deep/list' },
      '/deep/list': { type: 'audio/x-mpegurl', body: list },
    });
    const source = openerUnderTest({ allowedPrivateHosts: [there.host] }).opener.source(
      sourceRequest(`${there.url}/list`),
    );
    const facts = await source.start(never);
    const marks: (number | undefined)[] = [];
    for await (const { payload } of source.frames()) marks.push(payload[2]);
    expect([...new Set(marks)]).toEqual([1, 2]);
    expect(facts.leftOut?.()).toEqual({
      ...{ count: 1, of: 3 },
      reasons: [expect.stringMatching(/gone\.opus”: .*404/)],
    });
  });

  test('that never ends, names only itself or nothing, is refused with why', async () => {
    const answers: Parameters<typeof station>[0] = {
      '/long': { type: 'audio/x-mpegurl', body: `#EXTM3U\n${'x'.repeat(1_100_000)}` },
      '/line': { type: 'audio/x-mpegurl', body: `#EXTM3U\n${'x'.repeat(1_000_000)}` },
      '/none': { type: 'audio/x-mpegurl', body: '#EXTM3U\nfile:///etc/passwd\n' },
      '/self': { type: 'audio/x-mpegurl', body: '#EXTM3U\n/self\n' },
      '/1': { type: 'audio/x-mpegurl', body: '#EXTM3U\n/2\n' },
      '/2': { type: 'audio/x-mpegurl', body: '#EXTM3U\n/3\n' },
      '/3': { type: 'audio/x-mpegurl', body: '#EXTM3U\n/4\n' },
      '/4': { type: 'audio/x-mpegurl', body: '#EXTM3U\n/5\n' },
    };
    await using there = await station(answers);
    for (const [path, reason] of [
      ['/long', 'longer than 1 MiB'],
      ['/line', 'lines of more than 4,096 characters'],
      ['/none', 'Sources are not opened by “file:”'],
      ['/self', 'it names itself'],
      ['/1', 'it is a list in 3 others'],
    ] as const) {
      const failure = await rejection(heard({ allowedPrivateHosts: [there.host] }, there.url + path));
      expect(failure, path).toMatchObject({
        code: 'AUDIO_PLAYLIST_REFUSED',
        message: expect.stringContaining(reason),
      });
    }
    expect(there.requests.length).toBeLessThan(12);
  });
});

// Read again for each of its pieces, one of these would take minutes.
test('a list is read once from its front to its end, whatever it is made of', () => {
  for (const piece of [
    '<!--',
    '<![CDATA[',
    '<',
    '<track',
    '</',
    '&',
    'File1',
    '#EXTINF:1,"',
    '"',
    '<a href=',
    '[playlist]',
  ]) {
    const text = `<playlist>${piece.repeat(1_000_000 / piece.length)}`;
    for (const whole of [text, `[playlist]\n${text}`, `#EXTM3U\n${text}`, `<asx>${text}`]) parseList(whole);
  }
  expect(listText(Buffer.alloc(1_000_000, 0xe9)).length).toBe(1_000_000);
});
