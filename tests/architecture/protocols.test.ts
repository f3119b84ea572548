import { describe, expect, test } from 'vitest';
import { neighbourlyProtocols } from './protocols.ts';
import { sourceFile } from './scan.ts';
import { hubSources } from './tree.ts';

describe('protocols do not know each other, and what they share knows none of them', () => {
  test('in every source', () => {
    expect(neighbourlyProtocols(hubSources())).toEqual([]);
  });

  test.each([
    ['src/mesh/protocols/wire/a.ts', '../audio/records.ts'],
    ['src/mesh/protocols/wire/deep/a.ts', '#mesh/protocols/audio/records.ts'],
    ['src/mesh/protocols/feed/a.ts', '../audio/limits.ts'],
  ])('a planted offender is caught: %s imports %s', (path, specifier) => {
    expect(neighbourlyProtocols([sourceFile(path, `import { a } from '${specifier}';`)])).toHaveLength(1);
  });

  test.each([
    ['src/mesh/protocols/audio/a.ts', '../wire/record-codec.ts'],
    ['src/mesh/protocols/audio/a.ts', './limits.ts'],
    ['src/mesh/protocols/audio/a.ts', '../../errors.ts'],
    ['src/mesh/protocols/index.ts', './audio/protocol.ts'],
  ])('a right one is let through: %s imports %s', (path, specifier) => {
    expect(neighbourlyProtocols([sourceFile(path, `import { a } from '${specifier}';`)])).toEqual([]);
  });
});
