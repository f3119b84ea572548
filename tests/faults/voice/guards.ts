import type { Guard } from '../taken-out.ts';

const wallClock: Guard = {
  file: '/src/core/clock.ts',
  guard: 'monotonicMs: () => performance.now(),',
  without: 'monotonicMs: () => Date.now(),',
};

const machine = '/src/audio/voice/worker/voice-machine.ts';
const closeCodes = '/src/audio/voice/worker/close-codes.ts';
const relayMachine = '/src/audio/relay/relay-machine.ts';

/**
 * What keeps the audio up, each with what the source is without it: the control of a fault runs with its guard taken
 * out, and must fail. A guard whose text is no longer there fails too.
 */
export const guards: Readonly<Record<string, readonly Guard[]>> = {
  rejoin: [
    {
      file: machine,
      guard: "case 'rejoin':\n",
      without: "case 'rejoin':\n        return this.#end('refused', 'VOICE_GAVE_UP');\n",
    },
  ],
  'resume is left to the library': [
    {
      file: machine,
      guard: '++this.state.resumeCount > limits.resumesMax',
      without: 'true',
    },
  ],
  'without a move it was a kick': [
    {
      file: closeCodes,
      guard: "decision: { do: 'await-move' }",
      without: "decision: { do: 'rejoin' }",
    },
  ],
  'stop at 4016': [
    {
      file: closeCodes,
      guard: "decision: { do: 'stop', because: 'VOICE_ENCRYPTION_UNSUPPORTED' }",
      without: "decision: { do: 'rejoin' }",
    },
  ],
  'stop at 4017': [
    {
      file: closeCodes,
      guard: "decision: { do: 'stop', because: 'VOICE_E2EE_REQUIRED' }",
      without: "decision: { do: 'rejoin' }",
    },
  ],
  'cool down at 4021': [
    {
      file: closeCodes,
      guard: "decision: { do: 'cool-down', because: 'VOICE_RATE_LIMITED', firstMs: limits.rateLimitCoolMs }",
      without: "decision: { do: 'rejoin' }",
    },
  ],
  'no rejoin at 4022': [
    {
      file: closeCodes,
      guard: "decision: { do: 'await-server', otherwise: 'VOICE_CALL_ENDED' }",
      without: "decision: { do: 'rejoin' }",
    },
  ],
  'another server is waited for': [
    {
      file: closeCodes,
      guard: "decision: { do: 'await-server', otherwise: 'VOICE_CALL_ENDED' }",
      without: "decision: { do: 'stop', because: 'VOICE_CALL_ENDED' }",
    },
  ],
  'voice outlives the main gateway': [
    {
      file: machine,
      guard: 'state.gatewayLostAtMs = this.moment.nowMs;',
      without: "this.#rejoin('the main gateway was lost');",
    },
  ],
  'a lost main session is no kick': [
    {
      file: closeCodes,
      guard: "if (gatewayLost) return decision.do === 'await-move' ? { do: 'rejoin' } : decision;",
      without: '',
    },
    {
      file: machine,
      guard: "if (state.expiry?.brings === 'kicked') this.#rejoin('the main session was lost');",
      without: '',
    },
  ],
  'a kick is a kick': [
    {
      file: relayMachine,
      guard: "if (kind === 'kicked' && error.code !== 'VOICE_REPLACED') {",
      without: 'if (false) {',
    },
  ],
  'a move is followed': [
    {
      file: machine,
      guard: "state.rules.onMove === 'follow' || ",
      without: '',
    },
  ],
  'another server is dialled': [
    {
      file: machine,
      guard: "case 'connecting':\n",
      without:
        "case 'connecting':\n        if (this.state.joined) return this.#end('refused', 'VOICE_CALL_ENDED');\n",
    },
  ],
  'a server taken away is waited for': [
    {
      file: machine,
      guard: "case 'endpoint-removed':\n",
      without: "case 'endpoint-removed':\n        return this.#end('refused', 'VOICE_CALL_ENDED');\n",
    },
  ],
  'moved back': [
    {
      file: machine,
      guard: "this.#backOff('people moved it', limits.returnDelayMs, false);",
      without: 'state.home = to;',
    },
  ],
  'speaks again on a stage': [
    {
      file: '/src/audio/relay/kept-relay.ts',
      guard: 'hindrances.changed(effect.by, this.wanted);',
      without: '',
    },
  ],
  'hindrances are noticed': [{ file: machine, guard: 'this.hinder(hindranceOf(event));', without: '' }],
  'a full channel is told': [
    {
      file: '/src/audio/relay/channel-check.ts',
      guard: 'if (isFull(channel))',
      without: 'if (false)',
    },
  ],
  'a stale group is noticed': [
    {
      file: '/src/audio/voice/worker/voice-link.ts',
      guard: "if (defect) this.#tell({ type: 'defect', what: defect });",
      without: '',
    },
  ],
  'a dead worker is replaced': [
    {
      file: '/src/audio/voice/worker-supervisor.ts',
      guard: '      this.#restartTimer = undefined;\n      this.#launch();',
      without: '      this.#restartTimer = undefined;',
    },
  ],
  'a stall of the hub isn’t held against the worker': [
    {
      file: '/src/audio/voice/worker-supervisor.ts',
      guard: 'if (this.#unansweredCount >= (this.#heard ? unansweredMax : unansweredAtStartMax)) {',
      // Silence as this thread's clock sees it, which is what a stall of this thread looks like.
      without: [
        'const beatMs = performance.now();',
        'const silentMs = beatMs - (globalThis.lastBeatMs ?? beatMs);',
        'globalThis.lastBeatMs = beatMs;',
        'if (silentMs > limits.heartbeatTimeoutMs) {',
      ].join(' '),
    },
  ],
  'relays are restored': [
    {
      file: '/src/audio/relay/kept-relays.ts',
      guard: 'relay.takeUp();',
      without: '',
    },
  ],
  'a dry buffer gathers anew': [
    {
      file: '/src/audio/jitter/jitter-buffer.ts',
      guard: 'if (this.#spanCount() < this.#startCount()) return waiting;',
      without: 'if (this.#startedPlaying || this.#spanCount() < this.#delay.targetCount) return waiting;',
    },
  ],
  'a lost source is asked again': [
    {
      file: '/src/audio/relay/shared-stream.ts',
      guard: 'await this.#pause(backoffMs(chance, resubscribeBackoff, attempt));',
      without: 'await this.#pause(3_600_000);',
    },
    {
      file: '/src/audio/relay/shared-stream.ts',
      guard: 'this.#wake?.();',
      without: '',
    },
  ],
  'RTP time follows the turns': [
    {
      file: '/src/audio/voice/worker/rtp-position.ts',
      guard: 'advance(position, 0, turn - this.#turn - 1);',
      without: '{}',
    },
  ],
  'time is monotonic': [wallClock],
  'time is monotonic, and its jumps are skipped': [
    wallClock,
    {
      file: '/src/audio/voice/worker/frame-clock.ts',
      guard: 'if (lateCount > init.lateCountMax) {',
      without: 'if (false) {',
    },
    {
      // Spaced, the turns that are made up for are slow enough for the buffer to outlast them.
      file: '/src/audio/voice/worker/frame-clock.ts',
      guard: 'arm(nowMs + init.catchUpSpacingMs);',
      without: 'arm(nowMs);',
    },
  ],
};
