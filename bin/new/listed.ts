import { type Line, Refusal } from './kind.ts';

/** The text of the list with one more import and entry. Throws a Refusal where the list doesn't look as expected. */
export function listed(text: string, line: Line): string {
  const { identifier, path } = line;
  if (new RegExp(`^(?:import .*\\b|export const )${identifier}\\b`, 'm').test(text))
    throw new Refusal(`${path} has the name “${identifier}” already: choose another.`);
  return withEntry(withImport(text, line), line);
}

/** Before the first import that the formatter puts after it, otherwise at the end. */
function withImport(text: string, { path, specifier, identifier }: Line): string {
  const imports = [...text.matchAll(/^import .* from '([^']+)';\n/gm)];
  const last = imports.at(-1);
  const written = `import { ${identifier} } from '${specifier}';\n`;
  if (!last) throw new Refusal(`${path} has no import to stand beside: add “${written.trim()}” by hand.`);
  const next = imports.find(([, other = '']) => sortKey(other) > sortKey(specifier));
  const at = next ? next.index : last.index + last[0].length;
  return text.slice(0, at) + written + text.slice(at);
}

function withEntry(text: string, { path, identifier, entry = identifier, place }: Line): string {
  const entries = [...text.matchAll(/^( {2,4})(\w+)(?:: .+)?,\n/gm)];
  const next =
    place === 'sorted'
      ? entries.find(([, , other = '']) => other.toLowerCase() > entry.toLowerCase())
      : entries.find(([, , other]) => other === place.before);
  const last = entries.at(-1);
  if (!last || (!next && place !== 'sorted')) {
    const wanted = place === 'sorted' ? 'list with one entry a line' : `line “${place.before},” in its list`;
    throw new Refusal(`${path} has no ${wanted}: put it back, or add “${entry}” by hand.`);
  }
  const at = next ? next.index : last.index + last[0].length;
  return `${text.slice(0, at)}${last[1]}${entry},\n${text.slice(at)}`;
}

/** Packages, aliases, other folders, this one: each by name. */
function sortKey(specifier: string): string {
  const distance = ['#', '../', './'].findIndex((start) => specifier.startsWith(start));
  return `${distance + 1}${specifier}`;
}
