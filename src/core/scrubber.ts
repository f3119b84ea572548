import { type Hit, Needles, needleLengthMin } from './needles.ts';
import { redact } from './redact.ts';
import { partsOf, spellingsOf } from './secret-forms.ts';
import { isUnmistakable } from './unmistakable.ts';

export type { Hit } from './needles.ts';
/** Shorter values would black out ordinary words. */
export const secretLengthMin = needleLengthMin;
const mask = '[secret]';

/**
 * Knows the secret values of this process, and their owners: the operator, or the guild that typed them. Log and audit,
 * which only operators read, are checked against all secrets; what a guild is shown or sends, only against its own and
 * the operator's. So nobody can find out by trying whether a word is somebody else's credential, or block somebody
 * else's words by making them a credential.
 */
export class Scrubber {
  readonly #needles = new Needles<Owners>();
  /** By owner: secrets that hold posts back. */
  readonly #telling = new Map<Owner, { count: number; lengthMax: number }>();

  /** Without a guild, the operator owns it. */
  add(value: string, guildId?: string): void {
    const owner = guildId ?? operator;
    // Operators are trusted not to make an ordinary word a secret.
    const wholeTells = owner === operator ? () => true : isUnmistakable;
    for (const whole of [value, value.trim()]) this.#learn(whole, owner, wholeTells(whole));
    for (const part of partsOf(value)) this.#learn(part, owner, isUnmistakable(part));
  }

  /** For log and audit, which only operators read. */
  scrub(text: string): string {
    return masked(text, this.find(text));
  }

  /** `scrub` for each text in a value; see `redact`. */
  redact(value: unknown): unknown {
    return redact(value, (text) => this.scrub(text));
  }

  /** Positions of known values, in order; a hit that overlaps the one before only widens it. */
  find(text: string): Hit[] {
    return this.#find(text, () => true);
  }

  /** For texts that this guild is shown or sends. */
  of(guildId: string): GuildScrubber {
    const known = (text: string) => this.#find(text, (owners) => owners.has(operator) || owners.has(guildId));
    const telling = (text: string) =>
      this.#find(text, (owners) => owners.get(operator) || owners.get(guildId) || false);
    const owners: readonly Owner[] = [operator, guildId];
    const extents = () => owners.map((owner) => this.#telling.get(owner) ?? nothing);
    const scrub = (text: string) => masked(text, known(text));
    return {
      scrub,
      redact: (value) => redact(value, scrub),
      find: telling,
      scrubTelling: (text) => masked(text, telling(text)),
      get spellingCount() {
        return extents().reduce((sum, { count }) => sum + count, 0);
      },
      get spellingLengthMax() {
        return Math.max(...extents().map(({ lengthMax }) => lengthMax));
      },
    };
  }

  #learn(value: string, owner: Owner, tells: boolean): void {
    if (value.length < secretLengthMin) return;
    for (const spelling of spellingsOf(value)) {
      const owners = this.#needles.noteOf(spelling, () => new Map());
      const toldBefore = owners.get(owner) === true;
      owners.set(owner, toldBefore || tells);
      if (!tells || toldBefore) continue;
      const { count, lengthMax } = this.#telling.get(owner) ?? nothing;
      this.#telling.set(owner, { count: count + 1, lengthMax: Math.max(lengthMax, spelling.length) });
    }
  }

  #find(text: string, accepts: (owners: Owners) => boolean): Hit[] {
    // RFC 3986 §2.1: `%2f` means what `%2F` means. The length, and so every position, stays.
    const upperCase = text.includes('%') ? text.replace(/%[0-9a-f]{2}/gi, (hex) => hex.toUpperCase()) : text;
    const hits = this.#needles.find(text, accepts);
    if (upperCase !== text) hits.push(...this.#needles.find(upperCase, accepts));
    return joined(hits);
  }
}

const operator = Symbol('the operator');
type Owner = typeof operator | string;
/** The owners of a spelling, and whether it holds their posts back. */
type Owners = Map<Owner, boolean>;
const nothing = { count: 0, lengthMax: 0 };

/** Looks for the operator's secrets and one guild's own. */
export interface GuildScrubber {
  /** Removes every known value, for instance from what platforms answered. */
  scrub(text: string): string;
  redact(value: unknown): unknown;
  /** Values that hold a post back, in order: the operator's, and the guild's unmistakable ones. */
  find(text: string): Hit[];
  /** Removes what `find` finds. Other credentials stay: a post that leaves with an ordinary word is shown with it. */
  scrubTelling(text: string): string;
  /** Rises when there is more to find. */
  readonly spellingCount: number;
  /** Length of the longest spelling it finds: how far apart two halves of one can be. */
  readonly spellingLengthMax: number;
}

function joined(hits: Hit[]): Hit[] {
  const found: Hit[] = [];
  for (const hit of hits.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = found.at(-1);
    if (last && hit.start < last.end) last.end = Math.max(last.end, hit.end);
    else found.push({ ...hit });
  }
  return found;
}

function masked(text: string, hits: readonly Hit[]): string {
  let clean = '';
  let copied = 0;
  for (const { start, end } of hits) {
    clean += text.slice(copied, start) + mask;
    copied = end;
  }
  return clean + text.slice(copied);
}
