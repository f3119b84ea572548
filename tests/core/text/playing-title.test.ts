import { describe, expect, test } from 'vitest';
import { artistAndTitle, playingTitle } from '#core/text/playing-title.ts';

describe('what plays, as one line', () => {
  test.each([
    [{}, ''],
    [{ title: 'Vocalise' }, 'Vocalise'],
    [{ artist: 'Rachmaninoff' }, 'Rachmaninoff'],
    [{ artist: 'Rachmaninoff', title: 'Vocalise' }, 'Rachmaninoff – Vocalise'],
    // Many files carry both in the title; a song may be called as its band is.
    [{ artist: 'ABBA', title: 'Abba - Waterloo' }, 'Abba - Waterloo'],
    [{ artist: 'ABBA', title: 'Abbath' }, 'ABBA – Abbath'],
    [{ artist: 'Metallica', title: 'Metallica' }, 'Metallica – Metallica'],
    [{ artist: 'guildmesh', title: 'guildmesh sample' }, 'guildmesh sample'],
    [{ artist: 'Кино', title: 'Группа крови' }, 'Кино – Группа крови'],
    [{ artist: '???', title: 'A song' }, '??? – A song'],
  ])('who and what of %o', (tags, line) => expect(artistAndTitle(tags)).toBe(line));

  test.each([
    ['Evening', '', 'Evening'],
    ['', 'Vocalise', 'Vocalise'],
    ['Evening', 'Vocalise', 'Evening: Vocalise'],
    ['vocalise', 'Vocalise', 'Vocalise'],
    ['Vocalise', 'Rachmaninoff – Vocalise', 'Rachmaninoff – Vocalise'],
    ['guildmesh sample', 'guildmesh sample', 'guildmesh sample'],
    ['Radio Nord', 'Radio Nord - News', 'Radio Nord - News'],
    ['Radio', 'Radiohead – Creep', 'Radio: Radiohead – Creep'],
  ])('%s, while %s plays', (name, title, line) => expect(playingTitle({ name, title })).toBe(line));

  test('is bounded', () =>
    expect([...playingTitle({ name: 'a'.repeat(80), title: 'b'.repeat(80) })].length).toBeLessThanOrEqual(
      100,
    ));
});
