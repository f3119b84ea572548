/** From the TypeScript that runs here to the JavaScript of a package: Node strips no types inside node_modules. */
import { stripTypeScriptTypes } from 'node:module';

/** Types become blanks, so that lines and columns stay, and our own files get JavaScript names. */
export function strippedModule(text: string): string {
  return withJavaScriptNames(stripTypeScriptTypes(text, { mode: 'strip' }));
}

const importForms = [
  /(?<=\bfrom\s*)(['"])(\.[^'"\n]*)\.ts\1/g,
  /(?<=\bimport\s*\(?\s*)(['"])(\.[^'"\n]*)\.ts\1/g,
  /(?<=\bnew URL\(\s*)(['"])(\.[^'"\n]*)\.ts\1(?=\s*,\s*import\.meta\.url)/g,
];

/** `./a.ts` in imports and in the addresses of workers becomes `./a.js`; also in declarations. */
export function withJavaScriptNames(text: string): string {
  return importForms.reduce((named, form) => named.replace(form, '$1$2.js$1'), text);
}

export interface PackageFile {
  exports?: Record<string, string | { types: string; default: string }>;
  [field: string]: unknown;
}

/**
 * The package's own package.json for the packed form: no scripts, nothing for development, exports with their types.
 */
export function packedDescription({ exports = {}, ...description }: PackageFile): PackageFile {
  const kept = Object.entries(description).filter(
    ([field]) => !['devDependencies', 'scripts'].includes(field),
  );
  const packed = Object.entries(exports).map(([subpath, target]) => [subpath, packedTarget(target)]);
  return { ...Object.fromEntries(kept), exports: Object.fromEntries(packed), files: ['**'] };
}

function packedTarget<Target>(target: Target): Target | { types: string; default: string } {
  const stem = typeof target === 'string' ? /^(.*)\.ts$/.exec(target)?.[1] : undefined;
  return stem === undefined ? target : { types: `${stem}.d.ts`, default: `${stem}.js` };
}
