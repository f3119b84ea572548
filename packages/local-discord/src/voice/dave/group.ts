import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import { commitTimeoutMs, groupAttemptsMax, readyTimeoutMs } from '../limits.ts';
import { type Change, changesInOrder, problemWith } from './change.ts';
import { type ParsedCommit, parseCommitWelcome } from './commit-parser.ts';
import type { ExternalSender, Proposal, SignedProposal } from './external-sender.ts';
import type { GroupInbox, GroupMember } from './group-member.ts';
import { parseKeyPackage } from './key-package.ts';
import { Membership } from './membership.ts';
import { u8, u16, vector } from './tls.ts';
import { Transition } from './transition.ts';

const proposalsAppended = u8(0);
const transitionIdMax = 0xffff;

export interface DaveGroupComponents {
  externalSender: ExternalSender;
  onViolation: (violation: { where: string; problem: string }) => void;
  log: (line: string) => void;
}

/**
 * The end-to-end encrypted group of one channel, seen from the voice server: it proposes who is in, members
 * commit, the server orders the commits and tells everyone when to change keys. It never holds a media key.
 *
 * One thing is under way at a time: a change (proposals waiting for a commit), then a transition (members
 * getting ready), then the next. What arrives meanwhile is taken up by the next `#step`.
 */
export class DaveGroup implements GroupInbox {
  readonly #channelId: string;
  readonly #components: DaveGroupComponents;
  readonly #membership = new Membership();
  readonly #corrupted = new Set<GroupMember>();
  #version: 0 | 1 = 1;
  #epoch = 0n;
  #change: Change | undefined;
  #transition: Transition | undefined;
  #transitionId = 0;
  #failedAttempts = 0;

  constructor(channelId: string, components: DaveGroupComponents) {
    this.#channelId = channelId;
    this.#components = components;
  }

  get version(): 0 | 1 {
    return this.#version;
  }

  /** 0 while there is no group. */
  get epoch(): bigint {
    return this.#epoch;
  }

  /** After the client learned the protocol version: gives it the server's key and waits for its key package. */
  join(member: GroupMember): void {
    this.#membership.arrive(member);
    this.#failedAttempts = 0;
    if (this.#version === 1) {
      member.sendBinary(VoiceOpcodes.DaveMlsExternalSender, this.#components.externalSender.description);
    }
    this.#step();
  }

  leave(member: GroupMember): void {
    if (!this.#membership.depart(member)) return;
    this.#failedAttempts = 0;
    this.#transition?.settle(member);
    if (this.#change?.committers.delete(member) && this.#change.committers.size === 0) this.#abandonChange();
    this.#step();
  }

  /** Ends or begins encryption for the whole channel. */
  setVersion(version: 0 | 1): void {
    if (version === this.#version) return;
    this.#components.log(`channel ${this.#channelId}: DAVE version ${this.#version} -> ${version}`);
    this.#abandon();
    this.#version = version;
    if (version === 1) this.#newGroup();
    else this.#downgrade();
  }

  keyPackage(member: GroupMember, payload: Uint8Array): void {
    const keyPackage = this.#parse(member, 'key package', () => parseKeyPackage(payload));
    if (keyPackage === undefined) return;
    if (keyPackage.userId !== member.userId) {
      this.#violation(member, `key package is for user ${keyPackage.userId}`);
      return;
    }
    this.#membership.offer(member, keyPackage);
    this.#step();
  }

  commitWelcome(member: GroupMember, payload: Uint8Array): void {
    const parsed = this.#parse(member, 'commit', () => parseCommitWelcome(payload));
    if (parsed === undefined) return;
    // Every member commits the same proposals; all but the first come too late, which is no fault of theirs.
    if (this.#change === undefined || parsed.epoch !== this.#change.epoch) return;
    const problem = problemWith(parsed, this.#change, {
      groupId: BigInt(this.#channelId),
      mayCommit: this.#change.committers.has(member),
      leaf: this.#membership.leafOf(member),
    });
    if (problem !== undefined) {
      this.#violation(member, `commit ${problem}`);
      return;
    }
    this.#accept(this.#change, parsed);
  }

  transitionReady(member: GroupMember, transitionId: number): void {
    if (this.#transition?.id === transitionId) this.#transition.settle(member);
  }

  /** It could not follow: its key package, which comes next, is for joining again. */
  invalidCommitWelcome(member: GroupMember, transitionId: number): void {
    this.#components.log(`user ${member.userId} could not follow transition ${transitionId}`);
    this.#membership.lose(member);
    if (this.#transition?.id === transitionId) this.#transition.settle(member);
    else this.#step();
  }

  /**
   * A member's websocket was resumed. Clients do not look at group messages replayed while they resume, so if
   * there were any, its keys are stale for good and everyone starts a new group.
   */
  resumed(missedMessages: boolean): void {
    this.#failedAttempts = 0;
    if (missedMessages) this.#restart();
    else this.#step();
  }

  /** Fault: the next commit or Welcome this member gets is damaged. */
  corruptNext(member: GroupMember): void {
    this.#corrupted.add(member);
  }

  /** Fault: a well-signed proposal for an epoch that is far from the current one. */
  proposeForWrongEpoch(member: GroupMember): void {
    const { externalSender } = this.#components;
    const signed = externalSender.propose(this.#channelId, this.#epoch + 1000n, { kind: 'remove', leaf: 0 });
    member.sendBinary(
      VoiceOpcodes.DaveMlsProposals,
      Buffer.concat([proposalsAppended, vector(signed.message)]),
    );
  }

  close(): void {
    this.#abandon();
    this.#membership.clear();
  }

  #step(): void {
    if (this.#version === 0 || this.#change !== undefined || this.#transition !== undefined) return;
    const sole = this.#membership.sole();
    if (this.#epoch > 0n && sole !== undefined) this.#resetToSole(sole);
    else if (this.#epoch > 0n && this.#membership.followers().length === 0) this.#newGroup();
    else if (this.#failedAttempts < groupAttemptsMax) this.#propose();
  }

  #propose(): void {
    const membership = this.#membership;
    if (this.#epoch === 0n) membership.chooseCreator(this.#failedAttempts);
    const committers = new Set(membership.followers().filter((member) => member.connected));
    if (committers.size === 0) return;
    const due = membership.due((proposal) => this.#sign(proposal));
    if (due.length === 0) return;
    const timer = setTimeout(() => this.#onCommitTimeout(), commitTimeoutMs);
    const proposals = new Map(due.map((proposal) => [proposal.signed.reference, proposal]));
    this.#change = { epoch: this.#epoch, proposals, committers, timer };
    const messages = due.map((proposal) => proposal.signed.message);
    const payload = Buffer.concat([proposalsAppended, vector(...messages)]);
    for (const member of membership.followers()) member.sendBinary(VoiceOpcodes.DaveMlsProposals, payload);
  }

  #sign(proposal: Proposal): SignedProposal {
    return this.#components.externalSender.propose(this.#channelId, this.#epoch, proposal);
  }

  #accept(change: Change, parsed: ParsedCommit): void {
    clearTimeout(change.timer);
    this.#change = undefined;
    this.#failedAttempts = 0;
    const { staying, added } = this.#membership.apply(changesInOrder(change, parsed));
    this.#epoch = change.epoch + 1n;
    const id = this.#nextTransitionId();
    const { DaveMlsAnnounceCommitTransition, DaveMlsWelcome } = VoiceOpcodes;
    const announcements = new Map<GroupMember, () => void>();
    for (const member of staying) {
      const announce = () => this.#sendKeys(member, DaveMlsAnnounceCommitTransition, id, parsed.commit);
      announcements.set(member, announce);
    }
    for (const member of added) {
      const announce = () => this.#sendKeys(member, DaveMlsWelcome, id, parsed.welcome ?? Buffer.alloc(0));
      announcements.set(member, announce);
    }
    this.#begin(id, announcements);
  }

  #sendKeys(member: GroupMember, op: VoiceOpcodes, transitionId: number, bytes: Buffer): void {
    const damaged = this.#corrupted.delete(member);
    const body = damaged ? Buffer.from(bytes.map((byte) => byte ^ 0xff)) : bytes;
    member.sendBinary(op, Buffer.concat([u16(transitionId), body]));
  }

  #downgrade(): void {
    const id = this.#nextTransitionId();
    const announcements = new Map<GroupMember, () => void>();
    for (const member of this.#membership.present()) {
      announcements.set(member, () =>
        member.sendJson(VoiceOpcodes.DavePrepareTransition, { transition_id: id, protocol_version: 0 }),
      );
    }
    this.#begin(id, announcements);
  }

  #begin(id: number, announcements: Map<GroupMember, () => void>): void {
    this.#transition = new Transition({
      id,
      readyTimeoutMs,
      announcements,
      execute: (members) => {
        this.#transition = undefined;
        for (const member of members) {
          if (!this.#membership.canFollow(member)) continue;
          member.sendJson(VoiceOpcodes.DaveExecuteTransition, { transition_id: id });
        }
        this.#step();
      },
    });
    this.#transition.begin();
  }

  /** The last member left keeps no group: it starts again at epoch 1, ready to add newcomers. */
  #resetToSole(member: GroupMember): void {
    this.#newGroup();
    member.sendJson(VoiceOpcodes.DavePrepareTransition, { transition_id: 0, protocol_version: 1 });
  }

  /** Everyone forgets the group, makes a new key package and waits to be added. */
  #newGroup(): void {
    this.#epoch = 0n;
    this.#membership.forgetGroup();
    for (const member of this.#membership.present()) {
      member.sendJson(VoiceOpcodes.DavePrepareEpoch, { epoch: 1, protocol_version: 1 });
      member.sendBinary(VoiceOpcodes.DaveMlsExternalSender, this.#components.externalSender.description);
    }
  }

  #restart(): void {
    if (this.#version === 0) return;
    this.#abandon();
    this.#newGroup();
  }

  #onCommitTimeout(): void {
    this.#failedAttempts += 1;
    this.#components.log(`channel ${this.#channelId}: nobody committed in ${commitTimeoutMs} ms`);
    this.#restart();
  }

  #abandonChange(): void {
    clearTimeout(this.#change?.timer);
    this.#change = undefined;
  }

  #abandon(): void {
    this.#abandonChange();
    this.#transition?.cancel();
    this.#transition = undefined;
  }

  #nextTransitionId(): number {
    // 0 means "at once", so it is left out.
    this.#transitionId = this.#transitionId === transitionIdMax ? 1 : this.#transitionId + 1;
    return this.#transitionId;
  }

  #parse<T>(member: GroupMember, what: string, parse: () => T): T | undefined {
    try {
      return parse();
    } catch (error) {
      this.#violation(member, `${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  #violation(member: GroupMember, problem: string): void {
    this.#components.onViolation({ where: `DAVE user ${member.userId} channel ${this.#channelId}`, problem });
  }
}
