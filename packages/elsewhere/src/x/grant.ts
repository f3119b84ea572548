import { createHash } from 'node:crypto';
import { BoundedMap } from '../core/bounded-map.ts';
import { type Fields, fieldsOf, textOf } from '../core/fields.ts';
import type { Answer, ApiCall, Call, PageAnswer } from '../core/route.ts';
import { fieldOf, type IssuedToken, randomText, type Tokens } from '../core/tokens.ts';
import { elsewhereErrors } from '../errors.ts';
import { html } from '../page/html.ts';
import { formOf, seeOther } from '../page/service-page.ts';
import { account } from './views.ts';

/** Grants that were given and not exchanged yet. */
export const codesMax = 50;
const codeLifeMs = 30_000;
const accessLifeSeconds = 7_200;
const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

interface Asked {
  clientId: string;
  redirectUrl: URL;
  scope: string;
  state: string;
  challenge: string;
}

/** OAuth 2.0 with PKCE: the page on which people grant access, and the tokens that follow (RFC 6749, RFC 7636). */
export class Grants {
  readonly #tokens: Tokens;
  readonly #codes = new BoundedMap<string, Asked & { atMs: number }>(codesMax);
  readonly #scopes = new BoundedMap<string, string>(codesMax);

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  page({ query }: Call): PageAnswer {
    const { clientId, redirectUrl, scope } = askedBy(query);
    const fields = [...query].map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
    );
    const button = (answer: string, words: string) =>
      html`<form method="post" action="/i/oauth2/authorize">${fields}<input type="hidden" name="answer" value="${answer}"><button id="${answer}">${words}</button></form>`;
    const main = html`<p><a href="/x">X</a></p><h1>An app asks for access</h1>
<p>The app <code><bdi>${clientId}</bdi></code> at <code>${redirectUrl.origin}</code> wants to act for @${account.username}:</p>
<ul>${scope
      .split(' ')
      .filter(Boolean)
      .map((each) => html`<li><code>${each}</code></li>`)}</ul>
<div class="row">${button('allow', 'Authorize app')} ${button('deny', 'Cancel')}</div>`;
    return { title: 'Access', main, formsLeadTo: redirectUrl.origin };
  }

  answer(call: Call): Answer {
    const form = formOf(call);
    const asked = askedBy(form);
    const back = new URL(asked.redirectUrl);
    back.searchParams.set('state', asked.state);
    if (form.get('answer') === 'allow') {
      const code = randomText(64);
      this.#codes.set(code, { ...asked, atMs: Date.now() });
      back.searchParams.set('code', code);
    } else back.searchParams.set('error', 'access_denied');
    return seeOther(back.href);
  }

  token(call: ApiCall): Answer {
    const sent = sentBy(call);
    if (sent.grant_type === 'authorization_code') return this.#exchange(sent);
    if (sent.grant_type === 'refresh_token') return this.#renew(textOf(sent.refresh_token) ?? '');
    return refused('unsupported_grant_type');
  }

  /** The one whose access token this is. */
  find(accessToken: string): IssuedToken | undefined {
    const token = this.#tokens.find(accessToken);
    return token && fieldOf(token, 'accessToken') === accessToken ? token : undefined;
  }

  #exchange(sent: Fields): Answer {
    const code = textOf(sent.code) ?? '';
    const asked = this.#codes.get(code);
    this.#codes.delete(code);
    const proof = createHash('sha256')
      .update(textOf(sent.code_verifier) ?? '')
      .digest('base64url');
    if (!asked || Date.now() - asked.atMs > codeLifeMs) return refused('invalid_grant');
    if (sent.redirect_uri !== asked.redirectUrl.href || proof !== asked.challenge)
      return refused('invalid_grant');
    return this.#issued(asked.scope);
  }

  /** A refresh token works once. */
  #renew(refreshToken: string): Answer {
    const before = this.#tokens.find(refreshToken);
    if (!before || before.revokedAtMs !== undefined || fieldOf(before, 'refreshToken') !== refreshToken)
      return refused('invalid_request');
    this.#tokens.revoke(before.id);
    return this.#issued(this.#scopes.get(before.id) ?? '');
  }

  #issued(scope: string): Answer {
    const [accessToken, refreshToken] = [randomText(80), randomText(80)];
    const token = this.#tokens.issue(
      [
        { name: 'accessToken', label: 'Access token (granted)', value: accessToken },
        { name: 'refreshToken', label: 'Refresh token', value: refreshToken },
      ],
      accessLifeSeconds * 1_000,
    );
    this.#scopes.set(token.id, scope);
    const json = {
      token_type: 'bearer',
      expires_in: accessLifeSeconds,
      access_token: accessToken,
      refresh_token: refreshToken,
      scope,
    };
    return { status: 200, json };
  }
}

/** Nobody is led to another machine. Throws ELSEWHERE_FORM_REFUSED. */
function askedBy(query: URLSearchParams): Asked {
  const redirectUrl = URL.parse(query.get('redirect_uri') ?? '');
  const asked = {
    clientId: query.get('client_id') ?? '',
    scope: query.get('scope') ?? '',
    state: query.get('state') ?? '',
    challenge: query.get('code_challenge') ?? '',
  };
  if (!redirectUrl || !loopbackNames.has(redirectUrl.hostname))
    throw elsewhereErrors.formRefused({ reason: 'it would lead to another machine' });
  const isWhole =
    query.get('response_type') === 'code' &&
    query.get('code_challenge_method') === 'S256' &&
    /^[\w-]{43}$/.test(asked.challenge) &&
    Object.values(asked).every((value) => value !== '' && value.length <= 1_000);
  if (!isWhole)
    throw elsewhereErrors.formRefused({ reason: 'it asks for access in another way than X takes' });
  return { ...asked, redirectUrl };
}

function sentBy({ json, body }: ApiCall): Fields {
  if (Object.keys(json).length > 0) return json;
  return fieldsOf(Object.fromEntries(new URLSearchParams(body.bytes.toString())));
}

function refused(error: string): Answer {
  return { status: 400, json: { error, error_description: `Value passed was invalid: ${error}` } };
}
