import type { APIMessage } from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import type { ThreadContent } from '#contracts/thread-source.ts';
import {
  buildThreadArchive,
  inlineBytesMax,
  inlineImageBytesMax,
} from '#publishing/artifacts/thread-archive.ts';
import { chromiumPath, launchChromium, noChromium } from '../../support/chromium.ts';
import { folderForTest } from './support.ts';

const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let nextId = 1_200_000_000_000_000_000n;
function message(over: Record<string, unknown> = {}): APIMessage {
  const id = String(nextId++);
  const author = {
    id: '20000000000000001',
    username: 'ada',
    global_name: 'Ada',
    discriminator: '0',
    avatar: null,
  };
  const empty = { attachments: [], embeds: [], mentions: [], mention_roles: [], pinned: false, tts: false };
  const timestamp = '2026-11-20T10:00:00.000000+00:00';
  const base = {
    id,
    channel_id: '3',
    author,
    timestamp,
    edited_timestamp: null,
    mention_everyone: false,
    type: 0,
  };
  return { ...base, ...empty, content: '', ...over } as unknown as APIMessage;
}

function attachment(id: string, over: Record<string, unknown> = {}) {
  const url = `https://cdn.discordapp.com/attachments/1/2/${id}.png`;
  return {
    id,
    filename: `${id}.png`,
    size: pixel.length,
    url,
    proxy_url: url,
    content_type: 'image/png',
    ...over,
  };
}

function thread(messages: APIMessage[], over: Partial<ThreadContent> = {}): ThreadContent {
  return {
    guildId: '1',
    guildName: 'North',
    channelId: '3',
    name: 'Release 1.2',
    parentName: 'builds',
    messages,
    isContentAvailable: true,
    isCut: false,
    ...over,
  };
}

const init = { atMs: Date.UTC(2026, 10, 21, 12), images: new Map() };
const htmlOf = (content: string, over: Record<string, unknown> = {}) =>
  buildThreadArchive(thread([message({ content, ...over })]), init).html;

test('oldest first, with authors, times, answers and what was edited', () => {
  const first = message({ content: 'first' });
  const second = message({
    type: 19,
    content: 'second',
    edited_timestamp: '2026-11-20T11:00:00+00:00',
    message_reference: { message_id: first.id },
  });
  const lost = message({ type: 19, content: 'third', message_reference: { message_id: '5' } });
  const { html } = buildThreadArchive(thread([lost, second, first]), init);
  expect(html.indexOf('>first<')).toBeLessThan(html.indexOf('>second<'));
  expect(html).toContain(`<a href="#m${first.id}">in reply to an earlier message</a>`);
  expect(html).toContain('in reply to a message that is not in this archive');
  expect(html).toContain('edited <time datetime="2026-11-20T11:00:00.000Z">2026-11-20 11:00 UTC</time>');
  expect(html).toContain('3 messages');
});

test.each([
  ['**bold** _it_ __under__ ~~gone~~', '<strong>bold</strong> <em>it</em> <u>under</u> <s>gone</s>'],
  ['`a **b** <i>`', '<code>a **b** &#60;i&#62;</code>'],
  ['```js\nlet a = "<b>";\n```', '<pre>let a = &#34;&#60;b&#62;&#34;;\n</pre>'],
  ['**a `b` c**', '<strong>a <code>b</code> c</strong>'],
  ['see https://example.org/a?b=1&c=2.', '<a href="https://example.org/a?b=1&#38;c=2" rel="noopener noreferrer nofollow">https://example.org/a?b=1&#38;c=2</a>.'],
  ['[here](https://example.org)', '<a href="https://example.org/" rel="noopener noreferrer nofollow">here</a>'],
  ['[x](javascript:alert(1))', '[x](javascript:alert(1))'],
  ['hi <@20000000000000002> and <@20000000000000003>', '<span class="mention">@Grace</span> and <span class="mention">@20000000000000003</span>'],
  ['<t:0:R> <:party:20000000000000009>', '<time datetime="1970-01-01T00:00:00.000Z">1970-01-01 00:00 UTC</time> :party:'],
  ['<t:9999999999999>', '&#60;t:9999999999999&#62;'],
  ['\\*not\\* 2*3*4', '*not* 2<em>3</em>4'],
  ['# Big **news**\nnot # here', '<span class="heading">Big <strong>news</strong></span>\nnot # here'],
  ['a\n> quoted\n```\n# no\n> no\n```', 'a\n<span class="bar"></span>quoted\n<pre>\n# no\n&#62; no\n</pre>'],
  ['snake_case_name', 'snake_case_name'],
])('%j is shown as it is in Discord', (content, html) => {
  const mentions = [{ id: '20000000000000002', username: 'grace', global_name: 'Grace' }];
  expect(htmlOf(content, { mentions })).toContain(html);
}); // biome-ignore format: pairs

test('embeds, polls, stickers, reactions and forwarded messages are there', () => {
  const html = htmlOf('', {
    embeds: [{ title: 'T<', url: 'javascript:1', description: '**d**', fields: [{ name: 'n', value: 'v' }] }],
    poll: { question: { text: 'Q?' }, answers: [{ answer_id: 1, poll_media: { text: 'A' } }], results: { answer_counts: [{ id: 1, count: 4 }] } },
    sticker_items: [{ id: '1', name: 'wave', format_type: 1 }],
    reactions: [{ emoji: { id: null, name: '🎉' }, count: 3 }],
    message_snapshots: [{ message: { content: 'forwarded text', attachments: [], embeds: [], mentions: [] } }],
  });
  for (const part of ['<p>T&#60;</p>', '<strong>d</strong>', '<strong>n</strong>\nv', 'Q?', 'A <span class="note">(4)', 'Sticker: wave', '🎉 3', 'forwarded text'])
    expect(html).toContain(part);
}); // biome-ignore format: lists

test('small pictures are inside, as long as there is room; everything else is a link', () => {
  const kinds: [string, { mediaType: string; bytes: Uint8Array }][] = [
    ['1', { mediaType: 'image/png', bytes: pixel }],
    ['2', { mediaType: 'image/svg+xml', bytes: Buffer.from('<svg onload=alert(1)>') }],
    ['3', { mediaType: 'image/png', bytes: Buffer.alloc(inlineImageBytesMax + 1) }],
  ];
  const attachments = ['1', '2', '3', '4'].map((id) => attachment(id));
  const { html } = buildThreadArchive(thread([message({ attachments })]), {
    ...init,
    images: new Map(kinds),
  });
  expect(html.match(/<img /g)).toHaveLength(1);
  expect(html.match(/href="https:\/\/cdn\.discordapp\.com/g)).toHaveLength(4);

  const many = Array.from({ length: 50 }, (_, index) => String(index));
  const images = new Map(
    many.map((id) => [id, { mediaType: 'image/png', bytes: Buffer.alloc(inlineImageBytesMax) }]),
  );
  const full = buildThreadArchive(thread(many.map((id) => message({ attachments: [attachment(id)] }))), {
    ...init,
    images,
  });
  expect(full.html.match(/<img /g)).toHaveLength(inlineBytesMax / inlineImageBytesMax);
});

test('it says where the Message Content intent is missing and where messages were left out', () => {
  const { html, json } = buildThreadArchive(
    thread([message()], { isContentAvailable: false, isCut: true }),
    init,
  );
  expect(html).toContain('not granted the Message Content intent');
  expect(html).toContain('Only the first 1 messages');
  expect(JSON.parse(json)).toMatchObject({ isContentAvailable: false, isCut: true });
  expect(htmlOf('x')).not.toContain('role="note"');
});

test('the JSON form holds the messages as Discord gave them; both are the same every time', () => {
  const messages = [message({ content: 'a\u2028</script>' }), message()];
  const once = buildThreadArchive(thread(messages), init);
  expect(buildThreadArchive(thread([...messages].reverse()), init)).toEqual(once);
  expect(JSON.parse(once.json)).toMatchObject({
    format: 'guildmesh-thread',
    version: 1,
    name: 'Release 1.2',
    messages,
  });
});

test.each(['[', '*', '_', '`', '|', '<', '[a](', 'https://', '**_', '> ', '<t:', '~~'])(
  'a message of nothing but %j takes no time',
  (part) => {
    const startedAt = performance.now();
    htmlOf(part.repeat(4_000 / part.length));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  },
);

/** Each sets `window.hit` if it gets to run. */
const attacks = [
  '<script>window.hit=1</script>',
  '<img src=x onerror="window.hit=1">',
  '"><svg onload=window.hit=1>',
  '\'"--></style></title></script><script>window.hit=1</script>',
  '[x](javascript:window.hit=1)',
  '[x](https://a" onmouseover="window.hit=1)',
  'https://a"onfocus="window.hit=1"autofocus="',
  '`</code><script>window.hit=1</script>`',
  '```\n</pre><img src=x onerror=window.hit=1>\n```',
  '||</span><iframe srcdoc="<script>parent.hit=1</script>"></iframe>||',
  '<@"><script>window.hit=1</script>>',
  '<:a"onload=window.hit=1:20000000000000009>',
  '<t:1"><script>window.hit=1</script>',
  '**<b onclick=window.hit=1>x</b>**',
  '<base href="https://evil.example/">',
  '<meta http-equiv="refresh" content="0;url=javascript:window.hit=1">',
  '<form action="javascript:window.hit=1"><input type=submit autofocus>',
  '<style>@import "https://evil.example/a.css"</style>',
  '<link rel=stylesheet href="https://evil.example/a.css">',
  '<math><mtext><table><mglyph><style><img src=x onerror=window.hit=1>',
  '\u0000<scr\u0000ipt>window.hit=1</script>',
  '{{constructor.constructor("window.hit=1")()}}',
  '+ADw-script+AD4-window.hit=1+ADw-/script+AD4-',
  '<a href="data:text/html,<script>window.hit=1</script>">x</a>',
];

describe.skipIf(!chromiumPath())(`in a browser${chromiumPath() ? '' : `: skipped, ${noChromium}`}`, () => {
  test('nothing of a hostile thread runs, and nobody is asked for anything', async () => {
    const messages = attacks.map((attack, index) =>
      message({
        content: attack,
        author: { id: '2', username: attack, global_name: attack, discriminator: '0', avatar: null },
        embeds: [{ title: attack, description: attack, url: 'javascript:window.hit=1', footer: { text: attack }, fields: [{ name: attack, value: attack }] }],
        attachments: [attachment(String(index), { filename: attack, description: attack, content_type: attack, url: index % 2 ? 'javascript:window.hit=1' : `https://cdn.discordapp.com/${attack}` })],
        sticker_items: [{ id: '1', name: attack, format_type: 1 }],
        reactions: [{ emoji: { id: null, name: attack }, count: 1 }],
        message_snapshots: [{ message: { content: attack, attachments: [], embeds: [], mentions: [] } }],
      }),
    ); // biome-ignore format: what an attack can sit in
    const images = new Map([['0', { mediaType: 'image/png', bytes: pixel }]]);
    const names = { name: attacks[3]!, guildName: attacks[3]!, parentName: attacks[3]! };
    const { html } = buildThreadArchive(thread(messages, names), { ...init, images });
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      const policyReports: string[] = [];
      page.on('console', (line) => policyReports.push(line.text()));
      await page.route('http://archive.test/', (route) =>
        route.fulfill({ body: html, contentType: 'text/html' }),
      );
      await page.goto('http://archive.test/');
      // As text: the compiler of these tests knows no page.
      await page.evaluate(`for (const element of document.querySelectorAll('*')) {
        element.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
        if (!(element instanceof HTMLAnchorElement)) element.click?.();
      }`);
      await page.waitForTimeout(200);
      expect(await page.evaluate('window.hit')).toBeUndefined();
      expect(asked.filter((url) => !url.startsWith('data:'))).toEqual(['http://archive.test/']);
      const found = (await page.evaluate(`({
        tags: [...new Set([...document.body.querySelectorAll('*')].map((element) => element.localName))].sort(),
        handlers: [...document.querySelectorAll('*')].flatMap((element) =>
          element.getAttributeNames().filter((name) => name.startsWith('on')),
        ),
        schemes: [...new Set([...document.links].map((each) => each.protocol))].sort(),
      })`)) as { tags: string[]; handlers: string[]; schemes: string[] };
      expect(found.handlers).toEqual([]);
      expect(found.schemes).toEqual(['http:', 'https:']);
      for (const tag of ['script', 'iframe', 'style', 'form', 'input', 'base', 'link', 'meta', 'svg', 'math'])
        expect(found.tags).not.toContain(tag);
      // The escaping alone held: the policy, which is a second wall, had nothing to refuse.
      expect(policyReports).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  test('it is readable by day and by night, without running over the edge', async () => {
    const lines = ['# Build 1.2 is **out**, see https://example.org/releases/1.2', '```sh\nnpm ci && npm test\n```', `long ${'word'.repeat(80)}`, '> quoted\nand `code`, ||a secret|| and <@20000000000000002>'];
    const messages = lines.map((content) => message({ content, reactions: [{ emoji: { id: null, name: '🎉' }, count: 2 }] }));
    messages.push(message({ content: 'a picture', attachments: [attachment('9')] }));
    const images = new Map([['9', { mediaType: 'image/png', bytes: pixel }]]);
    const { html } = buildThreadArchive(thread(messages, { isContentAvailable: false }), { ...init, images });
    const browser = await launchChromium();
    const folder = process.env.SCREENSHOT_DIR ?? folderForTest();
    try {
      for (const [colorScheme, width] of [['light', 900], ['dark', 390]] as const) {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
        await page.setContent(html);
        await page.screenshot({ path: `${folder}/archive-${colorScheme}.png`, fullPage: true });
        const { overflow, ink, paper } = (await page.evaluate(`({
          overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          ink: getComputedStyle(document.body).color,
          paper: getComputedStyle(document.body).backgroundColor,
        })`)) as { overflow: number; ink: string; paper: string };
        expect(overflow).toBeLessThanOrEqual(0);
        expect([ink, paper]).toEqual(colorScheme === 'light' ? ['rgb(28, 30, 33)', 'rgb(255, 255, 255)'] : ['rgb(230, 232, 235)', 'rgb(23, 25, 28)']);
        await page.close();
      }
    } finally {
      await browser.close();
    }
  }); // biome-ignore format: lists
});
