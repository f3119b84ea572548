import type { ProposedChange } from './change.ts';
import type { Proposal, SignedProposal } from './external-sender.ts';
import type { GroupMember } from './group-member.ts';
import type { KeyPackage } from './key-package.ts';
import { Roster } from './roster.ts';

/** The members of the channel and of the group, and the proposals that bring the two together. */
export class Membership {
  /** Everyone in the channel who speaks DAVE, in order of arrival. */
  readonly #present = new Set<GroupMember>();
  /** Unused ones only: each serves once. */
  readonly #keyPackages = new Map<GroupMember, KeyPackage>();
  /** In the group, but not able to follow it: to be removed and added again. */
  readonly #lost = new Set<GroupMember>();
  readonly #roster = new Roster();

  present(): GroupMember[] {
    return [...this.#present];
  }

  /** The only one present, if there is one only. */
  sole(): GroupMember | undefined {
    const [first] = this.#present;
    return this.#present.size === 1 ? first : undefined;
  }

  arrive(member: GroupMember): void {
    this.#present.add(member);
  }

  /** False when it was not present. */
  depart(member: GroupMember): boolean {
    this.#keyPackages.delete(member);
    this.#lost.delete(member);
    return this.#present.delete(member);
  }

  offer(member: GroupMember, keyPackage: KeyPackage): void {
    this.#keyPackages.set(member, keyPackage);
  }

  /** Its next key package is for joining again. */
  lose(member: GroupMember): void {
    this.#keyPackages.delete(member);
    this.#lost.add(member);
  }

  canFollow(member: GroupMember): boolean {
    return this.#present.has(member) && !this.#lost.has(member);
  }

  /** In the group and able to commit or follow. */
  followers(): GroupMember[] {
    return this.#roster.members().filter((member) => this.canFollow(member));
  }

  leafOf(member: GroupMember): number | undefined {
    return this.#roster.leafOf(member);
  }

  /** A new group begins with one member alone, who commits the others in. After a failure the next one tries. */
  chooseCreator(failedAttempts: number): void {
    this.#roster.clear();
    this.#lost.clear();
    const able = this.present().filter((member) => member.connected && this.#keyPackages.has(member));
    const creator = able[failedAttempts % Math.max(able.length, 1)];
    if (creator !== undefined) this.#roster.add(creator);
  }

  /** The proposals that are missing: first who goes, then who comes. */
  due(sign: (proposal: Proposal) => SignedProposal): ProposedChange[] {
    const removes = this.#roster
      .members()
      .filter((member) => !this.#present.has(member) || this.#isBack(member))
      .map((member) => this.#roster.leafOf(member))
      .filter((leaf) => leaf !== undefined)
      .map((leaf) => ({ kind: 'remove' as const, leaf, signed: sign({ kind: 'remove', leaf }) }));
    const adds: ProposedChange[] = [];
    for (const member of this.#present) {
      const keyPackage = this.#keyPackages.get(member);
      const outside = this.#roster.leafOf(member) === undefined || this.#isBack(member);
      if (keyPackage === undefined || !outside) continue;
      adds.push({ kind: 'add', member, signed: sign({ kind: 'add', keyPackage: keyPackage.bytes }) });
    }
    return [...removes, ...adds];
  }

  /** Takes over what was committed. Removals come before additions (RFC 9420, 12.3). */
  apply(changes: ProposedChange[]): { staying: GroupMember[]; added: GroupMember[] } {
    for (const change of changes) {
      if (change.kind !== 'remove') continue;
      const member = this.#roster.at(change.leaf);
      if (member !== undefined) this.#lost.delete(member);
      this.#roster.removeAt(change.leaf);
    }
    const staying = this.followers();
    const added = changes.filter((change) => change.kind === 'add').map((change) => change.member);
    for (const member of added) this.#roster.add(member);
    // The creator's own was never used, but must not make it look like a newcomer.
    for (const member of [...staying, ...added]) this.#keyPackages.delete(member);
    return { staying, added: added.filter((member) => this.#present.has(member)) };
  }

  /** There is no group any more; those present have to offer new key packages. */
  forgetGroup(): void {
    this.#roster.clear();
    this.#lost.clear();
    this.#keyPackages.clear();
  }

  clear(): void {
    this.forgetGroup();
    this.#present.clear();
  }

  #isBack(member: GroupMember): boolean {
    return this.#lost.has(member) && this.#keyPackages.has(member);
  }
}
