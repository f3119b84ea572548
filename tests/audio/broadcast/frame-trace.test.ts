import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FrameTrace } from '#audio/broadcast/frame-trace.ts';
import { createLogger } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const frame = { streamId: 1, sequence: 1, captureTimeMs: 1, payload: Buffer.from([0xfc, 0xff, 0xfe]) };

function traceTo(path: string) {
  const log: string[] = [];
  const logger = createLogger({ level: 'warn', scrubber: new Scrubber(), write: (line) => log.push(line) });
  return { trace: new FrameTrace(logger, path), log };
}

test('a trace is its owner’s alone', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'trace');
  const { trace } = traceTo(path);
  trace.write('radio', frame);
  await trace.close();
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ broadcast: 'radio', sequence: 1 });
  expect(lstatSync(path).mode & 0o077).toBe(0);
});

test('it goes through no link and into no pipe; the log says so once, and nothing waits', async () => {
  using folder = temporaryFolder();
  const outside = join(folder.path, 'outside');
  writeFileSync(outside, 'theirs');
  symlinkSync(outside, join(folder.path, 'link'));
  spawnSync('mkfifo', [join(folder.path, 'pipe')]);
  for (const name of ['link', 'pipe']) {
    const { trace, log } = traceTo(join(folder.path, name));
    for (let times = 0; times < 3; times++) trace.write('radio', frame);
    await trace.close();
    expect(log).toHaveLength(1);
    expect(log[0]).toContain('frame trace can’t be written');
  }
  expect(readFileSync(outside, 'utf8')).toBe('theirs');
});
