import { DAVESession } from '@snazzah/davey';
import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ExternalSender } from '../../../../packages/local-discord/src/voice/dave/external-sender.ts';
import { DaveGroup } from '../../../../packages/local-discord/src/voice/dave/group.ts';
import type { GroupMember } from '../../../../packages/local-discord/src/voice/dave/group-member.ts';
import { TlsReader, vector } from '../../../../packages/local-discord/src/voice/dave/tls.ts';
import { commitTimeoutMs, groupAttemptsMax } from '../../../../packages/local-discord/src/voice/limits.ts';

const channelId = '900000000000000001';
const append = 0;

let problems: string[];
let group: DaveGroup;

beforeEach(() => {
  problems = [];
  group = new DaveGroup(channelId, {
    externalSender: new ExternalSender(),
    onViolation: ({ problem }) => problems.push(problem),
    log: () => {},
  });
});

afterEach(() => group.close());

/** A client that does nothing on its own, so that a test can do the wrong thing with it. */
class Puppet implements GroupMember {
  readonly userId: string;
  readonly local = true;
  readonly connected = true;
  readonly session: DAVESession;
  readonly got: { op: number; payload: Buffer }[] = [];

  constructor(index: number) {
    this.userId = String(100 + index);
    this.session = new DAVESession(1, this.userId, channelId);
    group.join(this);
    this.session.setExternalSender(this.last(VoiceOpcodes.DaveMlsExternalSender));
  }

  sendJson(): void {}

  sendBinary(op: VoiceOpcodes, payload: Uint8Array): void {
    this.got.push({ op, payload: Buffer.from(payload) });
  }

  last(op: VoiceOpcodes): Buffer {
    return this.got.findLast((message) => message.op === op)!.payload;
  }

  count(op: VoiceOpcodes): number {
    return this.got.filter((message) => message.op === op).length;
  }

  offer(): void {
    group.keyPackage(this, this.session.getSerializedKeyPackage());
  }

  /** Commits what `choose` leaves of the proposals. */
  commit(choose: (messages: Buffer) => Buffer = (messages) => messages): Buffer {
    const messages = choose(this.last(VoiceOpcodes.DaveMlsProposals).subarray(1));
    const everyone = ['100', '101', '102', '103'];
    const { commit, welcome } = this.session.processProposals(append, messages, everyone);
    return Buffer.concat([commit!, welcome ?? Buffer.alloc(0)]);
  }
}

function pair(): [Puppet, Puppet] {
  const [first, second] = [new Puppet(0), new Puppet(1)];
  first.offer();
  second.offer();
  return [first, second];
}

test('the first member is asked to commit the second in', () => {
  const [first, second] = pair();
  expect(first.count(VoiceOpcodes.DaveMlsProposals)).toBe(1);
  expect(second.count(VoiceOpcodes.DaveMlsProposals)).toBe(0);
  group.commitWelcome(first, first.commit());
  expect(first.count(VoiceOpcodes.DaveMlsAnnounceCommitTransition)).toBe(1);
  expect(second.count(VoiceOpcodes.DaveMlsWelcome)).toBe(1);
  expect(group.epoch).toBe(1n);
  expect(problems).toEqual([]);
});

test('a key package of somebody else is refused', () => {
  const [first, second] = [new Puppet(0), new Puppet(1)];
  group.keyPackage(first, second.session.getSerializedKeyPackage());
  expect(problems).toEqual([`key package is for user ${second.userId}`]);
});

test('bytes that are no key package or no commit are refused at any length', () => {
  const [first] = pair();
  const keyPackage = first.session.getSerializedKeyPackage();
  const commit = first.commit();
  for (const length of [0, 1, 3, 40, 200, keyPackage.length - 1]) {
    group.keyPackage(first, keyPackage.subarray(0, length));
  }
  for (const length of [0, 1, 20, 60, 120]) group.commitWelcome(first, commit.subarray(0, length));
  expect(problems).toHaveLength(11);
  expect(group.epoch).toBe(0n);
});

test('a commit by someone who was not asked is refused', () => {
  const [first, second] = pair();
  group.commitWelcome(second, first.commit());
  expect(problems).toEqual(['commit comes from someone who was not asked']);
  expect(group.epoch).toBe(0n);
});

test('a commit for another channel is refused', () => {
  const [first] = pair();
  const commit = first.commit();
  commit[12] = commit[12]! ^ 1;
  group.commitWelcome(first, commit);
  expect(problems[0]).toMatch(/^commit is for group/);
});

test('a commit without its Welcome is refused', () => {
  const [first] = pair();
  const proposals = first.last(VoiceOpcodes.DaveMlsProposals).subarray(1);
  const { commit } = first.session.processProposals(append, proposals, ['100', '101']);
  group.commitWelcome(first, commit!);
  expect(problems).toEqual(['commit adds members without a Welcome']);
});

test('a commit that leaves a proposal out is refused; the whole one is then taken', () => {
  const [first, second] = pair();
  for (const index of [2, 3]) new Puppet(index).offer();
  group.commitWelcome(first, first.commit());
  first.session.processCommit(first.last(VoiceOpcodes.DaveMlsAnnounceCommitTransition).subarray(2));
  second.session.processWelcome(second.last(VoiceOpcodes.DaveMlsWelcome).subarray(2));
  // Those who came during the change wait for the next one.
  expect(first.count(VoiceOpcodes.DaveMlsProposals)).toBe(1);
  for (const member of [first, second]) group.transitionReady(member, 1);
  expect(first.count(VoiceOpcodes.DaveMlsProposals)).toBe(2);

  group.commitWelcome(first, first.commit(firstProposalOnly));
  expect(problems).toEqual(['commit takes in 1 of 2 proposals']);
  group.commitWelcome(second, second.commit());
  expect(group.epoch).toBe(2n);
});

/** The first of a vector of MLSMessages that are adds of one length. */
function firstProposalOnly(messages: Buffer): Buffer {
  const all = new TlsReader(messages).vector();
  const secondAt = all.indexOf(all.subarray(0, 20), 1);
  return vector(all.subarray(0, secondAt));
}

test('a commit that comes second for the same epoch is passed over in silence', () => {
  const [first, second] = pair();
  const commit = first.commit();
  group.commitWelcome(first, commit);
  group.commitWelcome(first, commit);
  expect(group.epoch).toBe(1n);
  expect(second.count(VoiceOpcodes.DaveMlsWelcome)).toBe(1);
  expect(problems).toEqual([]);
});

test('a group that nobody commits to is given up after some attempts, until someone comes or goes', () => {
  vi.useFakeTimers();
  try {
    const members = pair();
    const asked = () => members.reduce((sum, member) => sum + member.count(VoiceOpcodes.DaveMlsProposals), 0);
    for (let attempt = 0; attempt < groupAttemptsMax + 3; attempt += 1) {
      vi.advanceTimersByTime(commitTimeoutMs);
      for (const member of members) member.offer();
    }
    expect(asked()).toBe(groupAttemptsMax);
    group.leave(new Puppet(2));
    expect(asked()).toBe(groupAttemptsMax + 1);
  } finally {
    vi.useRealTimers();
  }
});
