import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Changes } from '../core/changes.ts';
import type { PageRoute } from '../core/route.ts';
import type { Service } from '../core/service.ts';
import { html } from './html.ts';
import { time } from './words.ts';

const assets = join(import.meta.dirname, 'assets');
const arrivalsShownMax = 30;

/** The first page: all places, and what arrived last. */
export function homePages(services: readonly Service[], changes: Changes): PageRoute[] {
  return [
    {
      method: 'GET',
      path: '/',
      run: () => {
        const arrived = changes.arrivals.slice(0, arrivalsShownMax);
        const rows = arrived.map(
          ({ service, what, path, atMs }) =>
            html`<tr><td>${time(atMs)}</td><td>${services.find(({ id }) => id === service)?.title}</td><td><a href="${path}"><bdi>${what}</bdi></a></td></tr>`,
        );
        const cards = services.map(
          ({ id, title }) =>
            html`<li class="card"><a href="/${id}"><strong>${title}</strong></a><br><span class="dim">${arrivedText(changes, id)}</span></li>`,
        );
        const main = html`<h1>Elsewhere</h1>
<p>Places to publish to, on this machine: they take what is sent to them, and show it as people would see it.</p>
<ul class="grid">${cards}</ul>
<h2>Arrived</h2>${rows.length === 0 ? html`<p class="dim">Nothing yet. Get a token at one of the places, connect with it, and publish.</p>` : html`<table><tbody>${rows}</tbody></table>`}`;
        return { title: 'All places', main };
      },
    },
    asset('live.js', 'text/javascript; charset=utf-8'),
    asset('style.css', 'text/css; charset=utf-8'),
    { method: 'GET', path: '/favicon.ico', run: () => ({ status: 204 }) },
  ];
}

function arrivedText({ arrivals }: Changes, id: string): string {
  const count = arrivals.filter(({ service }) => service === id).length;
  return count === 0 ? 'Nothing yet' : `${count} arrived`;
}

function asset(name: string, type: string): PageRoute {
  return {
    method: 'GET',
    path: `/assets/${name}`,
    run: async () => ({
      status: 200,
      headers: { 'content-type': type },
      text: await readFile(join(assets, name), 'utf8'),
    }),
  };
}
