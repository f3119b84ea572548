import { expect, test } from 'vitest';
import { defineErrors } from '#core/errors.ts';
import { createLogger, type LogLevel } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';

const token = 'MTA0NzY1.token/value+of=the"bot';

function logging(level: LogLevel = 'trace') {
  const lines: string[] = [];
  const scrubber = new Scrubber();
  scrubber.add(token);
  return { logger: createLogger({ level, scrubber, write: (line) => lines.push(line) }), lines };
}

test('every line is one JSON object with a time', () => {
  const { logger, lines } = logging();
  logger.child({ part: 'mesh' }).info({ peerCount: 2 }, 'node started');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/\n$/);
  const line = JSON.parse(lines[0] as string);
  expect(line).toMatchObject({ part: 'mesh', peerCount: 2, msg: 'node started' });
  expect(Date.parse(line.time)).toBeGreaterThan(0);
});

test('a secret leaves by no field, however deep, by no error, and by no child', () => {
  const { logger, lines } = logging();
  const errors = defineErrors({
    TEST_FAILED: {
      kind: 'remote',
      message: (d: { url: string }) => `GET ${d.url} failed`,
      next: () => 'Try again.',
    },
  });
  const url = `https://example.org/${encodeURIComponent(token)}/x`;
  logger.info({ a: { b: [{ c: token }] } }, token);
  logger.error({ err: new Error(`refused: ${token}`, { cause: new Error(token) }) }, 'failed');
  logger.error({ err: errors.TEST_FAILED({ url }) }, 'failed');
  logger.child({ auth: `Basic ${Buffer.from(`bot:${token}`).toString('base64')}` }).warn('refused');
  expect(lines).toHaveLength(4);
  for (const line of lines) {
    expect(line).toContain('[secret]');
    for (const part of ['MTA0NzY1', 'the"bot', 'token/value', encodeURIComponent(token)])
      expect(line).not.toContain(part);
    expect(JSON.parse(line)).toBeTypeOf('object');
  }
  expect(lines[2]).toContain('TEST_FAILED');
});

test('what would steer a terminal is taken out, and no field breaks a line', () => {
  const { logger, lines } = logging();
  logger.info({ name: 'a\u001b[2Jb\nc\u009b31md\u202ee' }, 'peer found');
  const line = (lines[0] as string).slice(0, -1);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
});

test('lines below the level are not written', () => {
  const { logger, lines } = logging('warn');
  logger.info('quiet');
  logger.warn('loud');
  expect(lines).toHaveLength(1);
});

test('no secret breaks a line, whatever it is made of', () => {
  const secrets = ['{"level":', '"msg":"', 'a"b\nc\\d', 'lone\ud800half', '","level"', 'level":30'];
  for (const secret of secrets) {
    const lines: string[] = [];
    const scrubber = new Scrubber();
    scrubber.add(secret);
    const logger = createLogger({ level: 'trace', scrubber, write: (line) => lines.push(line) });
    logger.child({ part: secret }).info({ [secret]: secret, n: 1 }, 'it holds a secret');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 30,
      part: '[secret]',
      '[secret]': '[secret]',
      n: 1,
      msg: 'it holds a secret',
    });
  }
});

test('a secret learnt later stands in no line of a child made before', () => {
  const lines: string[] = [];
  const scrubber = new Scrubber();
  const logger = createLogger({ level: 'trace', scrubber, write: (line) => lines.push(line) });
  const child = logger.child({ name: 'learnt-later' });
  scrubber.add('learnt-later');
  child.info('hello');
  expect(lines[0]).toContain('"name":"[secret]"');
});

test('an error is logged with its type, code, stack and cause, also alone', () => {
  const { logger, lines } = logging();
  const error = Object.assign(new TypeError('outer', { cause: new Error('inner') }), { code: 'E1' });
  logger.error(error);
  logger.error({ err: error }, 'failed');
  const [alone, field] = lines.map((line) => JSON.parse(line));
  expect(alone).toMatchObject({ msg: 'outer', err: { type: 'TypeError', message: 'outer', code: 'E1' } });
  expect(field).toMatchObject({ msg: 'failed', err: { cause: { message: 'inner' } } });
  expect(field.err.stack).toContain('logger.test.ts');
});

test('a field that can’t be read is no reason to fail', () => {
  const { logger, lines } = logging();
  const fields = Object.defineProperty({ a: 1 }, 'b', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  logger.info(fields, 'read');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ a: 1, b: '[unreadable]', msg: 'read' });
});
