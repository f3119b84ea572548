import type { LoggedBody, LoggedRequest, RequestLog } from '../core/request-log.ts';
import type { PageRoute } from '../core/route.ts';
import { elsewhereErrors } from '../errors.ts';
import { type Html, html } from './html.ts';
import { time } from './words.ts';

/** One request as it came, with what was answered. */
export function requestPages(log: RequestLog): PageRoute[] {
  return [
    {
      method: 'GET',
      path: '/requests/{id}',
      run: ({ params, path }) => {
        const request = log.get(params.id ?? '');
        if (!request) throw elsewhereErrors.notThere({ path });
        return { title: 'Request', main: requestView(request) };
      },
    },
  ];
}

export function requestRows(requests: readonly LoggedRequest[]): Html {
  const rows = requests.map(
    ({ id, atMs, method, url, answer, fault }) =>
      html`<tr><td>${time(atMs)}</td><td><a id="request-${id}" href="/requests/${id}"><code>${method} ${shortened(url)}</code></a></td><td>${answer?.status ?? 'no answer'}${fault !== undefined && html` <span class="bad">(${fault})</span>`}</td></tr>`,
  );
  return html`<table><thead><tr><th scope="col">When</th><th scope="col">Request</th><th scope="col">Answer</th></tr></thead><tbody>${rows}</tbody></table>`;
}

export function requestView({
  service,
  atMs,
  method,
  url,
  headers,
  body,
  answer,
  fault,
}: LoggedRequest): Html {
  return html`<p><a href="/${service}">Back</a></p>
<h1>Request of ${time(atMs)}</h1>
${fault !== undefined && html`<p class="bad">${fault}</p>`}
<h2>Request</h2><pre>${method} ${url}
${headerLines(headers)}</pre>${bodyView(body)}
<h2>Answer</h2>${
    answer
      ? html`<pre>${answer.status}
${headerLines(answer.headers)}</pre>${bodyView(answer.body)}`
      : html`<p class="dim">None.</p>`
  }`;
}

export function bodyView({ text, note }: LoggedBody): Html {
  return html`${text !== '' && html`<pre>${text}</pre>`}${note !== undefined && html`<p class="note">${note}</p>`}`;
}

export function headerLines(headers: readonly (readonly [string, string])[]): string {
  return headers.map(([name, value]) => `${name}: ${value}`).join('\n');
}

const urlShownMax = 120;

function shortened(url: string): string {
  return url.length > urlShownMax ? `${url.slice(0, urlShownMax)}…` : url;
}
