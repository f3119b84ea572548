import { describe, expect, test } from 'vitest';
import { sourceFile } from '../architecture/scan.ts';
import { hubSources } from '../architecture/tree.ts';
import { mentionsIn, problemOf, whoMayType } from './typed-commands.ts';

const mentions = hubSources()
  .filter(({ path }) => !path.startsWith('config/'))
  .flatMap(mentionsIn);

/** Texts that only those are shown who may type it, by what keeps them from others. */
const shownToThem: Readonly<Record<string, string>> = {
  'src/demo/demo.ts': 'what the demo and its page type themselves, as managers of both servers',
  'src/demo/north-and-south.ts': 'hints of the demo’s page, on which one is a manager of both servers',
  'commands/access/home-view.ts': 'answers of home.*, which are operators’ alone',
  'src/access/home/errors.ts': 'errors of home.*, which are operators’ alone',
  'src/publishing/alerts/errors.ts': 'errors of alerts.*, which are managers’ alone',
  'src/access/errors.ts': 'errors of access.grant, access.revoke and audit.list, which are managers’ alone',
};

/** The people who are asked to do it, in the same sentence. */
const asks = {
  manager: /\ba (server )?manager\b|\boperators?\b|hostWords/i,
  operator: /\boperators?\b|hostWords/i,
} as const;

describe('what people are asked to type', () => {
  test('exists, with the words and options that are named', () => {
    expect(mentions.length).toBeGreaterThan(80);
    const problems = mentions.flatMap(({ where, text }) => {
      const problem = problemOf(text);
      return problem ? [`${where}: ${problem}`] : [];
    });
    expect(problems).toEqual([]);
  });

  test('is theirs to type, or the sentence says whose it is', () => {
    const wrong = mentions.filter(({ path, sentence, text }) => {
      const who = whoMayType(text);
      if (who !== 'manager' && who !== 'operator') return false;
      return !asks[who].test(sentence) && shownToThem[path] === undefined;
    });
    for (const path of Object.keys(shownToThem))
      expect(mentions.some((each) => each.path === path)).toBe(true);
    expect(wrong.map(({ where, text }) => `${where}: ${text.split('\n')[0]}`)).toEqual([]);
  });

  test.each([
    ["'Run /node begin first.'", '/node begin does not exist'],
    ["'Run /relay start broadcaster:x.'", '/relay start has no broadcaster'],
    ["'`/publish target ad`'", '/publish target does not exist'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text that is judged
    ['`Run /node trust communities:${a}`', '/node trust has no communities'],
    ["'Use /consent in the server.'", undefined],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text that is judged
    ['`/relay start broadcast:${id}@${name}`', undefined],
    ['`/help command:relay` shows it', undefined],
  ])('a planted one is judged: %s', (literal, problem) => {
    const [found] = mentionsIn(sourceFile('src/a.ts', `const text = ${literal};`));
    expect(problemOf(found?.text ?? '')).toBe(problem);
  });

  test('comments, paths and addresses are none', () => {
    const text = "// Run /node begin.\n/** Run /node begin. */\nconst a = 'https://a.example/node/begin';";
    expect(mentionsIn(sourceFile('src/a.ts', text))).toEqual([]);
  });
});
