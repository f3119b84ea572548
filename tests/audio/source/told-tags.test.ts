import { expect, test } from 'vitest';
import { ToldTags } from '#audio/source/told-tags.ts';
import { sourceRequest } from '../support/sources.ts';

test('a file says once what it is, and each of its links what plays', () => {
  const request = sourceRequest('a.opus');
  const tags = new ToldTags(request, 'file');
  tags.heard({ title: 'One\u202e\n', artist: 'Choir', album: 'Live' }, true);
  tags.heard({ title: 'Two' }, true);
  tags.heard({}, true);
  tags.heard({}, false);
  expect(request.events).toEqual([
    { kind: 'title', title: expect.stringContaining('Choir') },
    { kind: 'item', facts: { title: 'One', artist: 'Choir', album: 'Live' } },
    { kind: 'title', title: 'Two' },
    { kind: 'title', title: '' },
  ]);
});

test('a station is no item, and neither is a file without a title', () => {
  const radio = sourceRequest('http://north/radio');
  new ToldTags(radio, 'radio').heard({ title: 'Song' }, false);
  expect(radio.events).toEqual([{ kind: 'title', title: 'Song' }]);
  const file = sourceRequest('a.mp3');
  new ToldTags(file, 'file').heard({ artist: 'Choir', title: '\u0000' }, false);
  expect(file.events.filter(({ kind }) => kind === 'item')).toEqual([]);
});

test('a tag is cut to a line', () => {
  const request = sourceRequest('a.mp3');
  new ToldTags(request, 'file').heard({ title: 'x'.repeat(1_000_000) }, false);
  const facts = request.events.flatMap((event) => (event.kind === 'item' ? [event.facts] : []));
  expect(facts[0]?.title.length).toBeLessThanOrEqual(200);
});
