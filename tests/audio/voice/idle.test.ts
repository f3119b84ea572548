import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('loads no voice library on the main thread', async () => {
  const source = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
    await import('./src/audio/voice/voice-engine.ts');
    console.log(JSON.stringify(loaded));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source]);
  const loaded = JSON.parse(stdout) as string[];
  expect(loaded.some((url) => url.endsWith('src/audio/voice/voice-engine.ts'))).toBe(true);
  expect(loaded.filter((url) => /discordjs|davey|worker\/main/.test(url))).toEqual([]);
});
