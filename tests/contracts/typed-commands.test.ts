import { describe, expect, test } from 'vitest';
import { commandErrors } from '#commands/errors.ts';
import { sourceFile } from '../architecture/scan.ts';
import { hubSources } from '../architecture/tree.ts';
import {
  isNameless,
  mentionsIn,
  problemOf,
  unknownMentionsIn,
  unsaidIn,
  whoMayType,
} from './typed-commands.ts';

const mentions = hubSources()
  .filter(({ path }) => !path.startsWith('config/'))
  .flatMap(mentionsIn);

/** Texts that only those are shown who may type it, by what keeps them from others. */
const shownToThem: Readonly<Record<string, string>> = {
  'src/demo/demo.ts': 'what the demo and its page type themselves, as managers of both servers',
  'src/demo/page/steps.ts': 'put into the composer of the owner of North',
  'commands/access/home-view.ts': 'answers of home.*, which are operators’ alone',
  'src/access/home/errors.ts': 'errors of home.*, which are operators’ alone',
  'src/publishing/alerts/errors.ts': 'errors of alerts.*, which are managers’ alone',
  'src/access/errors.ts': 'errors of access.grant, access.revoke and audit.list, which are managers’ alone',
};

/** Files with a sentence that can't say which one is meant, and why. */
const nameless: Readonly<Record<string, string>> = {
  'plugins/github/classify.ts': 'a publisher does not know what its target is called',
  'plugins/github/client.ts': 'a publisher does not know what its target is called',
  'plugins/huggingface/classify.ts': 'a publisher does not know what its target is called',
  'plugins/huggingface/client.ts': 'a publisher does not know what its target is called',
  'src/mesh/errors.ts': 'typed in the other community, by its name for this one',
  'src/mesh/examiner.ts': 'of communities that are yet to be found, or chosen by their safety words',
  'src/publishing/connecting/errors.ts': 'a return that belongs to no link',
  'src/publishing/errors.ts': 'a link that is not known',
  'src/publishing/news/errors.ts': 'a target that is yet to be added',
  'src/publishing/outbox/errors.ts': 'shown in the panel of the publication, which names it',
};

/** The people who are asked to do it, in the same sentence. */
const asks = {
  manager: /\ba (server )?manager\b|\boperators?\b|hostWords/i,
  operator: /\boperators?\b|hostWords/i,
} as const;

describe('what people are asked to type', () => {
  test('exists, with the words and options that are named', () => {
    expect(mentions.length).toBeGreaterThan(80);
    const problems = mentions.flatMap(({ where, path, text }) => {
      const problem = problemOf(text);
      return problem ? [{ path, said: `${where}: ${problem}`, isNameless: isNameless(problem) }] : [];
    });
    const excused = problems.filter(({ path, isNameless }) => isNameless && path in nameless);
    expect([...new Set(excused.map(({ path }) => path))].sort()).toEqual(Object.keys(nameless).sort());
    const others = problems.filter((problem) => !excused.includes(problem));
    expect(others.map(({ said }) => said)).toEqual([]);
  });

  test.each([
    { what: 'pages', publisher: 'archive-org', called: 'wayback', options: 'kind=save-page' },
    { what: 'posts on X', publisher: 'x', called: 'x', options: '' },
  ])('a target for $what is added by a line that is whole', (wanted) => {
    const { next } = commandErrors.DISCORD_NO_FITTING_TARGET(wanted);
    const line = next.slice(next.indexOf('/'));
    expect(problemOf(line)).toBeUndefined();
    expect(unsaidIn(line)).toEqual([]);
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
    ["'Use /consent in the server.'", '/consent alone can’t be typed'],
    ["'Choose Retry in /deliveries.'", '/deliveries alone can’t be typed'],
    ["'Type /play to go on.'", undefined],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text that is judged
    ['`/relay start broadcast:${id}@${name}`', undefined],
    ['`/help command:relay` shows it', undefined],
    ["'A manager gives it with /publish connect.'", '/publish connect can’t be typed without target'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text that is judged
    ['`A manager gives it with /publish connect target:${a}.`', undefined],
  ])('a planted one is judged: %s', (literal, problem) => {
    const [found] = mentionsIn(sourceFile('src/a.ts', `const text = ${literal};`));
    expect(problemOf(found?.text ?? '')).toBe(problem);
  });

  test('exists where it can be clicked, word for word', () => {
    expect(hubSources().flatMap(unknownMentionsIn)).toEqual([]);
    const planted = sourceFile('src/a.ts', "a.mention('node start');\nb.mention('node begin');");
    expect(unknownMentionsIn(planted)).toEqual(['src/a.ts:2: node begin']);
  });

  test('comments, paths and addresses are none', () => {
    const text = "// Run /node begin.\n/** Run /node begin. */\nconst a = 'https://a.example/node/begin';";
    expect(mentionsIn(sourceFile('src/a.ts', text))).toEqual([]);
  });
});
