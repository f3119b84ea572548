/** The parts of the local Discord, built once and handed to the doors: REST, gateway, people, faults. */
import { Announcer } from './announcer.ts';
import type { PlaygroundEvent, PlaygroundInit, WorldSeed } from './contract.ts';
import { Gateway } from './gateway/gateway.ts';
import { Interactions } from './people/interactions.ts';
import type { Timing } from './timing.ts';
import type { VoiceServer } from './voice/contract.ts';
import { VoiceDesk } from './voice-desk.ts';
import { Attachments } from './world/attachments.ts';
import { Commands } from './world/commands.ts';
import { type Composer, createComposer } from './world/compose-message.ts';
import { Messages } from './world/messages.ts';
import { createSnowflakes, type Snowflakes } from './world/snowflakes.ts';
import { Webhooks } from './world/webhooks.ts';
import { World } from './world/world.ts';

export interface Platform {
  world: World;
  snowflakes: Snowflakes;
  messages: Messages;
  attachments: Attachments;
  composer: Composer;
  commands: Commands;
  webhooks: Webhooks;
  interactions: Interactions;
  gateway: Gateway;
  announcer: Announcer;
  voice: VoiceServer;
  voiceDesk: VoiceDesk;
  timing: Timing;
  emit: (event: PlaygroundEvent) => void;
}

export interface PlatformInit {
  seed: WorldSeed;
  timing: Timing;
  voice: VoiceServer;
  emit: (event: PlaygroundEvent) => void;
  soundOf: PlaygroundInit['soundOf'];
  /** `http://127.0.0.1:PORT`; known once the server listens. */
  baseUrl: () => string;
}

export function createPlatform(init: PlatformInit): Platform {
  const { timing, voice, emit, baseUrl, soundOf } = init;
  const snowflakes = createSnowflakes(() => Date.now());
  const world = new World(snowflakes, init.seed);
  const messages = new Messages();
  const attachments = new Attachments({ snowflakes }, { baseUrl });
  const composer = createComposer({ world, snowflakes, attachments });
  const gateway = new Gateway(
    { world, timing, emit },
    {
      url: () => `${baseUrl().replace(/^http/, 'ws')}/gateway`,
      onSessionEnd: (botId) => voiceDesk.leaveEverywhere(botId),
    },
  );
  const announcer = new Announcer({ world, emit, dispatch: (dispatch) => gateway.dispatch(dispatch) });
  const voiceDesk = new VoiceDesk({ world, announcer, soundOf, voice });
  const interactions = new Interactions({
    world,
    snowflakes,
    messages,
    composer,
    announcer,
    gateway,
    timing,
    emit,
  });
  return {
    world,
    snowflakes,
    messages,
    attachments,
    composer,
    commands: new Commands({ snowflakes }),
    webhooks: new Webhooks({ snowflakes }),
    interactions,
    gateway,
    announcer,
    voice,
    voiceDesk,
    timing,
    emit,
  };
}
