import { describe, expect, test } from 'vitest';
import { tokenCharsMax } from '#core/text/xml-reader.ts';
import { FeedReader, feedDepthMax, feedEntriesMax } from '#publishing/news/feed-reader.ts';
import { sift } from '#publishing/news/sift.ts';

function read(text: string, pieceChars = text.length) {
  const reader = new FeedReader('blog.example/feed', 'https://blog.example/feed');
  for (let at = 0; at < text.length; at += pieceChars) reader.push(text.slice(at, at + pieceChars));
  return reader.end();
}

const rss = (items: string) =>
  `<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title>${items}</channel></rss>`;

const everything = `<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE rss [<!ENTITY boom "boom">]>
<rss version="2.0" xmlns:content="x"><channel><title>A &amp; B</title>
<item><title><![CDATA[One <b>bold</b> & more]]></title><link>https://blog.example/1?a=1&amp;b=2</link>
<guid isPermaLink="false">g1</guid><pubDate>Thu, 24 Dec 2026 18:00:00 +0100</pubDate>
<description>&lt;p&gt;First &amp;amp; best.&lt;/p&gt;&lt;p&gt;Second&lt;script&gt;alert(1)&lt;/script&gt;&lt;/p&gt;</description></item>
<item><title>Two &#8211; &boom;</title><link>/2</link></item>
</channel></rss>`;

describe('a feed', () => {
  test.each([1, 7, 100_000])('is read alike in pieces of %i characters', (pieceChars) => {
    expect(read(everything, pieceChars)).toEqual([
      {
        ...{ id: 'g1', title: 'One bold & more', url: 'https://blog.example/1?a=1&b=2' },
        ...{ text: 'First & best.\n\nSecond', atMs: Date.UTC(2026, 11, 24, 17) },
      },
      // What a DOCTYPE declares stays unknown.
      { id: 'https://blog.example/2', title: 'Two – &boom;', url: 'https://blog.example/2', text: '' },
    ]);
  });

  test('may be Atom, with its kinds of text and links', () => {
    const [item] = read(`<feed xmlns="http://www.w3.org/2005/Atom"><title>B</title><entry>
      <title type="html">A &amp;lt; B</title><id>tag:x,1</id>
      <link rel="self" href="https://blog.example/self"/><link href="https://blog.example/a"/>
      <updated>2026-12-24T17:00:00Z</updated><author><name>Ada</name><title>Dr</title></author>
      <content type="xhtml"><div><p>Hello <em>you</em></p></div></content></entry></feed>`);
    expect(item).toEqual({
      ...{ id: 'tag:x,1', title: 'A < B', url: 'https://blog.example/a', text: 'Hello you' },
      atMs: Date.UTC(2026, 11, 24, 17),
    });
  });

  test.each([
    ['a web page', '<!doctype html><html><body>Moved</body></html>', 'a web page'],
    ['nothing', '', 'something else'],
    ['a list in JSON', '{"version":"https://jsonfeed.org"}', 'something else'],
    ['another kind of XML', '<opml></opml>', '<opml>'],
  ])('is not %s', (_, text, found) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'NEWS_NOT_A_FEED', details: { place: 'blog.example/feed', found } }),
    );
  });

  test.each([
    ['depth', rss('<a>'.repeat(feedDepthMax))],
    ['entries', rss('<item><guid>1</guid></item>'.repeat(feedEntriesMax + 1))],
    ['one tag', `<rss a="${'x'.repeat(tokenCharsMax + 10)}`],
  ])('that bursts by its %s is refused', (_, text) => {
    expect(() => read(text, 65_536)).toThrow(expect.objectContaining({ code: 'NEWS_TOO_LARGE' }));
  });

  test('is read as far as it goes where it is not well-formed', () => {
    const items = read(
      rss('<item><title>A & B < C</title><guid>1</guid><b></item><item><guid>2</guid></item></x>'),
    );
    expect(items.map(({ id, title }) => [id, title])).toEqual([
      ['1', 'A & B < C'],
      ['2', '2'],
    ]);
  });
});

describe('what is new of a feed', () => {
  const item = (id: string, url: string, atMs?: number) => ({
    ...{ id, title: id, text: '', url },
    ...(atMs !== undefined && { atMs }),
  });
  const ids = (found: ReturnType<typeof sift>) => found.fresh.map(({ item: { url } }) => url);

  test('is what was not there before, each once, the newest first', () => {
    const before = sift([item('a', '/a', 1)], []);
    const after = sift(
      [item('a', '/a', 1), item('b', '/b', 2), item('c', '/c', 3), item('b', '/b', 2)],
      before.seen,
    );
    expect(ids(after)).toEqual(['/c', '/b']);
    expect(ids(sift([item('c', '/c')], after.seen))).toEqual([]);
  });

  test('is nothing that flickers or is edited', () => {
    const before = sift([item('a', '/a'), item('b', '/b')], []);
    const without = sift([item('b', '/b')], before.seen);
    expect(ids(sift([item('a', '/a-moved'), item('b', '/b')], without.seen))).toEqual([]);
  });

  test('is identified by the link where entries share one id', () => {
    const before = sift([item('same', '/a')], []);
    expect(ids(sift([item('same', '/b'), item('same', '/a')], before.seen))).toEqual(['/b']);
  });

  test('keeps the order of the feed where a date is missing', () => {
    expect(ids(sift([item('a', '/a', 1), item('b', '/b'), item('c', '/c', 3)], []))).toEqual([
      '/a',
      '/b',
      '/c',
    ]);
  });
});
