import { randomUUID } from 'node:crypto';
import { BoundedMap } from '../core/bounded-map.ts';
import { fieldsOf, parsedJson, textOf } from '../core/fields.ts';
import { type LoggedBody, loggedBody } from '../core/request-log.ts';
import type { Answer, ApiCall, Call, PageAnswer } from '../core/route.ts';
import type { Service, ServiceWorld } from '../core/service.ts';
import { fieldOf, type IssuedToken, randomText, stateOf } from '../core/tokens.ts';
import { elsewhereErrors } from '../errors.ts';
import { type Html, html, longText } from '../page/html.ts';
import { bodyView, headerLines } from '../page/request-page.ts';
import { time } from '../page/words.ts';
import { judgeSignature, type Verdict } from './signature.ts';

/** The newest are kept. */
export const messagesMax = 100;

interface Message {
  id: string;
  inbox: string;
  atMs: number;
  headers: readonly (readonly [string, string])[];
  body: LoggedBody;
  title: string | undefined;
  text: string | undefined;
  verdict: Verdict;
  /** With the same Idempotency-Key, after the first. */
  repeatsCount: number;
}

/** Addresses that take signed webhooks, each with a secret of its own. */
export function createInbox(world: ServiceWorld): Service {
  const { tokens, changes, baseUrl } = world;
  const messages = new BoundedMap<string, Message>(messagesMax);
  const byKey = new BoundedMap<string, Message>(messagesMax);

  function tokenOf({ params }: Call): IssuedToken | undefined {
    return tokens.find(`${baseUrl()}/hooks/${params.name ?? ''}`);
  }

  function take(call: ApiCall): Answer {
    const { params, headers, body } = call;
    const token = tokenOf(call);
    if (!token) return refusal(404, 'No inbox has this address. Get one at the inbox’s page.');
    const state = stateOf(token);
    if (state !== 'valid') return refusal(410, `This address is ${state}.`);
    if (!body.isWhole) return refusal(413, 'That is more than an inbox takes.');
    const verdict = judgeSignature(headers, body.bytes, fieldOf(token, 'secret') ?? '', Date.now());
    const key = `${params.name}/${headers['idempotency-key'] ?? randomUUID()}`;
    const before = byKey.get(key);
    if (before && verdict.isGood) {
      before.repeatsCount += 1;
      return accepted(before);
    }
    const message = messageOf(call, verdict);
    messages.set(message.id, message);
    if (!verdict.isGood) return refusal(401, verdict.words);
    byKey.set(key, message);
    changes.arrived({ service: 'inbox', what: titleOf(message), path: pathOf(message) });
    return accepted(message);
  }

  function accepted(message: Message): Answer {
    return { status: 200, json: { ok: true, url: `${baseUrl()}${pathOf(message)}` } };
  }

  return {
    id: 'inbox',
    title: 'Webhook inbox',
    addresses: {},
    prefixes: ['/hooks'],
    apis: [{ method: 'POST', path: '/hooks/{name}', access: 'open', run: take }],
    pages: [
      {
        method: 'GET',
        path: '/inbox/messages/{id}',
        run: ({ params, path }) => {
          const message = messages.get(params.id ?? '');
          if (!message) throw elsewhereErrors.notThere({ path });
          return messagePage(message);
        },
      },
    ],
    tokenHelp: () => 'An address that takes webhooks, and the secret that they are signed with.',
    newToken: () => [
      { name: 'url', label: 'Address', value: `${baseUrl()}/hooks/${randomText(12)}` },
      { name: 'secret', label: 'Signing secret', value: `whsec_${randomText(32)}` },
    ],
    tokenOf,
    badToken: 'This address is closed.',
    refusal,
    overview: () => overview(messages.newest()),
  };
}

function messageOf({ params, headers, body }: ApiCall, verdict: Verdict): Message {
  const said = fieldsOf(parsedJson(body.bytes.toString()));
  return {
    id: randomUUID(),
    inbox: params.name ?? '',
    atMs: Date.now(),
    headers: Object.entries(headers),
    body: loggedBody(body.bytes),
    title: textOf(said.title),
    text: textOf(said.text),
    verdict,
    repeatsCount: 0,
  };
}

function refusal(status: number, message: string, retryAfterSeconds?: number): Answer {
  return {
    status,
    json: { ok: false, error: message },
    ...(retryAfterSeconds !== undefined && { headers: { 'retry-after': String(retryAfterSeconds) } }),
  };
}

function overview(messages: readonly Message[]): Html {
  if (messages.length === 0) return html`<p class="dim">No webhook has come yet.</p>`;
  const rows = messages.map(
    (message) =>
      html`<tr><td>${time(message.atMs)}</td><td><a href="${pathOf(message)}"><bdi>${titleOf(message)}</bdi></a></td><td>${verdictTag(message)}</td></tr>`,
  );
  return html`<table><thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Signature</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function messagePage(message: Message): PageAnswer {
  const { atMs, headers, body, text, verdict, repeatsCount } = message;
  const main = html`<p><a href="/inbox">Back</a></p>
<h1><bdi>${titleOf(message)}</bdi></h1>
<p>${verdictTag(message)} ${verdict.words}</p>
<p class="dim">Came ${time(atMs)}${repeatsCount > 0 && html`, and ${repeatsCount} more times with the same Idempotency-Key, which counts as once`}.</p>
${text !== undefined && html`<div class="card">${longText(text)}</div>`}
<h2>Headers</h2><pre>${headerLines(headers)}</pre>
<h2>Body</h2>${bodyView(body)}`;
  return { title: titleOf(message), main };
}

function verdictTag({ verdict }: Message): Html {
  return html`<span class="tag ${verdict.isGood ? 'good' : 'bad'}">${verdict.isGood ? 'signed' : 'refused'}</span>`;
}

function titleOf({ title }: Message): string {
  return title === undefined || title.trim() === '' ? 'A webhook' : title.slice(0, 200);
}

function pathOf({ id }: Message): string {
  return `/inbox/messages/${id}`;
}
