import { guildsService } from '#access/guilds/service.ts';
import { hostingService } from '#access/home/service.ts';
import { accessService } from '#access/service.ts';
import { tokensService } from '#access/tokens/service.ts';
import { recordingsService } from '#audio/record/service.ts';
import { audioService } from '#audio/service.ts';
import { voiceService } from '#audio/voice/service.ts';
import type { AnyService } from '#contracts/service.ts';
import { doctorService } from '#discord/doctor/service.ts';
import { discordService } from '#discord/service.ts';
import { meshService } from '#mesh/service.ts';
import { publishingService } from '#publishing/service.ts';
import { schedulingService } from '#scheduling/service.ts';
import { wallTimeService } from '#scheduling/time/service.ts';
import { webService } from '#web/service.ts';
import type { HubPorts } from './ports.ts';
import type { HubSettings } from './settings.ts';

/** The services of a hub, in the order in which they are created and started; they stop in reverse. */
export const services: readonly AnyService<HubPorts, HubSettings>[] = [
  tokensService,
  accessService,
  hostingService,
  guildsService,
  discordService,
  voiceService,
  meshService,
  audioService,
  wallTimeService,
  publishingService,
  recordingsService,
  schedulingService,
  webService,
  doctorService,
];
