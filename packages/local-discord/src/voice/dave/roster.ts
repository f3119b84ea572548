import type { GroupMember } from './group-member.ts';

/**
 * The member at each leaf of the group's tree. Members keep the tree; the server only has to know the positions,
 * because a removal names one. A newcomer takes the leftmost free leaf (RFC 9420, 7.7).
 */
export class Roster {
  readonly #leaves: (GroupMember | undefined)[] = [];

  add(member: GroupMember): void {
    const free = this.#leaves.indexOf(undefined);
    if (free === -1) this.#leaves.push(member);
    else this.#leaves[free] = member;
  }

  /** Frees a leaf; the position stays until someone takes it. */
  removeAt(leaf: number): void {
    this.#leaves[leaf] = undefined;
  }

  leafOf(member: GroupMember): number | undefined {
    const leaf = this.#leaves.indexOf(member);
    return leaf === -1 ? undefined : leaf;
  }

  at(leaf: number): GroupMember | undefined {
    return this.#leaves[leaf];
  }

  members(): GroupMember[] {
    return this.#leaves.filter((member) => member !== undefined);
  }

  clear(): void {
    this.#leaves.length = 0;
  }
}
