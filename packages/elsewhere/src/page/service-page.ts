import type { RequestLog } from '../core/request-log.ts';
import type { Answer, Call, PageAnswer, PageRoute } from '../core/route.ts';
import type { Service } from '../core/service.ts';
import { type Fault, faults, faultWords, type Setting, type Switches } from '../core/switches.ts';
import { type IssuedToken, stateOf, type Tokens } from '../core/tokens.ts';
import { elsewhereErrors } from '../errors.ts';
import { type Html, html } from './html.ts';
import { requestRows } from './request-page.ts';
import { time } from './words.ts';

export interface ServicePageComponents {
  service: Service;
  tokens: Tokens;
  switches: Switches;
  log: RequestLog;
}

const requestsShownMax = 25;
const tokensShownMax = 10;
const lives: Readonly<Record<string, number>> = { '2-minutes': 120_000, '1-hour': 3_600_000 };

/** The page of one stand-in: what stands there, tokens, switches, requests. */
export function servicePages(components: ServicePageComponents): PageRoute[] {
  const { service, tokens, switches } = components;
  const home = `/${service.id}`;
  return [
    { method: 'GET', path: home, run: () => servicePage(components) },
    {
      method: 'POST',
      path: `${home}/tokens`,
      run: (call) => {
        const token = tokens.issue(service.newToken(), lives[formOf(call).get('life') ?? '']);
        const fields = Object.fromEntries(token.fields.map(({ name, value }) => [name, value]));
        if (/json/.test(call.headers.accept ?? '')) return { status: 200, json: { fields } };
        return seeOther(home);
      },
    },
    {
      method: 'POST',
      path: `${home}/tokens/{id}/revoke`,
      run: ({ params }) => {
        if (params.id === 'all') tokens.revokeAll();
        else tokens.revoke(params.id ?? '');
        return seeOther(home);
      },
    },
    {
      method: 'POST',
      path: `${home}/switches`,
      run: (call) => {
        const form = formOf(call);
        switches.set(faultOf(form.get('fault')), settingOf(form.get('setting')));
        return seeOther(home);
      },
    },
  ];
}

function servicePage(components: ServicePageComponents): PageAnswer {
  const { service, log } = components;
  const { id, title } = service;
  const requests = log.of(id, requestsShownMax);
  const main = html`
<h1>${title}</h1>
${service.overview()}
<section aria-labelledby="tokens-title"><h2 id="tokens-title">Access</h2>${tokensPart(components)}</section>
<section aria-labelledby="switches-title"><h2 id="switches-title">Make something go wrong</h2>${switchesPart(components)}</section>
<section aria-labelledby="requests-title"><h2 id="requests-title">Requests</h2>
${requests.length === 0 ? html`<p class="dim">None yet.</p>` : requestRows(requests)}
</section>`;
  return { title, main };
}

function tokensPart({ service, tokens }: ServicePageComponents): Html {
  const issued = tokens.newest();
  return html`<p>${service.tokenHelp()}</p>
<div class="row">
<form method="post" action="/${service.id}/tokens" data-copies>
<button class="first" id="get-token">Get a token</button>
<label>valid <select name="life" id="life"><option value="">until revoked</option><option value="1-hour">for 1 hour</option><option value="2-minutes">for 2 minutes</option></select></label>
</form>
${
  issued.some((token) => stateOf(token) === 'valid') &&
  html`<form method="post" action="/${service.id}/tokens/all/revoke"><button id="revoke-all">Revoke all</button></form>`
}
</div>
${issued.slice(0, tokensShownMax).map((token) => tokenCard(service, token))}`;
}

function tokenCard({ id: service }: Service, token: IssuedToken): Html {
  const state = stateOf(token);
  const { id, fields, issuedAtMs, expiresAtMs } = token;
  const rows = fields.map(
    ({ name, label, value }) =>
      html`<tr><th scope="row">${label}</th><td><code>${value}</code></td><td><button type="button" id="copy-${id}-${name}" data-copy="${value}">Copy</button></td></tr>`,
  );
  const until = expiresAtMs === undefined ? 'until it is revoked' : html`until ${time(expiresAtMs)}`;
  return html`<div class="card">
<div class="row"><span class="tag ${state === 'valid' ? 'good' : 'bad'}">${state}</span> <span class="dim">made ${time(issuedAtMs)}, valid ${until}</span>
${
  state === 'valid' &&
  html`<form method="post" action="/${service}/tokens/${id}/revoke"><button id="revoke-${id}">Revoke</button></form>`
}</div>
<table>${rows}</table></div>`;
}

function switchesPart({ service, switches }: ServicePageComponents): Html {
  const rows = faults.map((fault) => {
    const setting = switches.setting(fault);
    const { title, help } = faultWords[fault];
    return html`<tr><th scope="row">${title}</th><td>${help}</td><td>${settingWords[setting]}</td>
<td><div class="row">${offered(fault, setting).map(([wanted, words]) => switchForm(service.id, fault, wanted, words))}</div></td></tr>`;
  });
  return html`<table><thead><tr><th scope="col">Switch</th><th scope="col">What happens</th><th scope="col">Now</th><th scope="col">Set</th></tr></thead><tbody>${rows}</tbody></table>
<p class="dim">A revoked token is made above: Revoke all, and everything is answered as to a token that no longer counts.</p>`;
}

const settingWords: Readonly<Record<Setting, string>> = {
  off: 'off',
  once: 'on for the next write',
  on: 'on',
};

function offered(fault: Fault, setting: Setting): (readonly [Setting, string])[] {
  if (setting !== 'off') return [['off', 'Off']];
  const isForWrites = fault !== 'slow' && fault !== 'too-many';
  return isForWrites
    ? [
        ['once', 'Next write'],
        ['on', 'Until off'],
      ]
    : [['on', 'On']];
}

function switchForm(service: string, fault: Fault, setting: Setting, words: string): Html {
  return html`<form method="post" action="/${service}/switches"><input type="hidden" name="fault" value="${fault}"><input type="hidden" name="setting" value="${setting}"><button id="${fault}-${setting}" aria-label="${faultWords[fault].title}: ${words}">${words}</button></form>`;
}

export function formOf({ body }: Call): URLSearchParams {
  if (!body.isWhole) throw elsewhereErrors.formRefused({ reason: 'it is too large' });
  return new URLSearchParams(body.bytes.toString());
}

function faultOf(text: string | null): Fault {
  const fault = faults.find((each) => each === text);
  if (fault === undefined) throw elsewhereErrors.formRefused({ reason: 'there is no such switch' });
  return fault;
}

function settingOf(text: string | null): Setting {
  if (text === 'once' || text === 'on' || text === 'off') return text;
  throw elsewhereErrors.formRefused({ reason: 'a switch is on, off, or on for the next write' });
}

export function seeOther(location: string): Answer {
  return { status: 303, headers: { location } };
}
