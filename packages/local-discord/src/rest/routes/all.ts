import type { Platform } from '../../platform.ts';
import type { Route } from '../route.ts';
import { channelRoutes } from './channels.ts';
import { commandRoutes } from './commands.ts';
import { gatewayRoutes } from './gateway.ts';
import { interactionRoutes } from './interactions.ts';
import { memberRoutes } from './members.ts';
import { messageRoutes } from './messages.ts';
import { reactionRoutes } from './reactions.ts';
import { roleRoutes } from './roles.ts';
import { stageRoutes } from './stages.ts';
import { threadRoutes } from './threads.ts';
import { userRoutes } from './users.ts';
import { voiceRoutes } from './voice.ts';
import { webhookMessageRoutes } from './webhook-messages.ts';
import { webhookRoutes } from './webhooks.ts';

/** Every route of the REST API. */
export function allRoutes(platform: Platform): Route[] {
  return [
    ...gatewayRoutes(platform),
    ...userRoutes(platform),
    ...commandRoutes(platform),
    ...interactionRoutes(platform),
    ...webhookMessageRoutes(platform),
    ...messageRoutes(platform),
    ...reactionRoutes(platform),
    ...channelRoutes(platform),
    ...threadRoutes(platform),
    ...webhookRoutes(platform),
    ...roleRoutes(platform),
    ...memberRoutes(platform),
    ...voiceRoutes(platform),
    ...stageRoutes(platform),
  ];
}
