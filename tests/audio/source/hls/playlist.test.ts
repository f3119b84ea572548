import { describe, expect, test } from 'vitest';
import { parsePlaylist } from '#audio/source/hls/playlist.ts';
import { soundsOf } from '#audio/source/hls/variant.ts';

const base = new URL('https://radio.example/live/index.m3u8');

function media(...lines: string[]) {
  const playlist = parsePlaylist(['#EXTM3U', '#EXT-X-TARGETDURATION:6', ...lines].join('\n'), base);
  if (playlist.kind !== 'media') throw new Error('not a media playlist');
  return playlist;
}

describe('an HLS playlist', () => {
  test('numbers its segments and knows durations, ranges, keys, beginnings and breaks', () => {
    const { ended, segments, targetMs } = media(
      ...['#EXT-X-MEDIA-SEQUENCE:7', '#EXT-X-MAP:URI="init.mp4",BYTERANGE="100@5"'],
      ...[
        '#EXTINF:5.5,One',
        '#EXT-X-BYTERANGE:1000@200',
        'all.mp4',
        '#EXTINF:6',
        '#EXT-X-BYTERANGE:500',
        'all.mp4',
      ],
      ...['#EXT-X-DISCONTINUITY', '#EXT-X-KEY:METHOD=AES-128,URI="../key",IV=0x00ff'],
      ...['#EXTINF:6.1,', '/other/b.ts', '#EXT-X-KEY:METHOD=NONE', '#EXTINF:1,', 'c.ts', '#EXT-X-ENDLIST'],
    );
    expect({ ended, targetMs }).toEqual({ ended: true, targetMs: 6_100 });
    expect(segments.map(({ sequence }) => sequence)).toEqual([7, 8, 9, 10]);
    expect(segments.map(({ url }) => url.pathname)).toEqual([
      '/live/all.mp4',
      '/live/all.mp4',
      '/other/b.ts',
      '/live/c.ts',
    ]);
    expect(segments.map(({ range }) => range)).toEqual([
      ...[{ offset: 200, length: 1_000 }, { offset: 1_200, length: 500 }, undefined, undefined],
    ]);
    expect(segments[0]).toMatchObject({
      title: 'One',
      map: { range: { offset: 5, length: 100 } },
      discontinuity: false,
    });
    expect(segments[2]).toMatchObject({ discontinuity: true, key: { iv: expect.any(Uint8Array) } });
    expect(segments[2]?.key?.url.href).toBe('https://radio.example/key');
    expect(Buffer.from(segments[2]?.key?.iv ?? []).toString('hex')).toBe(`${'0'.repeat(28)}00ff`);
    expect(segments[3]?.key).toBeUndefined();
  });

  test('of variants leads to the sound that costs least', () => {
    const master = (...lines: string[]) => {
      const playlist = parsePlaylist(['#EXTM3U', ...lines].join('\n'), base);
      if (playlist.kind !== 'master') throw new Error('not a master playlist');
      return soundsOf(playlist)[0]?.url.pathname;
    };
    const film = ['#EXT-X-STREAM-INF:BANDWIDTH=9000000,CODECS="avc1.64,mp4a.40.2",AUDIO="a"', 'film.m3u8'];
    const small = ['#EXT-X-STREAM-INF:BANDWIDTH=800000,CODECS="avc1.64,mp4a.40.2"', 'small.m3u8'];
    const sound = ['#EXT-X-STREAM-INF:BANDWIDTH=48000,CODECS="mp4a.40.5"', '48.m3u8'];
    const good = ['#EXT-X-STREAM-INF:BANDWIDTH=192000,CODECS="mp4a.40.2"', '192.m3u8'];
    expect(master(...film, ...small)).toBe('/live/small.m3u8');
    expect(master(...film, ...sound, ...good)).toBe('/live/192.m3u8');
    const rendition = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x, y",DEFAULT=YES,URI="audio.m3u8"';
    expect(master(rendition, ...film)).toBe('/live/audio.m3u8');
    const other = (attributes: string) => `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="o"${attributes}`;
    const commentary = other(',URI="commentary.m3u8"');
    const inside = other(',DEFAULT=YES');
    expect(master(commentary, inside, ...film)).toBe('/live/film.m3u8');
    expect(master(other(''), commentary, ...film)).toBe('/live/film.m3u8');
    const described = other(',CHARACTERISTICS="public.accessibility.describes-video",URI="blind.m3u8"');
    expect(master(described, commentary, ...film)).toBe('/live/commentary.m3u8');
  });

  test('is refused for what can’t or mustn’t be followed', () => {
    const refused = (...lines: string[]) => expect(() => media(...lines)).toThrow();
    refused('#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k"', '#EXTINF:1,', 'a.ts');
    refused('#EXTINF:1,', 'file:///etc/passwd');
    refused('#EXTINF:1,', 'http://radio.example/plain-from-https.ts');
    refused('#EXTINF:1,', '#EXT-X-BYTERANGE:0@5', 'a.ts');
    refused('#EXTINF:1,', '#EXT-X-BYTERANGE:-5@5', 'a.ts');
    refused(...Array.from({ length: 20_001 }, (_, index) => `#EXTINF:1,\n${index}.ts`));
    expect(() => parsePlaylist('#EXTM3U\nnothing', base)).toThrow();
    expect(() => parsePlaylist('hello', base)).toThrow();
  });
});
