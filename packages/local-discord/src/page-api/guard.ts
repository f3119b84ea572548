import type { IncomingHttpHeaders } from 'node:http';
import { pageErrors } from './errors.ts';

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The playground lets anybody act as anybody, so only its own page may talk to it. The Host check stops
 * names that a foreign site has pointed at 127.0.0.1; the Origin check stops a foreign site's requests and sockets.
 * A request without Origin comes from no page: a test or a script of this machine.
 */
export function assertOwnPage(headers: IncomingHttpHeaders): void {
  const host = headers.host ?? '';
  if (!loopbackNames.has(urlOf(`http://${host}`)?.hostname ?? ''))
    throw pageErrors.PAGE_HOST_REFUSED({ host });
  const { origin } = headers;
  if (origin !== undefined && urlOf(origin)?.origin !== urlOf(`http://${host}`)?.origin) {
    throw pageErrors.PAGE_ORIGIN_REFUSED({ origin });
  }
}

/** `wasm-unsafe-eval` lets the Opus decoder compile its WebAssembly; nothing comes from elsewhere. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

function urlOf(text: string): URL | undefined {
  return URL.parse(text) ?? undefined;
}
