import fc from 'fast-check';
import { expect, test } from 'vitest';
import { artifactAdd } from '#contracts/actions/artifacts.ts';
import { publishCreate, publishPreview } from '#contracts/actions/publish.ts';
import { publishConnect, targetAdd } from '#contracts/actions/targets.ts';
import { Scrubber } from '#core/scrubber.ts';
import {
  findingsMax,
  SecretScanner,
  scannedBytesMax,
  scannedTogetherBytesMax,
} from '#publishing/artifacts/secret-scan.ts';
import { guildId, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const secret = 'a-secret-of-this-hub-0123456789';
const github = `ghp_${'aZ3kQ9mX7bW2cV5nR8tY1uL4pJ6hG0sDfE'.repeat(2).slice(0, 36)}`;

/** Bytes that come in pieces, and how often they were opened. */
function scanner(pieces: Record<string, Uint8Array[]>) {
  const scrubber = new Scrubber();
  scrubber.add(secret);
  const opened: string[] = [];
  const artifacts = {
    async *open(cid: string) {
      opened.push(cid);
      yield* pieces[cid] ?? [];
    },
  };
  const scanner = new SecretScanner({ artifacts, scrubber });
  const scan = async (cid: string, mediaType = 'text/plain', name = 'a.txt', sizeBytes = 10) =>
    (await scanner.scan('1', [{ cid, mediaType, name, sizeBytes }])).get(cid);
  return { scanner, scrubber, opened, scan };
}

const bytes = (text: string) => Buffer.from(text);

test('finds a secret wherever the bytes are cut, also within a character and within a long secret', async () => {
  const long = `ü${'L0ngSecret-'.repeat(400)}ü`;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(secret, long),
      fc.nat(9_000),
      fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 8 }),
      async (value, before, cuts) => {
        const whole = bytes(`${'é\n'.repeat(before)}${value} and more`);
        const pieces: Uint8Array[] = [];
        for (let at = 0, index = 0; at < whole.length; index++) {
          const length = cuts[index % cuts.length] ?? 1;
          pieces.push(whole.subarray(at, at + length));
          at += length;
        }
        const { scan, scrubber } = scanner({ a: pieces });
        scrubber.add(long);
        expect(await scan('a')).toEqual({
          state: 'scanned',
          findings: [{ kind: 'known', line: before + 1 }],
        });
      },
    ),
    { numRuns: 40 },
  );
});

test('names forms of secrets with their lines, a few of many, in text of either width', async () => {
  const many = Array.from({ length: 50 }, (_, index) => `${index} ${github}`).join('\n');
  const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`x\n${secret}`, 'utf16le')]);
  const { scan } = scanner({ a: [bytes(`one\ntwo ${github}\n`)], b: [bytes(many)], c: [wide] });
  expect(await scan('a')).toEqual({ state: 'scanned', findings: [{ kind: 'github-token', line: 2 }] });
  expect(await scan('b')).toMatchObject({
    findings: Array.from({ length: findingsMax }, (_, index) => ({ line: index + 1 })),
  });
  expect(await scan('c')).toEqual({ state: 'scanned', findings: [{ kind: 'known', line: 2 }] });
});

test('looks at what is text by its type or by its name, and at nothing else', async () => {
  const { scan, opened } = scanner({});
  for (const type of ['text/html', 'application/json', 'application/ld+json; charset=utf-8', 'image/svg+xml'])
    expect((await scan(type, type, 'blob'))?.state, type).toBe('scanned');
  for (const name of ['run.log', '.env', 'id.pem', 'Dockerfile'])
    expect((await scan(name, 'application/octet-stream', name))?.state, name).toBe('scanned');
  const before = opened.length;
  for (const type of ['image/png', 'application/zip', 'audio/ogg'])
    expect(await scan(type, type, 'blob')).toEqual({ state: 'no-text' });
  expect(opened).toHaveLength(before);
});

test('leaves out what is too large, alone or together, and says so', async () => {
  const { scan, scanner: several, opened } = scanner({});
  expect(await scan('big', 'text/plain', 'a', scannedBytesMax + 1)).toMatchObject({ state: 'skipped' });
  expect(opened).toEqual([]);
  const count = scannedTogetherBytesMax / scannedBytesMax + 1;
  const media = Array.from({ length: count }, (_, index) => ({
    ...{ cid: String(index), mediaType: 'text/plain', name: 'a', sizeBytes: scannedBytesMax },
  }));
  const states = [...(await several.scan('1', media)).values()].map(({ state }) => state);
  expect(states).toEqual([...Array(count - 1).fill('scanned'), 'skipped']);
});

test('reads the same bytes once, until the hub knows another secret', async () => {
  const { scan, scrubber, opened } = scanner({ a: [bytes('later-known-value')] });
  await scan('a');
  expect(await scan('a')).toEqual({ state: 'scanned', findings: [] });
  expect(opened).toHaveLength(1);
  scrubber.add('later-known-value');
  expect(await scan('a')).toMatchObject({ findings: [{ kind: 'known' }] });
});

test('a file with a credential of this hub is not published; one that looks like it is said', async () => {
  const target = new SpeakingTarget();
  const field = { name: 'token', help: 'x', required: true };
  const bench = await publishingBench({ publishers: [target.speaker('fake', { credentials: [field] })] });
  const { act, publishing } = bench;
  await act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'none' });
  const { link } = await act(publishConnect, { guildId, target: 'one' });
  await publishing.connections.redeem(link?.url.split('#')[1] ?? '', { token: secret });
  const add = (text: string, label = 'build.log') =>
    act(artifactAdd, { guildId, label, content: { kind: 'text', text } });
  const ours = await add(`ok\nBearer of ${secret}`);
  const content = { title: 'T', media: [{ cid: ours.cid }] };
  const shown = await act(publishPreview, { guildId, content, targets: ['one'] });
  expect(shown.targets[0]?.problems).toEqual([
    'It would give a secret away: line 2 of build.log holds a credential of this hub.',
  ]);
  await expect(act(publishCreate, { guildId, content, targets: ['one'] })).rejects.toMatchObject({
    code: 'PUBLISH_SECRET',
    message: expect.stringContaining('build.log'),
  });

  const alike = { title: 'T', media: [{ cid: (await add(`a ${github}`, 'notes.md')).cid }] };
  const warned = await act(publishPreview, { guildId, content: alike, targets: ['one'] });
  expect(warned.targets[0]).toMatchObject({
    problems: [],
    warnings: [
      'Line 1 of notes.md holds what looks like a github-token.',
      expect.stringMatching(/^Not checked: /),
    ],
  });
  await act(publishCreate, { guildId, content: alike, targets: ['one'] });
});
