import type { Platform } from '../../platform.ts';
import type { Route } from '../route.ts';
import { commandRoutes } from './commands.ts';
import { gatewayRoutes } from './gateway.ts';
import { interactionRoutes } from './interactions.ts';
import { messageRoutes } from './messages.ts';
import { userRoutes } from './users.ts';
import { webhookMessageRoutes } from './webhook-messages.ts';

/** Every route of the REST API. */
export function allRoutes(platform: Platform): Route[] {
  return [
    ...gatewayRoutes(platform),
    ...userRoutes(platform),
    ...commandRoutes(platform),
    ...interactionRoutes(platform),
    ...webhookMessageRoutes(platform),
    ...messageRoutes(platform),
  ];
}
