import { describe, expect, test } from 'vitest';
import { sourceFile } from './scan.ts';
import { hubSources } from './tree.ts';

describe('imports', () => {
  test.each([
    ["import { a } from './a.ts';", ['./a.ts']],
    ["import type { A } from '#core/a.ts';", ['#core/a.ts']],
    ["import {\n  a,\n  type B,\n} from 'b';", ['b']],
    ["export { a } from './a.ts';", ['./a.ts']],
    ["import './effect.ts';", ['./effect.ts']],
    ["const { a } = await import('./late.ts');", ['./late.ts']],
    ["new Worker(new URL('./worker.ts', import.meta.url));", ['./worker.ts']],
    ["// import './comment.ts'\n/* import './block.ts' */", []],
    ['const text = "import \'./text.ts\'";', []],
    ["const q = /['\"]/; import './after-regexp.ts';", ['./after-regexp.ts']],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
    ["const t = `it's ${f({ a: '}' })} import './no.ts'`; import './yes.ts';", ['./yes.ts']],
    ["const half = a / b; import './x.ts'; const c = d / e;", ['./x.ts']],
  ])('%j', (text, specifiers) => {
    expect(sourceFile('a.ts', text).imports.map(({ specifier }) => specifier)).toEqual(specifiers);
  });

  test('are named by line', () => {
    expect(sourceFile('a.ts', "\n\nimport 'x';").imports).toEqual([{ specifier: 'x', line: 3 }]);
  });
});

test('the code of every source has its braces in balance once text and comments are out', () => {
  const files = hubSources();
  expect(files.length).toBeGreaterThan(50);
  for (const { path, code, text } of files) {
    expect(code.length, path).toBe(text.length);
    for (const [open, close] of ['{}', '()', '[]'])
      expect(code.split(open as string).length, `${path} ${open}`).toBe(code.split(close as string).length);
  }
});
