import { defineService } from '#contracts/service.ts';
import type { AudioPorts } from '../audio-ports.ts';
import { type BufferProfile, delayRangeOf } from '../jitter/profiles.ts';
import { createVoiceEngine, type VoiceEngineInit } from './voice-engine.ts';

interface VoiceConfig {
  audio: { bufferProfile: BufferProfile; bufferMs?: number | undefined };
  voice: Omit<VoiceEngineInit, 'delay'>;
}

/** Voice connections, in threads of their own. */
export const voiceService = defineService<VoiceConfig, AudioPorts>()({
  name: 'voice',
  needs: ['voiceGateway', 'guilds', 'clock', 'chance', 'logger'],
  offers: ['voice'],
  create({ voiceGateway: gateway, ...ports }, { audio, voice: options }) {
    const delay = delayRangeOf(audio.bufferProfile, audio.bufferMs);
    const voice = createVoiceEngine({ ...ports, gateway }, { delay, ...options });
    return { ports: { voice }, parts: [voice] };
  },
});
