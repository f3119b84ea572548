import type { SignedProposal } from './external-sender.ts';
import type { GroupMember } from './group-member.ts';

export interface ProposedAdd {
  kind: 'add';
  member: GroupMember;
  signed: SignedProposal;
}

export interface ProposedRemove {
  kind: 'remove';
  leaf: number;
  signed: SignedProposal;
}

/** Proposals that members were given and have not committed yet. */
export interface Change {
  epoch: bigint;
  /** By reference. */
  proposals: Map<string, ProposedAdd | ProposedRemove>;
  /** Those who may commit. */
  committers: Set<GroupMember>;
  timer: NodeJS.Timeout;
}
