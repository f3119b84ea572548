import { expect, test } from 'vitest';
import { z } from 'zod';
import { fieldWords } from '#contracts/field-words.ts';
import { faultSentence, readInput } from '#contracts/input-words.ts';
import { slugOf } from '#core/text/kindly.ts';

const place = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
    .register(fieldWords, { isSlug: true })
    .optional(),
  public: z.boolean().optional(),
  link: z.url({ protocol: /^https?$/ }).optional(),
  visibility: z.enum(['public', 'unlisted', 'followers-only']).optional(),
  tags: z.array(z.string().min(1).max(8)).max(3).optional(),
  repo: z.string().optional(),
  limit: z.int().min(1).max(25).register(fieldWords, { unit: 'posts' }).optional(),
  sizeMax: z.int().min(0).max(1_048_576).register(fieldWords, { unit: 'bytes' }).optional(),
  archive: z
    .union([z.literal(60), z.literal(1_440), z.literal(4_320), z.literal(10_080)])
    .register(fieldWords, { label: 'Put away after', unit: 'minutes' })
    .optional(),
  inner: z.strictObject({ id: z.int().positive(), draft: z.boolean().default(false) }).optional(),
});

test.each([
  [{ public: 'yes' }, { public: true }],
  [{ public: 'Off' }, { public: false }],
  [{ public: 1 }, { public: true }],
  [{ link: 'example.com' }, { link: 'https://example.com' }],
  [{ link: ' example.com:8443/a?b=c ' }, { link: 'https://example.com:8443/a?b=c' }],
  [{ visibility: 'Followers only' }, { visibility: 'followers-only' }],
  [{ tags: 'a, b' }, { tags: ['a', 'b'] }],
  [{ repo: 2048 }, { repo: '2048' }],
  [{ limit: '7' }, { limit: 7 }],
  [{ limit: '7 posts' }, { limit: 7 }],
  [{ sizeMax: '64 KiB' }, { sizeMax: 65_536 }],
  [{ sizeMax: '0.5 MB' }, { sizeMax: 500_000 }],
  [{ archive: '1 week' }, { archive: 10_080 }],
  [{ archive: '24 h' }, { archive: 1_440 }],
  [{ archive: 60 }, { archive: 60 }],
  [{ name: 'My News!' }, { name: 'my-news' }],
  [{ inner: { id: '4', draft: 'on' } }, { inner: { id: 4, draft: true } }],
])('%o is read as it was meant', (typed, meant) => {
  expect(readInput(place, typed)).toEqual({ data: meant });
});

test.each([
  [{ public: 'perhaps' }, '“public” must be yes or no.'],
  [{ public: 7 }, '“public” must be yes or no.'],
  [{ link: 'nowhere' }, '“link” must be an address such as https://example.org/page.'],
  [{ link: 'javascript:alert(1)' }, '“link” must be an address such as https://example.org/page.'],
  [
    { visibility: 'publik' },
    '“visibility” can be public, unlisted or followers-only, not “publik”. Did you mean public?',
  ],
  [{ tags: 'a,,b' }, 'The second of “tags” is empty.'],
  [{ tags: ['a', 'b', 'x'.repeat(9)] }, 'The third of “tags” may have 8 characters at most.'],
  [{ limit: 26 }, '“limit” may be 25 posts at most.'],
  [{ limit: '3 apples' }, '“limit” must be a number.'],
  [{ sizeMax: '2 MiB' }, '“sizeMax” may be 1 MiB at most.'],
  [{ archive: '30 min' }, '“Put away after” can be 1 hour, 1 day, 3 days or 1 week, not “30 min”.'],
  [{ name: '!!' }, '“name” has a form that can’t be used.'],
  [{ inner: {} }, '“id” in “inner” is missing.'],
  [{ inner: 3 }, '“inner” needs parts of its own: “id” and “draft”.'],
  [{ posts: 1 }, 'It has no “posts”.'],
  [{ tagss: 1 }, 'It has no “tagss”. Did you mean “tags”?'],
])('%o is refused in words', (typed, said) => {
  const read = readInput(place, typed);
  expect('faults' in read ? read.faults.map(faultSentence) : []).toEqual([said]);
});

test('everything that is wrong is said at once, and what was typed is not read halfway', () => {
  const read = readInput(place, { public: 'yes', limit: 99, link: 'no' });
  expect(read).toMatchObject({
    faults: [
      { path: ['link'], name: '“link”' },
      { path: ['limit'], name: '“limit”' },
    ],
  });
});

test('what may be a secret is not repeated', () => {
  const typed = ['ghp_0123456789abcdefghij0123456789abcdef', '123456789012345678', 'a b@c'];
  for (const visibility of typed) {
    const read = readInput(place, { visibility });
    expect('faults' in read ? read.faults[0]?.words : '').toBe('must be public, unlisted or followers-only');
  }
});

test.each([
  ['My News!', 'my-news'],
  ['  Ünïcödé & more  ', 'unicode-more'],
  ['!!!', undefined],
])('%s becomes %s', (text, slug) => expect(slugOf(text)).toBe(slug));
