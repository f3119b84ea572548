import { describe, expect, test } from 'vitest';
import { formsOf } from '#commands/definition.ts';
import { commands } from '#commands/index.ts';
import { hubSources } from '../architecture/tree.ts';

const descriptionMax = 60;

/** The first words of descriptions: each says what the command does. */
const verbs = new Set(
  (
    'Add Allow Bring Cancel Change Check Choose Connect Disconnect End Find Give Hold Keep Leave Let List Make Mark Name ' +
    'Pause Plan Play Post Preview Publish Put Record Remove Say See Send Set Show Skip Start Stop Take Try'
  ).split(' '),
);

/** Words of the inside, each with the one that people read. They stay in names and in docs for hosts. */
const inside: readonly (readonly [RegExp, string])[] = [
  [/\bartifacts?\b/i, 'file'],
  [/\bdeliver(?:y|ies)\b/i, 'post, or what was sent where'],
  [/\bpublications?\b/i, 'post'],
  [/\btargets?\b/i, 'place'],
  [/\bsubscribers?\b/i, 'who listens'],
  [/\b(?:nodes?|libp2p|multiaddrs?)\b/i, 'connected, connection'],
  [/\bpeers?\b/i, 'community, neighbour'],
  [/\brelay(?:s|ed)?\b/i, 'plays here'],
  // As a verb it is everybody’s: “your channel is broadcast”.
  [/\b(?:an?|the|our|each|next|one|own|of|which) broadcasts?\b|’s broadcast\b|\bbroadcasts\b/i, 'programme'],
  [/\benqueued?\b/i, 'made, queued'],
];

function insideWords(text: string): string[] {
  // What is typed or shown as code keeps its name.
  const own = text.replace(/`[^`]*`|\/[a-z]+(?: [a-z]+)*|“[^”]*”|\b[a-z]+[.-][a-z]+\b/g, '');
  return inside.flatMap(([pattern, instead]) => {
    const [found] = pattern.exec(own) ?? [];
    return found === undefined ? [] : [`“${text}” says ${found}: say ${instead}`];
  });
}

const described = commands.flatMap(({ definition }) => [
  { line: `/${definition.name}`, description: definition.description },
  ...(definition.options ?? []).flatMap((option) =>
    'options' in option
      ? [{ line: `/${definition.name} ${option.name}`, description: option.description }]
      : [],
  ),
  ...formsOf(definition).map(({ words, description }) => ({
    line: `/${definition.name} ${words}`,
    description,
  })),
]);

describe('descriptions of commands', () => {
  test.each(described)('$line', ({ description }) => {
    expect(description.length).toBeLessThanOrEqual(descriptionMax);
    expect(verbs).toContain(description.split(/[ ,;:]/)[0]);
    expect(insideWords(description)).toEqual([]);
  });

  test('options use the same words', () => {
    const texts = commands.flatMap(({ definition }) =>
      formsOf(definition).flatMap(({ options }) =>
        options.flatMap((option) => [
          option.description,
          ...('choices' in option && option.choices ? option.choices.map(({ name }) => name) : []),
        ]),
      ),
    );
    expect(texts.length).toBeGreaterThan(150);
    expect([...new Set(texts.flatMap(insideWords))]).toEqual([]);
  });
});

describe('what views say', () => {
  /** Views of the long way, which keeps its words, and of places, whose names are their own. */
  const longWay =
    /^commands\/(?:node|relay|broadcast|deliveries|doctor)\/|^commands\/(?:access\/home|publish\/|alerts\/|archive\/)|^commands\/publishing-suggestions/;
  const views = hubSources().filter(({ path }) => /^commands\/.*view\.ts$/.test(path) && !longWay.test(path));

  test('has no words of the inside', () => {
    expect(views.length).toBeGreaterThan(10);
    expect(views.flatMap(({ text }) => sentencesIn(text).flatMap(insideWords))).toEqual([]);
  });

  test('nothing is disabled: it is left out instead, as screen readers say nothing about it', () => {
    const disabled = hubSources().filter(
      ({ path, text }) => /^commands\//.test(path) && /\bdisabled:/.test(text),
    );
    expect(disabled.map(({ path }) => path)).toEqual([]);
  });

  test('an emoji never stands alone: a word says the same', () => {
    const label = /\blabel: '([^']*)'/g;
    const bare = hubSources()
      .filter(({ path }) => /^commands\//.test(path))
      .flatMap(({ path, text }) =>
        [...text.matchAll(label)].flatMap(([, words = '']) =>
          /\p{L}/u.test(words) ? [] : [`${path}: ${words}`],
        ),
      );
    expect(bare).toEqual([]);
  });

  test.each([
    ['Keep an artifact', 1],
    ['See `/node status`, or /relay stop', 0],
    ['What is waiting for one target', 1],
  ])('the rule itself: %s', (text, count) => expect(insideWords(text)).toHaveLength(count));
});

/** Literals that are sentences or parts of them; names of controls and the like have no space. */
function sentencesIn(source: string): string[] {
  const literals = source.match(/'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g) ?? [];
  return literals
    .map((literal) => literal.slice(1, -1).replace(/\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, ' '))
    .filter((text) => /\p{L} \p{L}/u.test(text));
}
