import { createHash } from 'node:crypto';
import type { Answer, Asked } from '../compliance/fake-platform.ts';

interface Request {
  clientId: string;
  redirectUrl: string;
  challenge: string;
}

/**
 * X's page on which access is granted, and its judgement of the token request. What it demands is RFC 6749 §4.1 and
 * RFC 7636 §4, to the letter: X's official description leaves OAuth out.
 */
export class FakeAuthorisation {
  readonly clientId = 'client-id-of-the-app';
  /** Undefined: a public client. */
  clientSecret: string | undefined;
  callbackUrl = '';
  scope = 'tweet.read tweet.write users.read media.write offline.access';
  /** What page and token request did that the standards don't allow. */
  readonly violations: string[] = [];
  /** How often a token was asked for. */
  exchangeCount = 0;
  /** By code. */
  readonly #granted = new Map<string, Request>();

  page(query: URLSearchParams): Answer {
    const expected = { response_type: 'code', client_id: this.clientId, code_challenge_method: 'S256' };
    for (const [name, value] of Object.entries(expected))
      if (query.get(name) !== value) this.violations.push(`page: ${name} is ${query.get(name)}`);
    const challenge = query.get('code_challenge') ?? '';
    if (!/^[\w-]{43}$/.test(challenge)) this.violations.push(`page: code_challenge is ${challenge}`);
    const wanted = new Set(query.get('scope')?.split(' '));
    if (!wanted.has('offline.access') || !wanted.has('tweet.write')) this.violations.push('page: scope');
    const redirectUrl = query.get('redirect_uri') ?? '';
    // RFC 6749 §4.1.2.1: nobody is led to an address that isn't registered.
    if (redirectUrl !== this.callbackUrl) return html(`Something went wrong: ${redirectUrl}`);
    const code = `code-${this.#granted.size + 1}-canary`;
    this.#granted.set(code, { clientId: query.get('client_id') ?? '', redirectUrl, challenge });
    const back = (answer: Record<string, string>) => {
      const url = new URL(redirectUrl);
      for (const [name, value] of Object.entries({ ...answer, state: query.get('state') ?? '' }))
        url.searchParams.set(name, value);
      return url.href.replaceAll('&', '&amp;');
    };
    return html(`<h1>Fake X</h1><p>The app wants to post for @harbour.</p>
      <a id="allow" href="${back({ code })}">Authorize app</a>
      <a id="deny" href="${back({ error: 'access_denied' })}">Cancel</a>`);
  }

  /** Undefined when a token may be given. */
  refusalOf(asked: Asked): Answer | undefined {
    this.exchangeCount += 1;
    const form = new URLSearchParams(asked.body.toString());
    if (form.get('grant_type') !== 'authorization_code') return refused('unsupported_grant_type');
    const request = this.#granted.get(form.get('code') ?? '');
    this.#granted.delete(form.get('code') ?? '');
    if (!request || form.get('redirect_uri') !== request.redirectUrl) return refused('invalid_grant');
    if (!this.#knowsClient(asked, form, request)) return refused('invalid_client', 401);
    const verifier = form.get('code_verifier') ?? '';
    if (!/^[\w.~-]{43,128}$/.test(verifier)) this.violations.push('token: code_verifier');
    const proof = createHash('sha256').update(verifier).digest('base64url');
    return proof === request.challenge ? undefined : refused('invalid_grant');
  }

  #knowsClient({ headers }: Asked, form: URLSearchParams, { clientId }: Request): boolean {
    if (form.has('client_secret')) this.violations.push('token: client_secret in the body');
    if (this.clientSecret === undefined) return form.get('client_id') === clientId;
    const basic = Buffer.from(`${clientId}:${this.clientSecret}`).toString('base64');
    return headers.authorization === `Basic ${basic}`;
  }
}

export function isForm({ headers }: Asked): boolean {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
}

function refused(error: string, status = 400): Answer {
  return { status, body: { error, error_description: `Value passed was invalid: ${error}` } };
}

function html(body: string): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html>${body}`,
  };
}
