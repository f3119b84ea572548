import type { PageAnswer } from '../core/route.ts';
import { type Html, html } from './html.ts';

export interface Place {
  id: string;
  title: string;
}

/** Nothing runs but the page's own script, and nothing is loaded but from here. */
export function pageHeaders(formsLeadTo?: string): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      "media-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      `form-action 'self'${formsLeadTo === undefined ? '' : ` ${formsLeadTo}`}`,
      "frame-ancestors 'none'",
    ].join('; '),
    ...commonHeaders,
  };
}

/** For files that people sent: even opened alone they run nothing. */
export const fileHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "sandbox; default-src 'none'; style-src 'none'; frame-ancestors 'none'",
};

export const commonHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // With none at all, browsers send the Origin of our own forms as null.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

export function pageText(page: PageAnswer, places: readonly Place[], here: string | undefined): string {
  const nav = places.map(
    ({ id, title }) =>
      html`<li><a href="/${id}"${id === here && html` aria-current="page"`}>${title}</a></li>`,
  );
  const whole: Html = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title} · Elsewhere</title>
<link rel="stylesheet" href="/assets/style.css">
<script type="module" src="/assets/live.js"></script>
</head>
<body>
<header>
<a class="home" href="/">Elsewhere</a>
<nav aria-label="Places"><ul>${nav}</ul></nav>
</header>
<main id="main">
${page.main}
</main>
<footer>Stand-ins on this machine. Nothing here leaves it, and all of it is gone with the program that started it. <span id="said" role="status"></span></footer>
</body>
</html>
`;
  return whole.text;
}
