import { describe, expect, test } from 'vitest';
import type { FakePlatform } from '../compliance/fake-platform.ts';
import { refusalTests } from '../refusal-tests.ts';
import { documented as documentedTitle } from '../refusal-titles.ts';
import { type Documented, type DocumentedAnswer, meet } from './answers.ts';
import { archiveAnswers } from './answers-archive-org.ts';
import { blueskyAnswers } from './answers-bluesky.ts';
import { huggingfaceAnswers } from './answers-huggingface.ts';
import { mastodonAnswers } from './answers-mastodon.ts';
import { webhookAnswers } from './answers-webhook.ts';

const all = {
  'archive-org': archiveAnswers,
  bluesky: blueskyAnswers,
  huggingface: huggingfaceAnswers,
  mastodon: mastodonAnswers,
  webhook: webhookAnswers,
} as unknown as Record<string, Documented<FakePlatform>>;

/** Names for programs: RepoNotFound, too-many-daily-captures, invalid_request, brackets of JSON and XML. */
const schemaWord = /[a-z][A-Z]\w*Not|\b(?!Mastodon)[A-Z][a-z]+[A-Z]\w+|\w_\w|[{}<>]|\bundefined\b|\bnull\b/;
/** Options of targets, which people type as they stand, and names of people and places. */
const known = /\b(?:inlineBytesMax|textMax|mediaMax|imageBytesMax|videoBytesMax|archive_org)\b/g;

describe.each(Object.entries(all))('%s', (id, documented) => {
  test('asks what its list says, and each operation of the list', async () => {
    const asked = new Set<string>();
    for (const options of documented.targets) {
      const { fate, problems, seen } = await meet(documented, { at: '', options });
      expect({ options, state: fate.state, reason: fate.reason, problems }).toEqual({
        ...{ options, state: 'done', reason: '', problems: [] },
      });
      for (const { operation } of seen) asked.add(operation);
    }
    for (const row of documented.answers.filter(({ state }) => state))
      for (const { operation } of (await meet(documented, row)).seen) asked.add(operation);
    expect([...asked].sort()).toEqual([...documented.operations].sort());
  });

  test('each answer stands once, names where it is documented, and a row of the README or a reason', () => {
    const { answers, operations } = documented;
    const rows = Object.keys(refusalTests[id] ?? {});
    const names = answers.map(({ at, says }) => `${at}: ${says}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    for (const { account, at, says, source } of answers) {
      expect(operations).toContain(at);
      expect(says).toMatch(/^\d{3} \S/);
      expect(source).toMatch(/^(?:https:\/\/|[\w.-]+\/[\w.-]+ )\S+/);
      if ('row' in account) expect(rows).toContain(account.row);
      else expect(account).toMatchObject({ never: expect.stringMatching(/^[a-z].{15,}/) });
    }
    const shown = new Set(answers.flatMap(({ account }) => ('row' in account ? [account.row] : [])));
    const owed = rows.filter((row) => refusalTests[id]?.[row]?.includes(documentedTitle));
    expect(owed.filter((row) => !shown.has(row))).toEqual([]);
  });

  test.each(documented.answers.map((row) => [`${row.says} at ${row.at}`, row] as const))(
    'means what it says, in words for people: %s',
    async (_, row: DocumentedAnswer<FakePlatform>) => {
      const { fate, problems, seen } = await meet(documented, row);
      const [, status = '', words = ''] = /^(\d+) (.*)$/.exec(row.says) ?? [];
      const there = seen.filter(({ operation }) => operation === row.at);
      const said = there.filter(({ answer }) => answer.status === Number(status));
      expect(said, `${row.at} answered ${JSON.stringify(there)}`).not.toEqual([]);
      if (row.state) expect(JSON.stringify(said)).toContain(words);
      expect({ state: fate.state, reason: fate.reason }).toMatchObject({
        state: row.fate,
        reason: expect.stringMatching(row.reads ?? /^/),
      });
      if (row.verify) expect(problems.join(' ')).toMatch(row.verify);
      for (const sentence of [fate.reason, ...problems])
        expect(sentence.replace(known, '')).not.toMatch(schemaWord);
    },
  );
});
