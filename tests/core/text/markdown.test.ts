import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markdownToDiscord, markdownToHtml, markdownToPlain } from '#core/text/markdown.ts';

const document = `# Release 1.2

It is **done**, *really*, ~~no~~. See [the notes](https://example.org/n) or https://example.org/x.

- one
- two with \`code\`
  1. deep
  2. deeper

> said

\`\`\`sh
npm ci
\`\`\`

---
![shot](https://example.org/s.png)`;

test('plain text', () => {
  expect(markdownToPlain(document)).toBe(`Release 1.2

It is done, really, no. See the notes (https://example.org/n) or https://example.org/x.

• one
• two with code
  1. deep
  2. deeper

> said

npm ci

shot (https://example.org/s.png)`);
});

test('HTML', () => {
  const anchor = (href: string, label: string) =>
    `<a href="${href}" rel="nofollow noopener noreferrer">${label}</a>`;
  expect(markdownToHtml(document)).toBe(
    `<h1>Release 1.2</h1>
<p>It is <strong>done</strong>, <em>really</em>, <del>no</del>. See ${anchor('https://example.org/n', 'the notes')} or ${anchor('https://example.org/x', 'https://example.org/x')}.</p>
<ul><li>one</li><li>two with <code>code</code><ol><li>deep</li><li>deeper</li></ol></li></ul>
<blockquote><p>said</p></blockquote>
<pre><code>npm ci</code></pre>
<hr>
<p>${anchor('https://example.org/s.png', 'shot')}</p>`,
  );
});

test('Discord', () => {
  expect(markdownToDiscord(document)).toBe(`# Release 1.2

It is **done**, *really*, ~~no~~. See [the notes](https://example.org/n) or https://example.org/x.

- one
- two with \`code\`
  1. deep
  2. deeper

> said

\`\`\`sh
npm ci
\`\`\`

———

[shot](https://example.org/s.png)`);
});

describe('what text may not do', () => {
  test.each([
    ['<script>alert(1)</script>', '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>'],
    ['[x](javascript:alert(1))', '<p>x</p>'],
    ['[x](https://a.example/"onclick="y)', /href="https:\/\/a\.example\/&quot;onclick=&quot;y"/],
    ['`<b>`', '<p><code>&lt;b&gt;</code></p>'],
    ['```\n<b>\n```', '<pre><code>&lt;b&gt;</code></pre>'],
    [
      '[![b](https://a.example/b.png)](https://a.example)',
      /^<p><a href="https:\/\/a\.example" [^>]+>b<\/a><\/p>$/,
    ],
  ])('%j in HTML', (markdown, expected) => {
    expect(markdownToHtml(markdown)).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
  });

  test.each([
    ['@everyone', '@\u200beveryone'],
    ['hi <@123> <@&4> <#5>', 'hi <@123> <@&4> <#5>'],
    ['hi \\<@123>', 'hi \\<@123>'],
    ['`@here`', '`@\u200bhere`'],
    ['[https://good.example](https://evil.example)', 'https://evil.example'],
    ['a\\*b\\*', 'a\\*b\\*'],
    ['snake_case_name', 'snake\\_case\\_name'],
    ['\\# no heading', '\\# no heading'],
    ['#### deep', '**deep**'],
    ['||hidden||', '||hidden||'],
    ['\\||not hidden\\||', '\\|\\|not hidden\\|\\|'],
  ])('%j for Discord', (markdown, expected) => {
    expect(markdownToDiscord(markdown)).toBe(expected);
  });

  test('no input gets another tag or attribute into HTML, or a mention into Discord', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom(
          '*',
          '**',
          '_',
          '`',
          '```',
          '\n',
          '> ',
          '- ',
          '1. ',
          '[',
          '](',
          ')',
          '<',
          '>',
          '"',
          '\\',
        ),
        fc.constantFrom(
          '@everyone',
          '<@1>',
          'https://a.example',
          'javascript:',
          '<img src=x onerror=y>',
          ' ',
        ),
        fc.string({ maxLength: 5 }),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const html = markdownToHtml(parts.join(''));
        const rest = html.replace(
          /<\/?(?:p|h[1-6]|ul|ol|li|blockquote|pre|code|strong|em|del|hr|br|a)>|<ol start="\d+">|<a href="(?:https?:\/\/|mailto:)[^"<>]+" rel="nofollow noopener noreferrer">/gi,
          '',
        );
        expect(rest).not.toMatch(/[<>"]/);
        const outsideCode = markdownToDiscord(parts.join('')).replace(/```[\s\S]*?```/g, '');
        expect(outsideCode).not.toContain('@everyone');
      }),
      { numRuns: 1_000 },
    );
  });

  test.each(['*a ', '**a *b ', '[', '[a](', '`', '> ', '- ', '![a](b "', '<https://', '`` ` ', '_a_b'])(
    'a text of %j alone takes a moment, not minutes',
    (piece) => {
      const text = piece.repeat(Math.floor(50_000 / piece.length));
      const startedMs = performance.now();
      markdownToPlain(text);
      expect(performance.now() - startedMs).toBeLessThan(2_000);
    },
  );
});
