import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isGuildmeshError } from '#core/errors.ts';
import { hashtags } from '#core/text/hashtags.ts';
import { fillTemplate } from '#core/text/template.ts';

const full = { title: 'T', body: 'B', link: 'https://l.example', tags: '#a' };

describe('fillTemplate', () => {
  test.each([
    ['{title} — {body} — {link} {tags}', {}, 'T — B — https://l.example #a'],
    ['{title} — {body} — {link}', { body: '' }, 'T — https://l.example'],
    ['{title} — {body} — {link}', { title: '' }, 'B — https://l.example'],
    ['{title} — {body} — {link}', { link: '' }, 'T — B'],
    ['{title} — {body} — {link}', { body: '', link: '' }, 'T'],
    ['{title} — {body} — {link}', { title: '', body: '' }, 'https://l.example'],
    ['{title} ({link}) {tags}', { link: '' }, 'T #a'],
    ['{title} ({link})', { link: '' }, 'T'],
    ['{title}\n\n{body}\n\nMore: {link}\n\n{tags}', { link: '' }, 'T\n\nB\n\n#a'],
    ['{title}\n\n{body}\n\nMore: {link}', { link: '', body: '' }, 'T'],
    ['{title}: read {link}', { link: '' }, 'T: read'],
    ['{"a": 1} {title}', {}, '{"a": 1} T'],
    ['no placeholder', {}, 'no placeholder'],
  ])('%j without %j → %j', (template, change, expected) => {
    expect(fillTemplate(template, { ...full, ...change })).toBe(expected);
  });

  test.each(['{author}', '{Title}', '{constructor}', '{toString}', '{title.length}{x}'])(
    'names the placeholder it does not know in %j',
    (template) => {
      expect(() => fillTemplate(template, full)).toThrow(
        expect.objectContaining({ code: 'TEXT_PLACEHOLDER_UNKNOWN' }),
      );
    },
  );

  test('what a field contains is never read as a template, nor as a replacement pattern', () => {
    expect(fillTemplate('{title} {body}', { ...full, title: "{body}$&$'", body: '{nope}' })).toBe(
      "{body}$&$' {nope}",
    );
  });

  test('any template fills or names its problem', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string(), (template, title) => {
        try {
          expect(typeof fillTemplate(template, { ...full, title })).toBe('string');
        } catch (error) {
          expect(isGuildmeshError(error, 'TEXT_PLACEHOLDER_UNKNOWN')).toBe(true);
        }
      }),
    );
  });
});

describe('hashtags', () => {
  test.each([
    [['audio', 'live audio', 'go-live'], '#audio #liveAudio #goLive'],
    [['audio', 'audio'], '#audio'],
    [['2026', '', '!!'], ''],
    [['größe', 'v2'], '#größe #v2'],
    [['v1.0.2', '2.0', 'v1.0-rc.1', '2026.11-nightly', '24/7 radio'], ''],
    [['c#', 'C++', 'F# talk', '.net', '100% free', 'a=b', 'price €5'], ''],
    [
      ['#audio', 'node.js', 'asp.net', 'r&d', 'covid-19', 'utf-8', 'été'],
      '#audio #nodeJs #aspNet #rD #covid19 #utf8 #été',
    ],
    [['日本語', '音楽 ライブ', 'e\u0301te', '🎉 party'], '#日本語 #音楽ライブ #éte #party'],
  ])('%j → %j', (tags, expected) => {
    expect(hashtags(tags)).toBe(expected);
  });
});
