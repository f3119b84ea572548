import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { tokenErrors } from '#access/tokens/errors.ts';
import type { MemberFacts } from '#contracts/discord.ts';
import { discordErrors } from '#discord/errors.ts';
import { refusedTokenLimit, uploadLimit } from '#web/bearer.ts';
import { requestLimit } from '#web/server.ts';
import { collected, sha256 } from '../publishing/artifacts/support.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { artifactBytesMax, ask, codeOf, guildId, openDoor, opened } from './support.ts';

const path = '/api/v1/artifacts';

async function uploading(over: Parameters<typeof openDoor>[1] = {}) {
  const door = await openDoor({}, over);
  const upload = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
    ask(door.port, path, {
      method: 'POST',
      body,
      headers: {
        authorization: `Bearer ${door.token}`,
        'content-length': String(Buffer.byteLength(body)),
        'x-artifact-label': 'app.tar.gz',
        ...headers,
      },
    });
  return { ...door, upload };
}

test('an upload is kept for the token’s guild: 201, and 200 when it is known', async () => {
  const { upload, store, db } = await uploading();
  const bytes = randomBytes(1_500_000);
  const first = await upload(bytes, {
    'x-artifact-digest': `sha-256=${sha256(bytes)}`,
    'content-type': 'application/gzip',
  });
  expect(first.status).toBe(201);
  expect(JSON.parse(first.text)).toEqual({
    cid: sha256(bytes),
    sizeBytes: 1_500_000,
    mediaType: 'application/gzip',
    label: 'app.tar.gz',
    source: 'upload',
    createdAtMs: expect.any(Number),
  });
  expect((await upload(bytes)).status).toBe(200);
  expect(await store.get(sha256(bytes), guildId)).toBeDefined();
  expect(await collected(store.open(sha256(bytes)))).toEqual(bytes);
  const audit = await db.selectFrom('audit').select(['action', 'guild_id', 'outcome']).execute();
  expect(audit).toEqual(Array(2).fill({ action: 'artifact.upload', guild_id: guildId, outcome: 'ok' }));
});

test('the same Idempotency-Key gives the first answer; with another request it is refused', async () => {
  const { upload } = await uploading();
  const first = await upload('one', { 'idempotency-key': 'run-1' });
  const again = await upload('one', { 'idempotency-key': 'run-1' });
  expect([first.status, again.status, again.text]).toEqual([201, 201, first.text]);
  expect(again.headers['idempotent-replayed']).toBe('true');
  const other = await upload('two', { 'idempotency-key': 'run-1', 'x-artifact-label': 'b' });
  expect([other.status, codeOf(other)]).toEqual([422, 'ACTION_KEY_REUSED']);
  const failed = await upload('x', { 'idempotency-key': 'run-2', 'x-artifact-digest': sha256('y') });
  expect([failed.status, codeOf(failed)]).toEqual([422, 'ARTIFACT_DIGEST_MISMATCH']);
  const retried = await upload('y', { 'idempotency-key': 'run-2', 'x-artifact-digest': sha256('y') });
  expect(retried.status).toBe(201);
});

test('a label beyond ASCII may be UTF-8, percent-encoded or as it is', async () => {
  const { upload, port, token, store } = await uploading();
  const encoded = await upload('x', { 'x-artifact-label': 'Gr%C3%BC%C3%9Fe.txt' });
  expect(JSON.parse(encoded.text)).toMatchObject({ label: 'Grüße.txt' });
  // node:http would write it as Latin-1.
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n`;
  await opened(port, `${head}X-Artifact-Label: 世界.txt\r\nContent-Length: 1\r\n\r\ny`);
  await vi.waitFor(async () => expect(await store.get(sha256('y'))).toMatchObject({ label: '世界.txt' }));
});

test.each<[string, Record<string, string>, number, string]>([
  ['no label', { 'x-artifact-label': '' }, 400, 'ARTIFACT_LABEL_INVALID'],
  ['a path as label', { 'x-artifact-label': '..%2F..%2Fetc%2Fpasswd' }, 400, 'ARTIFACT_LABEL_INVALID'],
  ['a broken label', { 'x-artifact-label': '%E0%A4%A' }, 400, 'WEB_HEADER_INVALID'],
  ['a broken digest', { 'x-artifact-digest': 'md5=abc' }, 400, 'WEB_HEADER_INVALID'],
  ['a broken key', { 'idempotency-key': 'a b' }, 400, 'WEB_HEADER_INVALID'],
  ['no media type', { 'content-type': 'nonsense' }, 415, 'WEB_BODY_UNSUPPORTED'],
])('%s is refused', async (_, headers, status, code) => {
  const { upload, kept, temporary } = await uploading();
  const answer = await upload('x', headers);
  expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  expect([kept(), temporary()]).toEqual([[], []]);
});

test('without Content-Length, in chunks, too large, or empty: refused before anything is written', async () => {
  const { upload, port, token, kept, temporary } = await uploading();
  const headers = { authorization: `Bearer ${token}`, 'x-artifact-label': 'a' };
  const chunked = await ask(port, path, {
    method: 'POST',
    body: 'x',
    headers: { ...headers, 'transfer-encoding': 'chunked' },
  });
  expect([chunked.status, codeOf(chunked)]).toEqual([411, 'WEB_LENGTH_REQUIRED']);
  const large = await ask(port, path, {
    method: 'POST',
    headers: { ...headers, 'content-length': String(artifactBytesMax + 1), expect: '100-continue' },
  }).catch(() => undefined);
  if (large) expect([large.status, codeOf(large)]).toEqual([413, 'WEB_BODY_TOO_LARGE']);
  const empty = await upload('');
  expect(codeOf(empty)).toBe('ARTIFACT_EMPTY');
  expect([kept(), temporary()]).toEqual([[], []]);
});

test('a connection that breaks amid the body leaves nothing', async () => {
  const { port, token, kept, temporary, db } = await uploading();
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nX-Artifact-Label: a\r\nContent-Length: 100000\r\n\r\n`;
  const { socket } = await opened(port, `${head}${'x'.repeat(50_000)}`);
  await vi.waitFor(() => expect(temporary()).toHaveLength(1));
  socket.destroy();
  await vi.waitFor(() => expect(temporary()).toEqual([]));
  expect(kept()).toEqual([]);
  await vi.waitFor(async () =>
    expect(await db.selectFrom('audit').select('error_code').execute()).toHaveLength(1),
  );
});

test('no token, a wrong one, a revoked one: 401, and soon 429 for that address only until it waited', async () => {
  const { upload, port, token, tokenStore, tokenId } = await uploading();
  const none = await ask(port, path, { method: 'POST', body: 'x', headers: { 'content-length': '1' } });
  expect([none.status, codeOf(none), none.headers['www-authenticate']]).toEqual([
    401,
    'WEB_TOKEN_REFUSED',
    'Bearer realm="guildmesh"',
  ]);
  expect((await upload('x')).status).toBe(201);
  await tokenStore.remove(guildId, tokenId);
  expect((await upload('x')).status).toBe(401);
  const statuses: number[] = [];
  for (let tries = 0; tries < refusedTokenLimit.burst + 5; tries++)
    statuses.push((await upload('x', { authorization: `Bearer ${token.slice(0, -1)}x` })).status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(refusedTokenLimit.burst - 2);
  expect(statuses.at(-1)).toBe(429);
});

test('wrong tokens and a flood of other requests lock out no right token of the same address', async () => {
  const { upload, port, token } = await uploading();
  const wrong = { authorization: `Bearer ${token.slice(0, -1)}x` };
  const refused = await Promise.all(
    Array.from({ length: refusedTokenLimit.burst * 4 }, () => upload('x', wrong)),
  );
  expect(refused.filter(({ status }) => status === 429).length).toBeGreaterThan(refusedTokenLimit.burst);
  expect((await upload('first')).status).toBe(201);
  const flood = Array.from({ length: requestLimit.burst + 20 }, () => ask(port, '/live'));
  expect((await Promise.all(flood)).at(-1)?.status).toBe(429);
  expect((await upload('second')).status).toBe(201);
});

test('one token may not upload without end', async () => {
  const { upload } = await uploading();
  const answers = await Promise.all(
    Array.from({ length: uploadLimit.burst + 5 }, (_, index) => upload(`${index}`)),
  );
  const limited = answers.filter(({ status }) => status === 429);
  expect(limited.length).toBeGreaterThanOrEqual(3);
  expect(Number(limited[0]!.headers['retry-after'])).toBeGreaterThan(0);
});

test.each<[string, Partial<MemberFacts>, number]>([
  ['a manager', { hasManageGuild: true }, 201],
  ['the owner', { isGuildOwner: true }, 201],
  ['a member', {}, 403],
])('a token does what its maker may now: %s', async (_, facts, status) => {
  const maker = { roleIds: [], isGuildOwner: false, hasManageGuild: false, ...facts };
  const { upload, kept } = await uploading({ maker: async () => maker });
  const answer = await upload('x');
  expect(answer.status).toBe(status);
  if (status !== 201) expect([codeOf(answer), kept()]).toEqual(['ACTION_FORBIDDEN', []]);
});

test('whose maker left is refused, and while nobody can say, it is to come back', async () => {
  const left = await uploading({ maker: () => Promise.reject(tokenErrors.TOKEN_MAKER_LEFT()) });
  const refused = await left.upload('x');
  expect([refused.status, codeOf(refused)]).toEqual([403, 'TOKEN_MAKER_LEFT']);
  const rows = await left.db.selectFrom('audit').select(['error_code', 'outcome']).execute();
  expect(rows).toEqual([{ error_code: 'TOKEN_MAKER_LEFT', outcome: 'refused' }]);
  const unknown = discordErrors.DISCORD_MEMBER_UNKNOWN({ retryAfterSeconds: 60 });
  const away = await uploading({ maker: () => Promise.reject(unknown) });
  const later = await away.upload('x');
  expect([later.status, later.headers['retry-after']]).toEqual([503, '60']);
  expect([left.kept(), away.kept()]).toEqual([[], []]);
});

test('an answer that an earlier version kept is given again for its key', async () => {
  const { upload, db, tokenId } = await uploading();
  const body = { cid: 'c', sizeBytes: 1, mediaType: 'm', label: 'l', source: 'upload', createdAtMs: 5 };
  const headers = { sizeBytes: 1, label: 'app.tar.gz' };
  const fingerprint = createHash('sha256').update(JSON.stringify(headers)).digest('hex');
  const key = `api-token:${guildId}:${tokenId}:run-1`;
  const answer = JSON.stringify({ status: 201, body });
  const row = { key, fingerprint, answer, state: 'done' as const, claimed_at_ms: Date.now(), hub: '' };
  await db.insertInto('action_key').values(row).execute();
  const again = await upload('x', { 'idempotency-key': 'run-1' });
  expect([again.status, JSON.parse(again.text), again.headers['idempotent-replayed']]).toEqual([
    201,
    body,
    'true',
  ]);
});

test('an upload in hand outlasts the hub’s first word of stopping; a new one is refused', async () => {
  const hub = new AbortController();
  const { upload, port, token, store, temporary } = await uploading({ stopping: hub.signal });
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nX-Artifact-Label: a\r\nContent-Length: 2\r\n\r\n`;
  const { socket } = await opened(port, `${head}y`);
  await vi.waitFor(() => expect(temporary()).toHaveLength(1));
  hub.abort(new Error('the hub stops'));
  const refused = await upload('x');
  expect([refused.status, codeOf(refused)]).toEqual([503, 'ACTION_HUB_STOPPING']);
  socket.write('z');
  await vi.waitFor(async () => expect(await store.get(sha256('yz'))).toBeDefined());
});

describe('an upload by another method is answered with the right one', () => {
  const typed = promisify(execFile);

  test.each([
    ['a form', ['--form', 'file=@app.tar.gz'], 415, 'WEB_FORM_REFUSED'],
    ['a put', ['--upload-file', 'app.tar.gz'], 405, 'WEB_METHOD_REFUSED'],
  ])('%s of curl: the status, and a command that works when typed', async (_, args, status, code) => {
    const { port, token, store } = await uploading();
    using folder = temporaryFolder();
    const bytes = randomBytes(200_000);
    await writeFile(join(folder.path, 'app.tar.gz'), bytes);
    const shell = { cwd: folder.path, env: { ...process.env, FILE: 'app.tar.gz', GUILDMESH_TOKEN: token } };
    const url = `http://127.0.0.1:${port}${path}`;
    const bearer = ['--header', `Authorization: Bearer ${token}`];
    const asked = await typed('curl', ['--silent', '--include', ...bearer, ...args, url], shell);
    expect(asked.stdout).toContain(` ${status} `);
    if (status === 405) expect(asked.stdout.toLowerCase()).toContain('allow: post');
    const { error } = JSON.parse(asked.stdout.slice(asked.stdout.lastIndexOf('{"error"')));
    expect(error.code).toBe(code);
    const command = /curl .*$/.exec(error.next)?.[0] ?? '';
    expect(command).toContain(url);
    await typed('bash', ['-c', command], shell);
    expect(await store.get(sha256(bytes), guildId)).toMatchObject({
      label: 'app.tar.gz',
      sizeBytes: 200_000,
    });
  });

  test('to a folder, curl puts the name behind the address: told as well', async () => {
    const { port } = await uploading();
    const answer = await ask(port, `${path}/app.tar.gz`, { method: 'PUT', body: 'x' });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  test('the type that curl --data-binary adds automatically says nothing of the file', async () => {
    const { upload } = await uploading();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await upload('%PDF-1.7\n', form);
    expect(JSON.parse(answer.text).mediaType).toBe('application/pdf');
  });
});

describe('what became of an upload', () => {
  test('is shown to the token of its guild: artifact, chains, publications', async () => {
    const { port, token, upload, db } = await uploading();
    const { cid } = JSON.parse((await upload('hello')).text);
    await db
      .insertInto('chain')
      .values({
        ...{ id: 'c1', guild_id: guildId, name: 'release', trigger: '{}', content: '{}', links: '[]' },
        ...{ created_by: 'x', created_at_ms: 1, removed_at_ms: null, run_count: 1 },
      })
      .execute();
    await db
      .insertInto('chain_run')
      .values({
        ...{
          id: 'r1',
          chain_id: 'c1',
          guild_id: guildId,
          cause: `c1:artifact:${cid}`,
          label: 'l',
          description: '',
        },
        ...{
          artifacts: JSON.stringify([cid]),
          state: 'stopped',
          link: 0,
          publications: '[]',
          receipts: '{}',
        },
        ...{ reason: 'news refused it', started_at_ms: 5, updated_at_ms: 5, facts: '{}' },
      })
      .execute();
    const headers = { authorization: `Bearer ${token}` };
    const answer = await ask(port, `${path}/${cid.toUpperCase()}`, { headers });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      200,
      {
        artifact: expect.objectContaining({ cid, label: 'app.tar.gz', source: 'upload' }),
        chains: [{ chain: 'release', state: 'stopped', startedAtMs: 5, reason: 'news refused it' }],
        publications: [],
      },
    ]);
    expect((await ask(port, `${path}/${cid}`)).status).toBe(401);
  });

  test('a token sees nothing that people keep, or another guild', async () => {
    const { port, token, store } = await uploading();
    const headers = { authorization: `Bearer ${token}` };
    const kept = [
      { label: 'a', guildId, source: 'command' },
      { label: 'b', guildId: '399999999999999999', source: 'upload' },
    ];
    for (const draft of kept) {
      const { cid } = await store.put(
        draft,
        Readable.from([Buffer.from(draft.label)]),
        new AbortController().signal,
      );
      const answer = await ask(port, `${path}/${cid}`, { headers });
      expect([answer.status, codeOf(answer)]).toEqual([404, 'PUBLISH_NO_ARTIFACT']);
    }
    const odd = await ask(port, `${path}/latest`, { headers });
    expect(odd.status).toBe(400);
  });
});
