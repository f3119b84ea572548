import type { Depot } from '../core/depot.ts';
import type { Answer, Call, PageAnswer } from '../core/route.ts';
import { elsewhereErrors } from '../errors.ts';
import { type Html, html, link, longText } from '../page/html.ts';
import { player } from '../page/player.ts';
import { count, sizeText, time } from '../page/words.ts';
import type { Capture } from './captures.ts';
import { type Item, type ItemFile, titleOf } from './items.ts';
import { addresses } from './paths.ts';

export function overviewPart(items: readonly Item[], captures: readonly Capture[]): Html {
  const rows = items.map(
    (item) =>
      html`<li><a href="${addresses.metadata}/details/${item.identifier}"><bdi>${titleOf(item)}</bdi></a> <span class="dim">${count(item.files.size, 'file')}, ${time(item.changedAtMs)}</span></li>`,
  );
  const pages = captures.map(
    ({ url, atMs }) => html`<li><bdi>${link(url)}</bdi> <span class="dim">${time(atMs)}</span></li>`,
  );
  return html`<h2>Items</h2>${rows.length > 0 ? html`<ul>${rows}</ul>` : html`<p class="dim">No item yet.</p>`}
${pages.length > 0 && html`<h2>Pages it was asked to keep</h2><ul>${pages}</ul>`}`;
}

export function itemPage(item: Item | undefined, { path }: Call): PageAnswer {
  if (!item) throw elsewhereErrors.notThere({ path });
  const { description, ...others } = item.metadata;
  const rows = Object.entries(others).map(
    ([name, value]) =>
      html`<tr><th scope="row">${name}</th><td><bdi>${[value].flat().join(', ')}</bdi></td></tr>`,
  );
  const main = html`<p><a href="${addresses.metadata}">Back</a></p><h1><bdi>${titleOf(item)}</bdi></h1>
${typeof description === 'string' && html`<div class="card">${longText(shownText(description))}</div>`}
<h2>${count(item.files.size, 'file')}</h2><ul>${item.files.values().map((file) => fileLine(item, file))}</ul>
<h2>Details</h2><table><tbody>${rows}</tbody></table>`;
  return { title: titleOf(item), main };
}

/** Descriptions are HTML there; here their words are enough. */
function shownText(description: string): string {
  return description
    .replace(/<br\s{0,9}\/?>\n?|<\/p>/gi, '\n')
    .replace(/<[^<>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .trim();
}

function fileLine({ identifier }: Item, { name, mediaType, file }: ItemFile): Html {
  const url = `${addresses.metadata}/download/${identifier}/${encodeURIComponent(name)}`;
  return html`<li><a href="${url}"><bdi>${name}</bdi></a> <span class="dim">${sizeText(file.sizeBytes)}</span>${player(url, mediaType, name)}</li>`;
}

export function itemFile(item: Item | undefined, depot: Depot, { params, path }: Call): Answer {
  const found = item?.files.get(params.name ?? '');
  const bytes = found && depot.read(found.file);
  if (!bytes) throw elsewhereErrors.notThere({ path });
  return { status: 200, file: { bytes, name: found.name, mediaType: found.mediaType } };
}

export function capturePage(captures: readonly Capture[], { params, path }: Call): PageAnswer {
  const capture = captures.find(({ timestamp }) => timestamp === params.timestamp);
  if (!capture) throw elsewhereErrors.notThere({ path });
  const main = html`<p><a href="${addresses.metadata}">Back</a></p><h1>A page kept</h1>
<p><bdi>${link(capture.url)}</bdi>, ${time(capture.atMs)}</p>
<p class="dim">This stand-in loads nothing: it notes what it was asked to keep.</p>`;
  return { title: 'A page kept', main };
}
