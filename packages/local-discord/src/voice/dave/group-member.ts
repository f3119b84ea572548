import type { VoiceOpcodes } from 'discord-api-types/voice/v8';

/** One client as its DAVE group sees it: a bot at the end of a websocket, or a listener in this process. */
export interface GroupMember {
  readonly userId: string;
  /** Listeners follow a transition before bots do, so that they never miss a frame under new keys. */
  readonly local: boolean;
  /** False while its websocket is lost and may yet be resumed. */
  readonly connected: boolean;
  /** Opcodes 21, 22 and 24. */
  sendJson(op: VoiceOpcodes, data: object): void;
  /** Opcodes 25, 27, 29 and 30. */
  sendBinary(op: VoiceOpcodes, payload: Uint8Array): void;
}

/** What members answer; the other half of `GroupMember`. */
export interface GroupInbox {
  keyPackage(member: GroupMember, payload: Uint8Array): void;
  commitWelcome(member: GroupMember, payload: Uint8Array): void;
  transitionReady(member: GroupMember, transitionId: number): void;
  invalidCommitWelcome(member: GroupMember, transitionId: number): void;
}
