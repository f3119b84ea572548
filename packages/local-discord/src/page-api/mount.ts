import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Playground } from '../contract.ts';
import { addActRoutes } from './act-routes.ts';
import { answerErrors } from './error-answers.ts';
import { pageErrors } from './errors.ts';
import { assertOwnPage, pageHeaders } from './guard.ts';
import { createListenSockets } from './listen-socket.ts';
import { createLiveSockets } from './live-socket.ts';
import { addPageFiles } from './page-files.ts';
import { addPanelFiles, type HostPanel, panelStates } from './panels.ts';
import { apiPrefix, type LinkState, listenPath, livePath } from './protocol.ts';
import { acceptSockets } from './upgrades.ts';
import { addWorldRoutes } from './world-routes.ts';

export type { HostPanel } from './panels.ts';

export interface PageMountInit {
  /** Panels of the host's own, in the order of their buttons. */
  panels?: readonly HostPanel[];
  /** Other pages of the host's, each opened in a tab of its own. */
  links?: readonly LinkState[];
  /** The built page; by default where `build.ts` puts it. */
  distDirectory?: string;
}

export type PageMount = (app: FastifyInstance, playground: Playground) => Promise<void>;

const builtPage = join(import.meta.dirname, '../page/dist');

/** The page and its API on the playground's own server. Everything it opens ends with the server. */
export function createPageMount({
  panels = [],
  links = [],
  distDirectory = builtPage,
}: PageMountInit = {}): PageMount {
  return async function mountPage(app, playground) {
    acceptSockets(app, {
      [livePath]: createLiveSockets(playground),
      [listenPath]: createListenSockets(playground),
    });
    await app.register(async (scope) => {
      // A form of a foreign site can post text without asking first; only JSON may act.
      scope.removeContentTypeParser('text/plain');
      scope.addHook('onRequest', async (request, reply) => {
        reply.headers(pageHeaders);
        assertOwnPage(request.headers);
      });
      answerErrors(scope);
      await addPageFiles(scope, distDirectory);
      addPanelFiles(scope, panels);
      await scope.register(
        async (api) => {
          api.get('/panels', () => ({ panels: panelStates(panels), links }));
          addWorldRoutes(api, playground);
          addActRoutes(api, playground);
          api.setNotFoundHandler(({ url }) => {
            throw pageErrors.PAGE_ROUTE_UNKNOWN({ path: url });
          });
        },
        { prefix: apiPrefix },
      );
    });
  };
}
