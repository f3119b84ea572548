/** Finds what texts of the hub ask people to type, and what the command line that is meant asks for. */
import { readFileSync } from 'node:fs';
import { formsOf } from '#commands/definition.ts';
import { commands } from '#commands/index.ts';
import { lineAt, type SourceFile } from '../architecture/scan.ts';

type Who = 'everyone' | 'member' | 'dj' | 'publisher' | 'manager' | 'operator';

export interface Mention {
  /** "src/mesh/errors.ts:8" */
  where: string;
  path: string;
  /** From the command on, as far as its literal goes. */
  text: string;
  /** The line of source: who is asked may stand in another part of it. */
  sentence: string;
}

interface Form {
  /** "node start", "help" */
  line: string;
  options: readonly string[];
  required: readonly string[];
  who: Who;
}

/** A sentence about one of these is about a certain one; what it is called need not be guessed. */
const knownToUs = new Set(['target', 'delivery', 'publication', 'community']);

const documented = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');
const whoByUsage = new Map(
  [...documented.matchAll(/^\| `\/?([^`]+)` \| (\w+) \|/gm)].map(([, usage = '', who]) => [
    usage,
    who as Who,
  ]),
);
const forms: readonly Form[] = commands.flatMap(({ definition }) =>
  formsOf(definition).map(({ words, options }) => {
    const line = [definition.name, words].filter(Boolean).join(' ');
    const usage = [line, ...options.map(({ name, required }) => (required ? name : `[${name}]`))].join(' ');
    const who = whoByUsage.get(usage);
    if (!who) throw new Error(`docs/commands.md doesn’t say who may use /${usage}`);
    const required = options.flatMap(({ name, required }) => (required ? [name] : []));
    return { line, options: options.map(({ name }) => name), required, who };
  }),
);
const names = [...new Set(forms.map(({ line }) => line.split(' ')[0] ?? ''))];
const slash = new RegExp(`(?<![\\w./@:])/(?:${names.join('|')})(?![\\w/(-]|\\.\\w)`, 'g');

/** In literals alone: comments and regular expressions tell nobody anything. */
export function mentionsIn({ path, text, code }: SourceFile): Mention[] {
  return [...text.matchAll(slash)].flatMap(({ index }) => {
    const before = code.slice(0, index).trimEnd().at(-1);
    const line = text.slice(text.lastIndexOf('\n', index) + 1, index);
    if (/^\s*(\*|\/[/*])/.test(line)) return [];
    if (code[index] !== ' ' || !before || !`'"\`}`.includes(before)) return [];
    const end = code.slice(index).search(/\S/);
    const lines = text.split('\n');
    const at = lineAt(text, index);
    const said = end < 0 ? '' : text.slice(index, index + end);
    const rest = code.slice(index + end).startsWith('${') ? `${said}x` : said;
    return [
      {
        where: `${path}:${at}`,
        path,
        text: rest,
        sentence: lines[at - 1] ?? '',
      },
    ];
  });
}

/** The same in a finished sentence: from each command on, as far as the next. */
export function mentionsInText(text: string): string[] {
  const starts = [...text.matchAll(slash)].map(({ index }) => index);
  return starts.map((start, index) => text.slice(start, starts[index + 1]));
}

/** What `mention('…')` names that is no command; with its place. */
export function unknownMentionsIn({ path, text }: SourceFile): string[] {
  return [...text.matchAll(/\bmention\('([^']*)'\)/g)].flatMap(({ index, 1: words = '' }) =>
    forms.some(({ line }) => line === words) ? [] : [`${path}:${lineAt(text, index)}: ${words}`],
  );
}

/** Required options that a mention doesn't give. */
export function unsaidIn(mention: string): string[] {
  const { form, rest } = read(mention);
  return form?.required.filter((option) => !rest.includes(` ${option}:`)) ?? [];
}

/** Whether the problem is a sentence about a certain one that doesn’t say which. */
export function isNameless(problem: string): boolean {
  return problem.includes('can’t be typed without');
}

/** What can't be typed as it stands; undefined: it can. */
export function problemOf(mention: string): string | undefined {
  const { form, rest, name } = read(mention);
  const line = rest.split(' /')[0] ?? '';
  const options = [...(line.match(/^[^.;!?`“”]*/)?.[0] ?? '').matchAll(/(?:^|\s)([a-z][a-z-]*):(?=\S)/g)].map(
    ([, option = '']) => option,
  );
  if (form) {
    const unknown = options.filter((option) => !form.options.includes(option));
    if (unknown.length > 0) return `/${form.line} has no ${unknown.join(', ')}`;
    const unsaid = form.required.filter((option) => knownToUs.has(option) && !options.includes(option));
    return unsaid.length > 0 ? `/${form.line} can’t be typed without ${unsaid.join(', ')}` : undefined;
  }
  const [, next = ''] = /^ ([a-z]+)/.exec(rest) ?? [];
  if (options.length > 0) return `/${name} needs more words before ${options.join(', ')}`;
  // As in “/deliveries” or “use /consent in the server”: it has only subcommands.
  if (rest.startsWith('`') || next === '' || prose.has(next)) return `/${name} alone can’t be typed`;
  return `/${name} ${next} does not exist`;
}

/** Undefined: of a command as a whole, which anybody may begin to type. */
export function whoMayType(mention: string): Who | undefined {
  return read(mention).form?.who;
}

/** For an entry in the menu of a message. */
export function whoMayChoose(entry: string): Who | undefined {
  return whoByUsage.get(entry);
}

/** Words that follow the name of a command in a sentence. */
const prose = new Set([
  'in',
  'for',
  'with',
  'once',
  'and',
  'or',
  'when',
  'of',
  'here',
  'there',
  'takes',
  'to',
  'without',
]);

function read(mention: string): { form: Form | undefined; rest: string; name: string } {
  const typed = mention.slice(1);
  const form = forms
    .filter(({ line }) => typed.startsWith(line) && !/^[\w-]/.test(typed.slice(line.length)))
    .sort((one, other) => other.line.length - one.line.length)[0];
  const name = /^[a-z]+/.exec(typed)?.[0] ?? '';
  return { form, name, rest: typed.slice(form ? form.line.length : name.length) };
}
