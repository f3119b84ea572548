import { expect, test } from 'vitest';
import { IcySplitter } from '#audio/source/fetch/icy.ts';

function block(text: string, encoding: 'utf8' | 'latin1' = 'utf8'): Buffer {
  const bytes = Buffer.from(text, encoding);
  const padded = Buffer.alloc(Math.ceil(bytes.length / 16) * 16);
  bytes.copy(padded);
  return Buffer.concat([Buffer.of(padded.length / 16), padded]);
}

test('takes metadata out byte for byte, wherever chunks end, in UTF-8 and Latin-1', () => {
  const audio = Buffer.from(Array.from({ length: 400 }, (_, index) => index & 0xff));
  const stream = Buffer.concat([
    ...[audio.subarray(0, 100), block("StreamTitle='Ærø – one';StreamUrl='';")],
    ...[audio.subarray(100, 200), Buffer.of(0)],
    ...[audio.subarray(200, 300), block("StreamTitle='Café';", 'latin1')],
    audio.subarray(300),
  ]);
  for (const chunkBytes of [1, 3, 99, 101, 1_000]) {
    const titles: string[] = [];
    const splitter = new IcySplitter(100, (title) => titles.push(title));
    const parts: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += chunkBytes)
      parts.push(...splitter.split(stream.subarray(at, at + chunkBytes)));
    expect(Buffer.concat(parts)).toEqual(audio);
    expect(titles).toEqual(['Ærø – one', 'Café']);
  }
});

function titlesOf(...fields: (string | Buffer)[]): string[] {
  const titles: string[] = [];
  const splitter = new IcySplitter(1, (title) => titles.push(title));
  for (const field of fields) {
    const bytes = Buffer.from(field);
    const padded = Buffer.alloc(Math.ceil(bytes.length / 16) * 16);
    bytes.copy(padded);
    splitter.split(Buffer.concat([Buffer.of(0, padded.length / 16), padded]));
  }
  return titles;
}

test('a title that was cut in the middle of a letter loses that letter alone', () => {
  const whole = Buffer.from('Сергей Рахманинов – Вокализ');
  const field = Buffer.concat([Buffer.from("StreamTitle='"), whole, Buffer.of(0xd0), Buffer.from("';")]);
  expect(titlesOf(field)).toEqual(['Сергей Рахманинов – Вокализ']);
  // Without its end, as where a station counts letters and not bytes.
  expect(titlesOf(Buffer.concat([Buffer.from("StreamTitle='"), whole.subarray(0, -1)]))).toEqual([
    'Сергей Рахманинов – Вокали',
  ]);
});

test('tells a title once, and that there is none', () => {
  const [song, none] = ["StreamTitle='A – B';", "StreamTitle='';"];
  expect(titlesOf(none, song, song, "StreamUrl='x';", none, none, song)).toEqual(['A – B', '', 'A – B']);
  expect(titlesOf(song, "StreamTitle=' - ';")).toEqual(['A – B', '']);
  expect(titlesOf(song, "StreamTitle='♫';")).toEqual(['A – B', '♫']);
});

test('a title holds quotes and semicolons', () => {
  expect(titlesOf("StreamTitle='It's';")).toEqual(["It's"]);
  expect(titlesOf("StreamTitle='Rock 'n' Roll';StreamUrl='';")).toEqual(["Rock 'n' Roll"]);
  expect(titlesOf("StreamTitle='a';b';StreamUrl='http://x/';")).toEqual(["a';b"]);
});

test('reads what Icecast writes for letters that Latin-1 lacks', () => {
  const titles: string[] = [];
  const splitter = new IcySplitter(1, (title) => titles.push(title));
  for (const text of ['a &#8211; b', '&#x1F3B5; R&amp;B', 'AT&T &nope; &#0; &#9999999;'])
    splitter.split(Buffer.concat([Buffer.of(0), block(`StreamTitle='${text}';`)]));
  expect(titles).toEqual(['a – b', '🎵 R&B', 'AT&T &nope; &#0; &#9999999;']);
});
