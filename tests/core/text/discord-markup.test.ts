import { describe, expect, test } from 'vitest';
import {
  type DiscordNames,
  hasSpoiler,
  plainOfDiscord,
  withoutDiscordMarkup,
} from '#core/text/discord-markup.ts';
import { markdownToDiscord, markdownToHtml, markdownToPlain } from '#core/text/markdown.ts';

const at = 1_700_000_000;
const names: DiscordNames = {
  channel: (id) => (id === '5' ? 'news' : undefined),
  role: (id) => (id === '4' ? 'Team_*A*' : undefined),
  person: (id) => (id === '1' ? 'maria' : undefined),
};

describe('what only Discord understands', () => {
  test.each([
    [`<t:${at}:F>`, 'Tuesday, 14 November 2023, 22:13 UTC'],
    [`<t:${at}>`, '14 November 2023, 22:13 UTC'],
    [`<t:${at}:f>`, '14 November 2023, 22:13 UTC'],
    [`<t:${at}:R>`, '14 November 2023, 22:13 UTC'],
    [`<t:${at}:s>`, '14 November 2023, 22:13 UTC'],
    [`<t:${at}:t>`, '22:13 UTC'],
    [`<t:${at}:T>`, '22:13:20 UTC'],
    [`<t:${at}:d>`, '14 Nov 2023 (UTC)'],
    [`<t:${at}:D>`, '14 November 2023 (UTC)'],
    ['<t:9999999999999>', '<t:9999999999999>'],
    ['<:party:123> <a:dance_2:124>', ':party: :dance_2:'],
    ['in <#5> and <#6>', 'in #news and a channel'],
    ['by <@1>, <@!1>, <@2>', 'by @maria, @maria, someone'],
    ['for <@&4> and <@&9>', 'for @Team_*A* and a role'],
    ['</relay start:77>', '/relay start'],
    ['see <id:customize>, <id:browse>', 'see Channels & Roles, Browse Channels'],
    ['the end is ||he dies|| there', 'the end is [spoiler] there'],
    ['||one\n\n## two\n\n- three||', '[spoiler]'],
    ['||a|| b ||c||(d)', '[spoiler] b [spoiler](d)'],
    ['a || b', 'a || b'],
    ['-# small <t:0:d>', 'small 1 Jan 1970 (UTC)'],
    ['<https://example.org/a_b>', 'https://example.org/a_b'],
    ['[label](<https://example.org>)', 'label (https://example.org)'],
    ['>>> a\nb\n\nc', '> a\n> b\n>\n> c'],
    ['`<t:0:F>` and `||x||`', '<t:0:F> and ||x||'],
    ['```\n<@1> ||x||\n```', '<@1> ||x||'],
    ['\\<t:0:F> \\||x\\||', '<t:0:F> ||x||'],
  ])('%j elsewhere is %j', (markdown, plain) => {
    expect(markdownToPlain(markdown, names)).toBe(plain);
    expect(markdownToHtml(markdown, names)).not.toMatch(/he dies|three/);
  });

  test.each([
    `<t:${at}:F> <t:${at}>`,
    '<:party:123> <a:dance:124>',
    '<#5> <@1> <@!1> <@&4>',
    '</relay start:77> <id:customize> <id:browse>',
    'it ends: ||he **dies**||',
    '-# small print',
    '<https://example.org/a_b>',
    '[label](<https://example.org>)',
    '__underlined__ and **bold**',
  ])('%j stays on Discord', (markdown) => {
    expect(markdownToDiscord(markdown)).toBe(markdown);
  });

  test('in a title or a template it becomes words too', () => {
    expect(plainOfDiscord(`Launch <t:${at}:D> ||secret|| <:x1:5> <#5>`, names)).toBe(
      'Launch 14 November 2023 (UTC) [spoiler] :x1: #news',
    );
  });

  test('Markdown that other platforms read stays Markdown', () => {
    expect(
      withoutDiscordMarkup('**<@&4>** `<@1>` ||x||', { names, spoiler: (hidden) => `<fold ${hidden}>` }),
    ).toBe('**@Team\\_\\*A\\*** `<@1>` <fold x>');
    const ordinary = '# a\n\n- b_c `||d||` <https://e.example> | f | <g>\n\n> h';
    expect(withoutDiscordMarkup(ordinary)).toBe(ordinary);
  });
});

test.each([
  ['a || b || c', true],
  ['`||a||`', false],
  ['a || b', false],
  ['\\|\\|a\\|\\|', false],
])('%j hides something: %s', (markdown, hides) => {
  expect(hasSpoiler(markdown)).toBe(hides);
});

describe('marks that are none', () => {
  test.each([
    ['2*3*4', '2*3*4'],
    ['a*b*c = (a)*(b)', 'a*b*c = (a)*(b)'],
    ['2**8 and 2**16', '2**8 and 2**16'],
    ['*2*3', '23'],
    ['*all* of it', 'all of it'],
    ['日本**太字**です、*斜体*も', '日本太字です、斜体も'],
    ['un**bold**ed', 'unbolded'],
    ['snake_case_name, _so_', 'snake_case_name, so'],
    ['*.ts and *.js', '*.ts and *.js'],
    ['5 * 3 * 2', '5 * 3 * 2'],
    ['* one\n* two', '• one\n• two'],
    ['`2*3*4` ``a`b``', '2*3*4 a`b'],
    ['f(*args, **kwargs)', 'f(*args, **kwargs)'],
  ])('%j in plain text is %j', (markdown, plain) => {
    expect(markdownToPlain(markdown)).toBe(plain);
  });

  test('and on Discord they are shown as they are', () => {
    expect(markdownToDiscord('2*3*4, snake_case_name')).toBe('2\\*3\\*4, snake\\_case\\_name');
  });
});
