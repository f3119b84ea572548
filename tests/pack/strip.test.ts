import { describe, expect, test } from 'vitest';
import { packedDescription, strippedModule, withJavaScriptNames } from '#pack/strip.ts';

describe('a module', () => {
  test.each([
    ["import { a } from './a.ts';", "import { a } from './a.js';"],
    ["import {\n  a,\n  b,\n} from '../b/a.ts';", "import {\n  a,\n  b,\n} from '../b/a.js';"],
    ["import './a.ts';", "import './a.js';"],
    ["export { a } from './a.ts';", "export { a } from './a.js';"],
    ["await import('./a.ts');", "await import('./a.js');"],
    ["new URL('./a.ts', import.meta.url);", "new URL('./a.js', import.meta.url);"],
    ["import a from 'pkg/a.ts';", "import a from 'pkg/a.ts';"],
    ["import a from './a.json';", "import a from './a.json';"],
    ["const name = './a.ts';", "const name = './a.ts';"],
  ])('%s', (text, named) => {
    expect(withJavaScriptNames(text)).toBe(named);
    expect(strippedModule(text).trim()).toBe(named);
  });

  test('has no types, and each line where it was', () => {
    const text = "import type { A } from './a.ts';\nexport const one: number = 1 as A;\n";
    const stripped = strippedModule(text);
    expect(stripped.split('\n')).toHaveLength(3);
    expect(stripped.replace(/ +/g, ' ').trim()).toBe('export const one = 1 ;');
  });
});

test('a description loses what is for development, and exports get their types', () => {
  const description = {
    name: 'a',
    scripts: { test: 'x' },
    dependencies: { b: '1.0.0' },
    devDependencies: { c: '1.0.0' },
    exports: { '.': './src/a.ts', './parts/*': './src/parts/*.ts', './style': './a.css' },
  };
  expect(packedDescription(description)).toEqual({
    name: 'a',
    dependencies: { b: '1.0.0' },
    files: ['**'],
    exports: {
      '.': { types: './src/a.d.ts', default: './src/a.js' },
      './parts/*': { types: './src/parts/*.d.ts', default: './src/parts/*.js' },
      './style': './a.css',
    },
  });
});
