import { kinds, plannedAt } from './plan.ts';
import type { Tally } from './tally.ts';
import type { DeliveryEnd } from './worker.ts';

/** What became of publications: a sentence on each of them. */
export interface Verdict {
  publications: number;
  /** Shows at its target as often as it should. */
  delivered: number;
  /** Doesn't, though nobody is asked about it. */
  lost: number;
  /** Shows more often than it should. */
  duplicated: number;
  /** Where nothing can be looked up: shows once or not at all, and a person is asked. */
  unknownForHuman: number;
}

/** Why a person is asked: the process died with the request, it met an accident, or its answer came too late. */
export type UnknownBy = Record<'death' | 'accident' | 'timeOut', number>;

export interface Judged extends Verdict {
  unknownBy: UnknownBy;
  kinds: Record<string, Verdict>;
  /** Effects that stem from no publication. */
  strays: number;
  /** A sentence on each that is lost or doubled. */
  findings: string[];
}

export interface Evidence {
  /** Publications 0 to `asked` - 1 were asked for. */
  asked: number;
  /** How often each shows at the platforms, by its number. */
  effectCounts: ReadonlyMap<number, number>;
  /** What the outbox holds true, by delivery. */
  ends: Readonly<Record<string, DeliveryEnd>>;
  tally: Pick<Tally, 'wasLeftOpen'>;
}

/** The platforms decide what was lost and doubled; the outbox's own word counts only where it asks a person. */
export function judge({ asked, effectCounts, ends, tally }: Evidence): Judged {
  const total = verdict();
  const byKind = Object.fromEntries(kinds.map(({ name }) => [name, verdict()]));
  const unknownBy: UnknownBy = { death: 0, accident: 0, timeOut: 0 };
  const findings: string[] = [];
  for (let index = 0; index < asked; index++) {
    const { kind, deliveryId } = plannedAt(index);
    const end = ends[deliveryId];
    const count = effectCounts.get(index) ?? 0;
    const isAsked = kind.undecidable === true && end !== undefined && isForPerson(end);
    if (isAsked) unknownBy[causeOf(end, tally)]++;
    const wrong =
      count > kind.effectCount || (!isAsked && (count < kind.effectCount || end?.state !== 'done'));
    if (wrong) findings.push(`${deliveryId} (${kind.name}) shows ${count} times; ${JSON.stringify(end)}`);
    for (const sums of [total, byKind[kind.name] ?? verdict()]) {
      sums.publications++;
      if (count > kind.effectCount) sums.duplicated++;
      else if (isAsked) sums.unknownForHuman++;
      else if (count === kind.effectCount && end?.state === 'done') sums.delivered++;
      else sums.lost++;
    }
  }
  const strays = [...effectCounts].reduce(
    (sum, [index, count]) => sum + (index < 0 || index >= asked ? count : 0),
    0,
  );
  return { ...total, unknownBy, kinds: byKind, strays, findings };
}

/** Sent once of unknown fate, and never again after that. */
function isForPerson({ state, sends }: DeliveryEnd): boolean {
  const openAt = sends.findIndex((outcome) => outcome === null || outcome === 'unknown');
  return state === 'unknown' && openAt === sends.length - 1;
}

function causeOf({ key, sends }: DeliveryEnd, tally: Pick<Tally, 'wasLeftOpen'>): keyof UnknownBy {
  if (sends.at(-1) === null) return 'death';
  return tally.wasLeftOpen(key) ? 'accident' : 'timeOut';
}

function verdict(): Verdict {
  return { publications: 0, delivered: 0, lost: 0, duplicated: 0, unknownForHuman: 0 };
}
