import { spawnSync } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readKeyFile } from '#publishing/credentials/operator-key.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('a key file is a regular file of its owner alone, and short', () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'vault.key');
  expect(readKeyFile(path)).toBeUndefined();
  writeFileSync(path, `${'ab'.repeat(32)}\n`, { mode: 0o600 });
  expect(readKeyFile(path)).toEqual({ bytes: Buffer.alloc(32, 0xab) });
  symlinkSync(path, join(folder.path, 'link'));
  expect(readKeyFile(join(folder.path, 'link'))).toEqual({ why: expect.stringContaining('is a link') });
  spawnSync('mkfifo', ['-m', '600', join(folder.path, 'pipe')]);
  expect(readKeyFile(join(folder.path, 'pipe'))).toEqual({ why: expect.stringContaining('no regular file') });
  writeFileSync(join(folder.path, 'long'), 'a'.repeat(1_000_000), { mode: 0o600 });
  expect(readKeyFile(join(folder.path, 'long'))).toEqual({ why: expect.stringContaining('is not 32 bytes') });
  chmodSync(path, 0o640);
  expect(readKeyFile(path)).toEqual({ why: expect.stringContaining('can be read by others') });
});
