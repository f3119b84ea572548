import { expect, test } from 'vitest';
import { huggingface } from '#plugins/huggingface/index.ts';
import { openElsewhere } from './support/open-elsewhere.ts';
import { publishing } from './support/publish.ts';

const files = [
  // Zero bytes make it go apart from the commit.
  { bytes: Buffer.from('OggS\0\0sound'.repeat(500)), name: 'programme.ogg', mediaType: 'audio/ogg' },
  { bytes: Buffer.from('notes'), name: 'notes.txt', mediaType: 'text/plain' },
];

async function atHub(options: object) {
  const elsewhere = await openElsewhere();
  const place = await publishing({
    plugin: huggingface,
    options,
    addresses: { ...elsewhere.addresses().huggingface },
    credentials: elsewhere.token('huggingface'),
    files,
  });
  return { elsewhere, place };
}

test.each([
  ['a dataset', { kind: 'dataset', repo: 'acme/news' }],
  ['a model', { kind: 'model', repo: 'you/voice' }],
  ['a space that it makes', { kind: 'space', repo: 'you/radio', create: true }],
])('text and files stand in %s, small and large ones', async (_, options) => {
  const { elsewhere, place } = await atHub(options);
  expect(await place.verify()).toMatchObject({ account: 'you', problems: [] });
  const { url = '' } = Object.values(await place.deliver()).at(-1) ?? {};
  expect(url).toMatch(`${elsewhere.pageUrl}/huggingface/`);
  const page = await elsewhere.page(new URL(url).pathname);
  expect(page).toContain('Version 1.2');
  const [, sound = ''] = /<audio[^>]* src="([^"]+)"/.exec(page) ?? [];
  const heard = await fetch(elsewhere.pageUrl + sound);
  expect(Buffer.from(await heard.arrayBuffer())).toEqual(files[0]?.bytes);
  expect(await elsewhere.page('/')).toContain(`in ${options.repo}`);
});

test.each(['fail-before', 'fail-after', 'lost-answer'] as const)(
  'with the switch %s there is one commit',
  async (fault) => {
    const { elsewhere, place } = await atHub({ kind: 'dataset', repo: 'acme/news' });
    elsewhere.setSwitch('huggingface', fault, 'once');
    await place.deliver();
    expect(elsewhere.arrivedCount).toBe(1);
  },
);

test('too many requests and a revoked token are refused as the Hub does', async () => {
  const { elsewhere, place } = await atHub({ kind: 'dataset', repo: 'acme/news' });
  elsewhere.setSwitch('huggingface', 'too-many', 'on');
  await expect(place.deliver()).rejects.toThrow('rate-limited');
  elsewhere.setSwitch('huggingface', 'too-many', 'off');
  elsewhere.revokeTokens('huggingface');
  await expect(place.deliver()).rejects.toThrow('authorisation-lost');
  const missing = await atHub({ kind: 'dataset', repo: 'acme/none' });
  expect((await missing.place.verify()).problems.join()).toContain('There is no dataset acme/none');
});
