import type { ParsedCommit } from './commit-parser.ts';
import type { SignedProposal } from './external-sender.ts';
import type { GroupMember } from './group-member.ts';

export type ProposedChange =
  | { kind: 'add'; member: GroupMember; signed: SignedProposal }
  | { kind: 'remove'; leaf: number; signed: SignedProposal };

/** Proposals that members were given and have not committed yet. */
export interface Change {
  epoch: bigint;
  /** By reference. */
  proposals: Map<string, ProposedChange>;
  /** Those who may commit. */
  committers: Set<GroupMember>;
  timer: NodeJS.Timeout;
}

/** What a commit takes in, in its own order: newcomers get their leaves in it. */
export function changesInOrder(change: Change, commit: ParsedCommit): ProposedChange[] {
  return commit.references
    .map((reference) => change.proposals.get(reference))
    .filter((proposal) => proposal !== undefined);
}

/** Why a commit cannot end this change, or undefined when it can. It has to take in every proposal. */
export function problemWith(
  commit: ParsedCommit,
  change: Change,
  sender: { groupId: bigint; mayCommit: boolean; leaf: number | undefined },
): string | undefined {
  if (commit.groupId !== sender.groupId) return `is for group ${commit.groupId}`;
  if (!sender.mayCommit) return 'comes from someone who was not asked';
  if (commit.senderLeaf !== sender.leaf) return `claims leaf ${commit.senderLeaf}`;
  const named = new Set(commit.references);
  const unknown = commit.references.filter((reference) => !change.proposals.has(reference));
  if (unknown.length > 0) return `names ${unknown.length} unknown proposals`;
  if (named.size !== change.proposals.size || commit.references.length !== named.size) {
    return `takes in ${named.size} of ${change.proposals.size} proposals`;
  }
  const adds = [...change.proposals.values()].some((proposal) => proposal.kind === 'add');
  if (adds && commit.welcome === undefined) return 'adds members without a Welcome';
  return undefined;
}
