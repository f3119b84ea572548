import { randomBytes } from 'node:crypto';
import type { VoicePlace } from './contract.ts';
import { playgroundVoiceErrors } from './errors.ts';
import type { VoiceSession } from './gateway/voice-session.ts';
import { placesMax } from './limits.ts';

export interface OpenPlace {
  place: VoicePlace;
  token: string;
  session: VoiceSession | undefined;
}

/**
 * Decides which bots may connect. A bot has one place per guild; one gateway session may have places in several guilds.
 */
export class Places {
  readonly #open = new Map<string, OpenPlace>();

  open(place: VoicePlace): OpenPlace {
    const key = keyOf(place.guildId, place.sessionId);
    const earlier = this.#open.get(key);
    if (earlier === undefined && this.#open.size >= placesMax) {
      throw playgroundVoiceErrors.PLAYGROUND_VOICE_FULL({ what: 'voice places', max: placesMax });
    }
    // The earlier session lives on until the bot has moved to the new place.
    const opened = { place, token: randomBytes(16).toString('hex'), session: earlier?.session };
    this.#open.set(key, opened);
    return opened;
  }

  /** The place that these credentials open, or the code to close with. */
  check(request: {
    server_id: string;
    session_id: string;
    token: string;
    user_id?: string;
  }): OpenPlace | number {
    const found = this.#open.get(keyOf(request.server_id, request.session_id));
    if (found === undefined) return this.withSession(request.session_id).length > 0 ? 4011 : 4006;
    if (found.token !== request.token) return 4004;
    if (request.user_id !== undefined && request.user_id !== found.place.userId) return 4004;
    return found;
  }

  withSession(sessionId: string): OpenPlace[] {
    return this.all().filter(({ place }) => place.sessionId === sessionId);
  }

  ofBot(guildId: string, userId: string): OpenPlace[] {
    return this.all().filter(({ place }) => place.guildId === guildId && place.userId === userId);
  }

  all(): OpenPlace[] {
    return [...this.#open.values()];
  }

  forget({ place }: OpenPlace): void {
    this.#open.delete(keyOf(place.guildId, place.sessionId));
  }
}

function keyOf(guildId: string, sessionId: string): string {
  return `${guildId}/${sessionId}`;
}
