import type { HeardView, PlaygroundInit } from './contract.ts';
import type { HeardFrame } from './voice/contract.ts';

/** Frames between two reports: one second of sound. */
export const framesPerReport = 50;
/** Pairs of a listener and a speaker in one guild; the one heard longest ago is forgotten. */
const pairsMax = 200;

type SoundOf = NonNullable<PlaygroundInit['soundOf']>;

/** Counts what people in voice channels decrypted, by who was heard, whose sound it was and where, since the start. */
export class Hearing {
  readonly #byGuild = new Map<string, Map<string, HeardView>>();
  readonly #report: (guildId: string, heard: HeardView) => void;

  readonly #soundOf: SoundOf;

  /** `report` is called at the first frame of a pair, and then once a second of sound. */
  constructor(report: (guildId: string, heard: HeardView) => void, soundOf: SoundOf = () => undefined) {
    this.#report = report;
    this.#soundOf = soundOf;
  }

  /** Silence, and what came without end-to-end encryption, was not decrypted. */
  count(guildId: string, place: Pick<HeardView, 'userId' | 'channelId'>, frame: HeardFrame): void {
    if (frame.silence || !frame.e2ee) return;
    const pairs = this.#byGuild.get(guildId) ?? new Map<string, HeardView>();
    this.#byGuild.set(guildId, pairs);
    const { userId, channelId } = place;
    const { speakerId } = frame;
    const soundOf = this.#soundOf(guildId, speakerId);
    const key = `${userId} ${channelId} ${speakerId} ${soundOf ?? ''}`;
    const framesDecrypted = (pairs.get(key)?.framesDecrypted ?? 0) + 1;
    const heard = {
      userId,
      channelId,
      speakerId,
      ...(soundOf !== undefined && { soundOf }),
      framesDecrypted,
    };
    pairs.delete(key);
    pairs.set(key, heard);
    const oldest = pairs.keys().next().value;
    if (pairs.size > pairsMax && oldest !== undefined) pairs.delete(oldest);
    if (framesDecrypted === 1 || framesDecrypted % framesPerReport === 0) this.#report(guildId, heard);
  }

  of(guildId: string): HeardView[] {
    return [...(this.#byGuild.get(guildId)?.values() ?? [])];
  }
}
