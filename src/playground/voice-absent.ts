import type { VoiceServer } from './contract.ts';

/** A playground whose voice channels can be entered, but carry nothing: light, for whoever needs no sound. */
export function createAbsentVoice(): VoiceServer {
  return {
    endpoint: '127.0.0.1:9',
    start: async () => {},
    stop: async () => {},
    open: ({ sessionId }) => ({ token: sessionId }),
    close: () => {},
    async listen({ channelId }, userId) {
      const stats = {
        framesHeard: 0,
        silenceFrames: 0,
        framesPlain: 0,
        framesUndecryptable: 0,
        rtpGaps: 0,
        rtpRepeats: 0,
        transportErrors: 0,
      };
      return { userId, channelId, stats, onFrame: () => () => {}, leave: () => {} };
    },
    faults: {
      closeVoice: () => {},
      modes: [],
      udp: { loss: 0, delayMs: 0 },
      wrongEpochProposal: () => {},
      connectionCount: 0,
    },
  };
}
