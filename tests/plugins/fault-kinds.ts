import type { FakePlatform } from './compliance/fake-platform.ts';

/** What a publisher brings to `npm run faults -- outbox`, as `faults` of tests/plugins/<id>/faults.ts. */
export interface PublisherFaults {
  /** At least one. */
  readonly kinds: readonly FaultKind[];
  /** What its look-ups and writes need, by name. */
  readonly credentials: Record<string, string>;
  /** Its platform, which outlives the workers that are killed; `stateFolder`: for what it keeps in files. */
  open(stateFolder: string): Promise<FakePlatform>;
}

/** One way of publishing that a fault run delivers by, with how often a delivered publication shows at its target. */
export interface FaultKind {
  /** Unique among the kinds of all publishers. */
  readonly name: string;
  readonly options: object;
  /** Sends a file too. */
  readonly hasFile?: true;
  readonly effectCount: number;
  /** Nothing can be looked up there: what stays open is for a person. */
  readonly undecidable?: true;
}
