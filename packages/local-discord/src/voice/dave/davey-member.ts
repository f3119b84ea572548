import { DAVESession } from '@snazzah/davey';
import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import type { ListenerMember, ListenerMemberInit } from './listener-member.ts';

/** davey's enums are `const enum`s, which type stripping cannot read. */
const mediaTypeAudio = 0;
const downgradeExpirySeconds = 24;

/** A listener who joins the group as a client does, with davey. */
export function createDaveyMember(init: ListenerMemberInit): ListenerMember {
  return new DaveyMember(init);
}

class DaveyMember implements ListenerMember {
  readonly userId: string;
  readonly local = true;
  readonly connected = true;
  readonly #init: ListenerMemberInit;
  readonly #session: DAVESession;
  #admitted = false;
  #closed = false;

  constructor(init: ListenerMemberInit) {
    this.userId = init.userId;
    this.#init = init;
    this.#session = new DAVESession(1, init.userId, init.channelId);
    this.#offerKeyPackage();
  }

  get admitted(): boolean {
    return this.#admitted;
  }

  sendJson(
    op: VoiceOpcodes,
    data: { transition_id?: number; protocol_version?: number; epoch?: number },
  ): void {
    const transitionId = data.transition_id ?? 0;
    if (op === VoiceOpcodes.DavePrepareEpoch && data.epoch === 1) {
      this.#startOver();
    } else if (op === VoiceOpcodes.DaveExecuteTransition) {
      this.#admitted = true;
    } else if (op === VoiceOpcodes.DavePrepareTransition && transitionId !== 0) {
      // Frames sent before everyone has changed over may still be of either kind.
      if (data.protocol_version === 0) this.#session.setPassthroughMode(true, downgradeExpirySeconds);
      this.#ready(transitionId);
    }
  }

  sendBinary(op: VoiceOpcodes, payload: Uint8Array): void {
    const bytes = Buffer.from(payload);
    if (op === VoiceOpcodes.DaveMlsExternalSender) this.#session.setExternalSender(bytes);
    else if (op === VoiceOpcodes.DaveMlsProposals) this.#commit(bytes);
    else if (op === VoiceOpcodes.DaveMlsAnnounceCommitTransition) {
      this.#follow(bytes, (commit) => this.#session.processCommit(commit));
    } else if (op === VoiceOpcodes.DaveMlsWelcome) {
      this.#follow(bytes, (welcome) => this.#session.processWelcome(welcome));
    }
  }

  decrypt(speakerId: string, frame: Buffer): Uint8Array {
    return this.#session.decrypt(speakerId, mediaTypeAudio, frame);
  }

  encrypt(payload: Buffer): Buffer | undefined {
    return this.#admitted && this.#session.ready ? this.#session.encryptOpus(payload) : undefined;
  }

  close(): void {
    this.#closed = true;
    this.#session.reset();
  }

  #commit(bytes: Buffer): void {
    const operation = bytes.readUInt8(0);
    const { commit, welcome } = this.#session.processProposals(
      operation,
      bytes.subarray(1),
      this.#init.presentUserIds(),
    );
    if (commit === undefined) return;
    const answer = welcome === undefined ? commit : Buffer.concat([commit, welcome]);
    this.#answer(() => this.#init.inbox.commitWelcome(this, answer));
  }

  #follow(bytes: Buffer, apply: (message: Buffer) => void): void {
    const transitionId = bytes.readUInt16BE(0);
    try {
      apply(bytes.subarray(2));
    } catch {
      this.#answer(() => this.#init.inbox.invalidCommitWelcome(this, transitionId));
      this.#startOver();
      return;
    }
    this.#ready(transitionId);
  }

  #startOver(): void {
    this.#admitted = false;
    this.#session.reinit(1, this.userId, this.#init.channelId);
    this.#offerKeyPackage();
  }

  #ready(transitionId: number): void {
    this.#answer(() => this.#init.inbox.transitionReady(this, transitionId));
  }

  #offerKeyPackage(): void {
    const keyPackage = this.#session.getSerializedKeyPackage();
    this.#answer(() => this.#init.inbox.keyPackage(this, keyPackage));
  }

  /** In a later turn, as over a network, so that the group is never entered while it is sending. */
  #answer(send: () => void): void {
    queueMicrotask(() => {
      if (!this.#closed) send();
    });
  }
}
