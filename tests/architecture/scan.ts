/**
 * Reads TypeScript just well enough for the rules: what is code and what is text or comment, and what is imported.
 * Positions are kept, so that a hit can be named by its line.
 */
export interface SourceFile {
  /** From the repository's root. */
  path: string;
  text: string;
  /** `text` with comments and the insides of strings, templates and regular expressions blanked. */
  code: string;
  imports: ImportStatement[];
  /** Where comments stand in `text`, their marks included. */
  comments: readonly Span[];
}

export interface Span {
  start: number;
  end: number;
}

export interface ImportStatement {
  specifier: string;
  line: number;
}

export function sourceFile(path: string, text: string): SourceFile {
  const { code, comments } = blankText(text);
  return { path, text, code, imports: importsOf(text, code), comments };
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** `import … from '…'`, `export … from '…'`, `import '…'`, `import('…')`, `new URL('./worker.ts', import.meta.url)`. */
const importForms = [
  /\b(?:import|export)\b[^'"`;]*?\bfrom\s*(?=['"])/g,
  /\bimport\s*\(?\s*(?=['"])/g,
  /\bnew URL\(\s*(?=['"][^'"]*['"],\s*import\.meta\.url)/g,
];

function importsOf(text: string, code: string): ImportStatement[] {
  return importForms.flatMap((form) =>
    [...code.matchAll(form)].flatMap((match) => {
      const quoteAt = match.index + match[0].length;
      const specifier = text.slice(quoteAt + 1, code.indexOf(code[quoteAt] as string, quoteAt + 1));
      return [{ specifier, line: lineAt(text, match.index) }];
    }),
  );
}

/** A slash after one of these begins a regular expression; after anything else it divides. */
const beforeRegExp = /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|do|else|void))\s*$/;

function blankText(text: string): Pick<SourceFile, 'code' | 'comments'> {
  let code = '';
  const comments: Span[] = [];
  /** Brace depth of each template substitution being read. */
  const substitutions: number[] = [];
  const blank = (end: number) => {
    code += text.slice(code.length, end).replace(/[^\n]/g, ' ');
  };
  const comment = (end: number) => {
    comments.push({ start: code.length, end });
    blank(end);
  };
  const copy = (count = 1) => {
    code += text.slice(code.length, code.length + count);
  };

  while (code.length < text.length) {
    const at = code.length;
    const two = text.slice(at, at + 2);
    const one = text[at] as string;
    if (two === '//') comment(endOf(text, '\n', at));
    else if (two === '/*') comment(endOf(text, '*/', at) + 2);
    else if (one === "'" || one === '"') {
      copy();
      blank(endOfString(text, one, at + 1));
      copy();
    } else if (one === '`' || (one === '}' && substitutions.at(-1) === 0)) {
      if (one === '}') substitutions.pop();
      copy();
      const { end, substitution } = endOfTemplate(text, at + 1);
      blank(end);
      copy(substitution ? 2 : 1);
      if (substitution) substitutions.push(0);
    } else if (one === '/' && beforeRegExp.test(code.slice(-40))) {
      copy();
      blank(endOfRegExp(text, at + 1));
      copy();
    } else {
      const depth = substitutions.pop();
      if (depth !== undefined) substitutions.push(depth + (one === '{' ? 1 : one === '}' ? -1 : 0));
      copy();
    }
  }
  return { code, comments };
}

function endOf(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end === -1 ? text.length : end;
}

function endOfString(text: string, quote: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== quote && text[at] !== '\n') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at, text.length);
}

function endOfTemplate(text: string, from: number): { end: number; substitution: boolean } {
  let at = from;
  while (at < text.length) {
    if (text[at] === '`') return { end: at, substitution: false };
    if (text.startsWith('${', at)) return { end: at, substitution: true };
    at += text[at] === '\\' ? 2 : 1;
  }
  return { end: text.length, substitution: false };
}

function endOfRegExp(text: string, from: number): number {
  let at = from;
  let inClass = false;
  while (at < text.length && text[at] !== '\n' && (inClass || text[at] !== '/')) {
    if (text[at] === '[') inClass = true;
    if (text[at] === ']') inClass = false;
    at += text[at] === '\\' ? 2 : 1;
  }
  return Math.min(at, text.length);
}
