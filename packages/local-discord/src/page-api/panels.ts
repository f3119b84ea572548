/** Modules of the host that the page loads: each adds a panel (page/panel.ts). */
import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { pageErrors } from './errors.ts';
import type { PanelState } from './protocol.ts';

export interface HostPanel {
  /** Letters, digits and hyphens; none twice. */
  name: string;
  /** A JavaScript module without imports of its own: the page's policy takes scripts from this server only. */
  modulePath: string;
  /** A stylesheet for it; the page's colours are custom properties of `:root`. */
  stylePath?: string;
  /** For `createPanel`; anything that JSON can hold. A function gives what is true when it is asked for. */
  data?: unknown;
}

const prefix = '/panels';

/**
 * The files, at `/panels/NAME.js` and `/panels/NAME.css`. Read at each request: a rebuilt panel needs only a reload.
 */
export function addPanelFiles(app: FastifyInstance, panels: readonly HostPanel[]): void {
  for (const { name, modulePath, stylePath } of checked(panels)) {
    serve(app, `${prefix}/${name}.js`, modulePath, 'text/javascript; charset=utf-8');
    if (stylePath !== undefined) serve(app, `${prefix}/${name}.css`, stylePath, 'text/css; charset=utf-8');
  }
}

/** What the page loads, in the host's order. */
export function panelStates(panels: readonly HostPanel[]): PanelState[] {
  return panels.map(({ name, stylePath, data = null }) => ({
    name,
    module: `${prefix}/${name}.js`,
    ...(stylePath === undefined ? {} : { style: `${prefix}/${name}.css` }),
    data: typeof data === 'function' ? data() : data,
  }));
}

function checked(panels: readonly HostPanel[]): readonly HostPanel[] {
  for (const [index, { name }] of panels.entries()) {
    if (!/^[a-z0-9-]{1,40}$/i.test(name) || panels.findIndex((each) => each.name === name) !== index)
      throw pageErrors.PAGE_PANEL_NAME_INVALID({ name });
  }
  return panels;
}

function serve(app: FastifyInstance, url: string, path: string, type: string): void {
  app.get(url, async (_request, reply) => {
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw pageErrors.PAGE_PANEL_MISSING({ path }, { cause });
    });
    return reply.header('cache-control', 'no-cache').type(type).send(text);
  });
}
