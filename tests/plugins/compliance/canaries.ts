import { inspect } from 'node:util';
import { Scrubber } from '#core/scrubber.ts';

const canaryCountMin = 12;

export interface Canaries {
  /** By credential name; those no publisher asks for are there to be found if one hands on too much. */
  values: Record<string, string>;
  /** What must not show anywhere. */
  texts: string[];
}

export function canaries(names: readonly string[], given: Readonly<Record<string, string>> = {}): Canaries {
  const all = [...names];
  while (all.length < canaryCountMin) all.push(`canary-${all.length}`);
  const values = Object.fromEntries(all.map((name, index) => [name, given[name] ?? canary(name, index)]));
  // For a key in PEM, each line.
  const texts = Object.values(values).flatMap((value) =>
    value.split('\n').filter((line) => line.length > 12),
  );
  return { values, texts };
}

/** Which canaries show in what would be shown, in any spelling. */
export function spellingsIn(shown: readonly unknown[], { texts }: Canaries): string[] {
  const all = shown.map((value) => `${inspect(value, { depth: 12 })} ${JSON.stringify(value)}`).join('\n');
  return texts.filter((text) => {
    const scrubber = new Scrubber();
    scrubber.add(text);
    return scrubber.scrub(all) !== all;
  });
}

function canary(name: string, index: number): string {
  return `canary${index}-${name}-x7Qz${'k'.repeat(8)}${index}`;
}
