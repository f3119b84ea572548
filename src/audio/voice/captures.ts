import type { GuildmeshError } from '#core/errors.ts';
import type { VoiceCapture, VoiceCaptureRequest } from '../voice-contract.ts';
import { voiceErrors } from './errors.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

type FromCapture = Extract<FromWorker, { type: 'captured' | 'capture-speaker' }>;

/** The main thread's half of capturing: one per guild, sent to every new worker. */
export class Captures {
  readonly #post: (message: ToWorker) => void;
  readonly #requests = new Map<string, VoiceCaptureRequest>();
  /** By guild: asks whether a speaker may be heard. */
  readonly #asking = new Map<string, (userId: string) => void>();

  constructor(post: (message: ToWorker) => void) {
    this.#post = post;
  }

  has(guildId: string): boolean {
    return this.#requests.has(guildId);
  }

  /** Throws VOICE_CAPTURED_ALREADY. */
  start(request: VoiceCaptureRequest): VoiceCapture {
    const { guildId } = request;
    if (this.#requests.has(guildId)) throw voiceErrors.VOICE_CAPTURED_ALREADY({ guildId });
    this.#requests.set(guildId, request);
    this.#tell(request);
    const speakers = new Set<string>();
    const ask = (userId: string) => {
      speakers.add(userId);
      void this.#decide(request, userId);
    };
    this.#asking.set(guildId, ask);
    return {
      askAgain: () => {
        for (const userId of speakers) ask(userId);
      },
      stop: () => {
        if (this.#requests.get(guildId) !== request) return;
        this.#requests.delete(guildId);
        this.#asking.delete(guildId);
        this.#post({ type: 'capture-stop', guildId });
      },
    };
  }

  receive(message: FromCapture): void {
    if (message.type === 'captured')
      this.#requests.get(message.guildId)?.onPacket(message.payload, message.missedCount);
    else this.#asking.get(message.guildId)?.(message.userId);
  }

  kicked(guildId: string, error: GuildmeshError): void {
    this.#requests.get(guildId)?.onKicked(error);
  }

  /** A worker was launched: it knows nothing yet. */
  tellEverything(): void {
    for (const request of this.#requests.values()) this.#tell(request);
  }

  #tell({ guildId, bitrateKbps }: VoiceCaptureRequest): void {
    this.#post({ type: 'capture-start', guildId, bitrateKbps });
  }

  /** A speaker whose permission can't be determined is not heard. */
  async #decide(request: VoiceCaptureRequest, userId: string): Promise<void> {
    const heard = await request.mayBeHeard(userId).catch(() => false);
    const { guildId } = request;
    if (this.#requests.get(guildId) === request)
      this.#post({ type: 'capture-allow', guildId, userId, heard });
  }
}
