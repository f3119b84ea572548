/**
 * The supervisor of one guild's voice as a pure function: nothing here waits, sends or is random. `VoiceLink` carries
 * out the effects and reports events.
 *
 * Invariants, for any events (tests/audio/voice/worker/voice-machine.test.ts): one request for the channel at a time;
 * no request after a kick; a bounded number of requests per time; with Discord well again it ends up ready, cooling or
 * gone.
 */

import { backoffMs } from '../backoff.ts';
import type { VoiceFailureCode } from '../errors.ts';
import * as limits from '../limits.ts';
import { decideOnClose } from './close-codes.ts';
import {
  defectTexts,
  type GroupDefect,
  hindranceOf,
  type Moment,
  type Place,
  type VoiceEvent,
  type VoiceState,
  type VoiceStep,
  type VoiceTimer,
} from './voice-machine-model.ts';
import { VoiceTurn } from './voice-turn.ts';

export function advance(state: VoiceState, event: VoiceEvent, moment: Moment): VoiceStep {
  const turn = new Turn(state, moment);
  if (state.phase !== 'over') turn.take(event);
  return { state: turn.state, effects: turn.effects };
}

/** The changes of one event, on a copy. */
class Turn extends VoiceTurn {
  take(event: VoiceEvent): void {
    const { state } = this;
    if (event.type === 'abandon') {
      this.#over();
      return;
    }
    if (event.type === 'own-state') {
      this.#onOwnState(event);
      return;
    }
    if (event.type === 'gateway-lost') {
      state.gatewayLostAtMs = this.moment.nowMs;
      // Its 4014 may come first: then it doesn't wait for a move.
      if (state.expiry?.brings === 'kicked') this.#rejoin('the main session was lost');
      return;
    }
    if (event.type === 'gateway-resumed') {
      state.gatewayLostAtMs = undefined;
      return;
    }
    if (event.type === 'leave') {
      this.#onLeave();
      return;
    }
    if (state.phase === 'closing') {
      this.#whileClosing(event);
      return;
    }
    if (event.type === 'timer') {
      this.#onTimer(event.timer);
      return;
    }
    if (state.phase !== 'cooling' && state.phase !== 'backing-off') this.#whileConnected(event);
  }

  #whileConnected(event: VoiceEvent): void {
    switch (event.type) {
      case 'start':
        this.#ask(event.leaveFirst);
        break;
      case 'sent':
        this.#onSent();
        break;
      case 'server-named':
        this.state.serverSeen = true;
        break;
      case 'connecting':
        this.enter('connecting');
        this.expire(this.state.rules.joinTimeoutMs, {
          brings: 'rejoin',
          why: 'the voice server did not answer in time',
        });
        break;
      case 'ready':
        this.#onReady();
        break;
      case 'endpoint-removed':
        this.enter('waiting');
        this.expire(limits.endpointWaitMs, { brings: 'rejoin', why: 'no voice server was named' });
        break;
      case 'socket-closed':
        this.count(event.code);
        if (resumes(event.code) && ++this.state.resumeCount > limits.resumesMax)
          this.#rejoin('it resumed too often');
        break;
      case 'session-closed':
        this.#onSessionClosed(event.code);
        break;
      case 'defect':
        this.#onDefect(event.what);
        break;
      case 'mode-unsupported':
        this.#end('refused', 'VOICE_ENCRYPTION_UNSUPPORTED');
        break;
    }
  }

  #whileClosing(event: VoiceEvent): void {
    if (event.type !== 'silence-sent' && event.type !== 'session-closed') return;
    this.#finishLeaving();
  }

  #onLeave(): void {
    const { phase } = this.state;
    if (phase === 'closing') return;
    this.enter('closing');
    if (phase !== 'ready') this.#finishLeaving();
  }

  #onReady(): void {
    const { state } = this;
    this.enter('ready');
    state.problem = undefined;
    this.arm('stable', limits.connectionStableMs);
    if (state.joined) return;
    state.joined = true;
    this.disarm('join');
    this.effects.push({ do: 'report', what: 'joined' });
  }

  #onOwnState(event: Extract<VoiceEvent, { type: 'own-state' }>): void {
    const { state } = this;
    if (event.channelId === null) {
      this.#onOutside();
      return;
    }
    state.leaveAsked = false;
    state.outsideChannel = false;
    state.gatewayLostAtMs = undefined;
    state.seenIn = event.channelId;
    this.hinder(hindranceOf(event));
    if (event.channelId !== state.home.channelId)
      this.#onMoved({ channelId: event.channelId, kind: event.kind });
  }

  #onOutside(): void {
    const { state } = this;
    const wasSeen = state.seenIn !== undefined;
    state.seenIn = undefined;
    if (state.leaveAsked) {
      state.leaveAsked = false;
      return;
    }
    state.outsideChannel = true;
    // Before Discord ever showed us inside, this reports the end of an earlier session.
    if (!wasSeen || this.gatewayLost || state.phase === 'closing') return;
    this.#end('kicked', 'VOICE_KICKED');
  }

  #onMoved(to: Place): void {
    const { state } = this;
    if (state.phase === 'closing') return;
    if (state.rules.onMove === 'follow' || state.returnCount >= limits.returnsMax) {
      state.home = to;
      this.effects.push({ do: 'report', what: 'moved', channelId: to.channelId });
      return;
    }
    // Already on the way back; a cooling one isn't in any channel of ours.
    if (state.phase === 'backing-off' || state.phase === 'cooling') return;
    state.returnCount++;
    this.#backOff('people moved it', limits.returnDelayMs, false);
  }

  #onSessionClosed(code: number): void {
    const { outsideChannel } = this.state;
    const decision = decideOnClose(code, { outsideChannel, gatewayLost: this.gatewayLost });
    switch (decision.do) {
      case 'resume':
        this.#rejoin(`resuming failed after ${code}`);
        break;
      case 'rejoin':
        this.#rejoin(`closed with ${code}`);
        break;
      case 'await-move':
        this.enter('waiting');
        this.expire(limits.moveWaitMs, { brings: 'kicked' });
        break;
      case 'await-server':
        this.enter('waiting');
        this.expire(limits.serverChangeWaitMs, {
          brings: 'cool-down',
          because: decision.otherwise,
          firstMs: limits.giveUpCoolMs,
        });
        break;
      case 'cool-down':
        this.#coolDown(decision.because, decision.firstMs);
        break;
      case 'stop':
        this.#end(decision.because === 'VOICE_KICKED' ? 'kicked' : 'refused', decision.because);
        break;
    }
  }

  #onDefect(what: GroupDefect): void {
    const { state } = this;
    // Lost messages are noticed when a resume is complete, just before it is ready again.
    if (state.phase !== 'ready' && what !== 'group-outdated') return;
    const broken = what === 'group-stuck' || what === 'packets-unencryptable';
    if (broken && ++state.groupFailureCount >= limits.groupFailuresMax)
      this.#coolDown('VOICE_E2EE_STUCK', limits.giveUpCoolMs);
    else this.#rejoin(defectTexts[what]);
  }

  #onTimer(timer: VoiceTimer): void {
    const { state } = this;
    if (timer === 'stable') {
      const none = { failureCount: 0, resumeCount: 0, groupFailureCount: 0, returnCount: 0, coolCount: 0 };
      Object.assign(state, none);
      return;
    }
    if (timer === 'join') {
      if (state.joined) return;
      this.#end('failed', state.serverSeen ? 'VOICE_CHANNEL_UNREACHABLE' : 'VOICE_JOIN_TIMEOUT');
      return;
    }
    const { expiry } = state;
    state.expiry = undefined;
    if (expiry?.brings === 'ask') this.#ask(expiry.leaveFirst);
    if (expiry?.brings === 'rejoin') this.#rejoin(expiry.why);
    if (expiry?.brings === 'kicked') this.#end('kicked', 'VOICE_KICKED');
    if (expiry?.brings === 'cool-down') this.#coolDown(expiry.because, expiry.firstMs);
  }

  #ask(leaveFirst: boolean): void {
    const { state } = this;
    const { channelId } = state.home;
    this.enter('asking');
    this.effects.push({ do: 'dial', channelId });
    if (leaveFirst) {
      this.askForNone();
      state.seenIn = undefined;
    }
    this.effects.push({ do: 'ask', channelId });
  }

  /** The time-out starts here: the request may have waited its turn among many. */
  #onSent(): void {
    const { state } = this;
    const { joinTimeoutMs } = state.rules;
    if (state.phase !== 'asking') return;
    if (state.joined) this.expire(joinTimeoutMs, { brings: 'rejoin', why: 'Discord did not answer in time' });
    else if (!state.sent) this.arm('join', joinTimeoutMs);
    state.sent = true;
  }

  #rejoin(why: string): void {
    const { state } = this;
    if (state.failureCount >= state.rules.rejoinsMax) {
      this.#coolDown('VOICE_GAVE_UP', limits.giveUpCoolMs);
      return;
    }
    state.failureCount++;
    const chance = { fraction: () => this.moment.fraction };
    const delayMs = backoffMs(chance, state.failureCount, limits.rejoinDelayMs, limits.rejoinDelayMsMax);
    // Asking again for the same channel is gentlest; if that didn't help, leave and come back.
    this.#backOff(why, delayMs, state.failureCount > 1);
  }

  #backOff(why: string, delayMs: number, leaveFirst: boolean): void {
    this.state.rejoinCount++;
    this.log('info', 'voice rejoins', { why, delayMs: Math.round(delayMs) });
    this.enter('backing-off');
    this.effects.push({ do: 'hang-up' });
    this.expire(delayMs, { brings: 'ask', leaveFirst });
  }

  /** Out of the channel for a long time. Pending first joins get the error immediately instead. */
  #coolDown(because: VoiceFailureCode, firstMs: number): void {
    const { state } = this;
    if (!state.joined) {
      this.#end('failed', because);
      return;
    }
    state.coolCount++;
    // One try after the pause; a connection that holds earns the others back.
    state.failureCount = state.rules.rejoinsMax;
    state.groupFailureCount = limits.groupFailuresMax - 1;
    const chance = { fraction: () => this.moment.fraction };
    const delayMs = backoffMs(chance, state.coolCount, firstMs, Math.max(firstMs, limits.coolMsMax));
    const retryAtMs = this.moment.nowMs + delayMs;
    this.log('warn', 'voice pauses', { because, delayMs: Math.round(delayMs) });
    this.enter('cooling');
    state.problem = { code: because, retryAtMs };
    this.effects.push({ do: 'hang-up' });
    if (!state.outsideChannel) this.askForNone();
    state.seenIn = undefined;
    this.hinder(undefined);
    this.effects.push({ do: 'report', what: 'cooling', because, retryAtMs });
    this.expire(delayMs, { brings: 'ask', leaveFirst: false });
  }

  #end(kind: 'kicked' | 'failed' | 'refused', because: VoiceFailureCode): void {
    if (!this.state.outsideChannel) this.askForNone();
    this.#over();
    this.effects.push({ do: 'report', what: 'ended', kind, because });
  }

  #finishLeaving(): void {
    this.effects.push({ do: 'speaking-off' });
    this.askForNone();
    this.#over();
    this.effects.push({ do: 'report', what: 'left' });
  }

  #over(): void {
    this.enter('over');
    this.disarm('join');
    this.effects.push({ do: 'hang-up' });
  }
}

function resumes(code: number): boolean {
  return decideOnClose(code, { outsideChannel: false, gatewayLost: false }).do === 'resume';
}
