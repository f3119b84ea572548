import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMarkdown } from '../../../../packages/local-discord/src/page/model/markdown.ts';
import {
  type Inline,
  parseInline,
} from '../../../../packages/local-discord/src/page/model/markdown-inline.ts';

const text = (value: string): Inline => ({ kind: 'text', text: value });

describe('parseInline', () => {
  test.each([
    ['**b**', 'strong'],
    ['*i*', 'emphasis'],
    ['_i_', 'emphasis'],
    ['__u__', 'underline'],
    ['~~s~~', 'strike'],
    ['||x||', 'spoiler'],
  ])('%s is %s', (source, kind) => {
    expect(parseInline(source)).toEqual([{ kind, children: [text(source.replaceAll(/[^a-z]/g, ''))] }]);
  });

  test('nests', () => {
    expect(parseInline('**a _b_**')).toEqual([
      { kind: 'strong', children: [text('a '), { kind: 'emphasis', children: [text('b')] }] },
    ]);
  });

  test('keeps code as it is', () => {
    expect(parseInline('`**a** <@1>`')).toEqual([{ kind: 'code', text: '**a** <@1>' }]);
  });

  test('knows mentions, commands, emoji and times', () => {
    expect(parseInline('<@!12><@&3><#4></relay start:5><:wave:6><t:1700000000:R>@here')).toEqual([
      { kind: 'user', id: '12' },
      { kind: 'role', id: '3' },
      { kind: 'channel', id: '4' },
      { kind: 'command', text: '/relay start' },
      { kind: 'emoji', name: 'wave' },
      { kind: 'time', unixSeconds: 1_700_000_000, style: 'R' },
      { kind: 'everyone', text: '@here' },
    ]);
  });

  test('links http addresses only', () => {
    expect(parseInline('[a](https://x.org/) <https://y.org> https://z.org/a.')).toMatchObject([
      { kind: 'link', url: 'https://x.org/' },
      text(' '),
      { kind: 'link', url: 'https://y.org' },
      text(' '),
      { kind: 'link', url: 'https://z.org/a' },
      text('.'),
    ]);
    expect(parseInline('[a](javascript:alert(1))')).toEqual([text('[a](javascript:alert(1))')]);
  });

  test('leaves snake_case and escaped marks alone', () => {
    expect(parseInline('snake_case_name')).toEqual([text('snake_case_name')]);
    expect(parseInline('\\*a\\*').map((node) => node.kind)).toEqual(['text', 'text', 'text']);
  });

  test('loses no letter of any text', () => {
    const letters = (node: Inline): string =>
      'children' in node
        ? node.children.map(letters).join('')
        : 'text' in node
          ? node.text.replaceAll(/[^a-z]/g, '')
          : '';
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '*', '_', '`', '|', '~', ' ', '\\') }),
        (source) => {
          expect(parseInline(source).map(letters).join('')).toBe(source.replaceAll(/[^a-z]/g, ''));
        },
      ),
    );
  });

  test('takes hostile marks in linear time', () => {
    const startedMs = performance.now();
    parseInline('**_~~||[('.repeat(440));
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});

describe('parseMarkdown', () => {
  test('has blocks of every kind', () => {
    const source =
      '# Title\n-# small\n> quoted\n> more\n- one\n  - two\n1. first\nplain\n```ts\nconst a = 1;\n```\nend';
    expect(parseMarkdown(source).map(({ kind }) => kind)).toEqual([
      'heading',
      'subtext',
      'quote',
      'list',
      'paragraph',
      'code',
      'paragraph',
    ]);
    expect(parseMarkdown('```ts\nconst a = 1;\n```')).toEqual([
      { kind: 'code', language: 'ts', text: 'const a = 1;' },
    ]);
  });

  test('does not read marks inside a code block', () => {
    expect(parseMarkdown('```\n# no\n```')).toEqual([{ kind: 'code', language: '', text: '# no' }]);
  });

  test('keeps line breaks of a paragraph', () => {
    expect(parseMarkdown('a\nb')).toEqual([{ kind: 'paragraph', children: [text('a\nb')] }]);
  });
});
