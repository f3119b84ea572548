import type { GroupInbox, GroupMember } from './group-member.ts';

/** A listener's seat in the group, and the keys that come with it. */
export interface ListenerMember extends GroupMember {
  /** A transition was executed with it in the group. Frames that come earlier may be under keys it never had. */
  readonly admitted: boolean;
  /** Opens one media frame of a speaker. Throws when it cannot. */
  decrypt(speakerId: string, frame: Buffer): Uint8Array;
  /** Closes one Opus packet for the others; undefined while there is no key for it. */
  encrypt(payload: Buffer): Buffer | undefined;
  /** Forgets all keys. */
  close(): void;
}

export interface ListenerMemberInit {
  userId: string;
  channelId: string;
  /** Where its answers go; call it in a later turn than the message it answers. */
  inbox: GroupInbox;
  /** Everyone in the channel, itself included: only they may be added. */
  presentUserIds: () => string[];
}

export type CreateListenerMember = (init: ListenerMemberInit) => ListenerMember;
