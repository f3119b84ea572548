import { describe, expect, test } from 'vitest';
import { faultSentence, readInput } from '#contracts/input-words.ts';
import type { PublisherDeclaration } from '#contracts/publisher-declaration.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { plugins } from '#plugins/index.ts';
import { parsedOptions } from '#publishing/targets/options-check.ts';
import { actionSpecs } from './action-specs.ts';
import { oddities } from './plain-sentences.ts';
import { wrongInputs } from './wrong-inputs.ts';

function odd(sentences: readonly string[]): string[] {
  return [...new Set(sentences)].flatMap((sentence) =>
    oddities(sentence).map((oddity) => `${sentence} — ${oddity}`),
  );
}

test('every action says what is wrong with its input in plain words', () => {
  expect(actionSpecs.length).toBeGreaterThan(60);
  let count = 0;
  for (const { name, input } of actionSpecs) {
    const sentences = wrongInputs(input).flatMap((wrong) => {
      const read = readInput(input, wrong);
      return 'faults' in read ? read.faults.map(faultSentence) : [];
    });
    count += sentences.length;
    expect(odd(sentences), name).toEqual([]);
  }
  expect(count).toBeGreaterThan(1_000);
});

describe.each(plugins.map((plugin) => [plugin.id, plugin] as const))('options of %s', (_, declared) => {
  test('are refused in plain words, every problem at once', () => {
    const sentences = wrongInputs(declared.describe.options).flatMap((wrong) => saidOf(declared, wrong));
    expect(sentences.length).toBeGreaterThan(3);
    expect(odd(sentences)).toEqual([]);
  });
});

function saidOf(declared: PublisherDeclaration, options: unknown): string[] {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return [];
  try {
    parsedOptions(declared, { ...options });
    return [];
  } catch (error) {
    if (!isGuildmeshError(error, 'PUBLISH_OPTIONS_INVALID')) throw error;
    return [error.message, error.next];
  }
}
