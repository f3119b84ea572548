import { createHash } from 'node:crypto';
import type { ConnectionField, ConnectionForm } from '#contracts/connections.ts';
import type { GuildmeshError } from '#core/errors.ts';

const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 34rem; margin: 3rem auto; padding: 0 1rem; }
label { display: block; margin-top: 1.25rem; font-weight: 600; }
.help { font-weight: 400; opacity: .8; }
textarea { box-sizing: border-box; width: 100%; font: .9rem/1.4 ui-monospace, monospace; padding: .5rem;
  -webkit-text-security: disc; }
button { margin-top: 1.5rem; padding: .6rem 1.4rem; font: inherit; }
details { margin-top: 2.5rem; }
code { overflow-wrap: anywhere; }
.problem { border-left: .3rem solid #c62828; padding: .1rem 1rem; }
`;

/** Field of the form that leads to the platform's page. No credential has this name. */
export const leaveField = '#leave';
/** Field of the form that takes a token of a stand-in. */
export const tryOutField = '#try-out';

/** Allows only our own style: no script, no picture, no request to anybody but the platform the form leads to. */
export function connectPolicy(formLeadsTo = ''): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    `form-action 'self' ${formLeadsTo}`.trim(),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

/** A field is a text area, because keys in PEM form have many lines. */
export function formPage(form: ConnectionForm, problem?: GuildmeshError): string {
  const entry = `<form method="post" autocomplete="off">${fieldsOf(form.fields)}
    <button type="submit">Connect</button>
    </form>`;
  return page(
    `Connect ${form.target}`,
    `<p>What you enter is encrypted and used only to publish to <strong>${escaped(form.target)}</strong>
    (${escaped(form.publisher)}). It is never shown again. This link works once.</p>
    ${problem ? problemText(problem) : ''}
    ${form.tryOut ? tryOutForm(form) : ''}
    ${form.authorise ? `${leaveForm(form, form.authorise)}<details><summary>Enter what you have already</summary>${entry}</details>` : entry}`,
  );
}

function tryOutForm({ publisher }: ConnectionForm): string {
  return `<p>This is not the real ${escaped(publisher)}, but a stand-in on this machine.</p>
    <form method="post" autocomplete="off">
    <input type="hidden" name="${tryOutField}" value="yes">
    <button type="submit">Use a try-out token</button>
    </form>
    <p>Or enter one that its page gave you:</p>`;
}

function leaveForm(
  { publisher }: ConnectionForm,
  authorise: NonNullable<ConnectionForm['authorise']>,
): string {
  return `<p>Access is granted on a page of ${escaped(publisher)}. Its app must know this callback address:<br>
    <code>${escaped(authorise.redirectUrl)}</code></p>
    <form method="post" autocomplete="off">${fieldsOf(authorise.fields)}
    <input type="hidden" name="${leaveField}" value="yes">
    <button type="submit">Continue to ${escaped(publisher)}</button>
    </form>`;
}

function fieldsOf(fields: readonly ConnectionField[]): string {
  const labels = fields.map(
    ({ name, help, required }) => `
    <label>${escaped(name)}${required ? '' : ' (optional)'} <span class="help">${escaped(help)}</span>
      <textarea name="${escaped(name)}" rows="3" maxlength="20000" autocomplete="off" autocapitalize="off"
        spellcheck="false"${required ? ' required' : ''}></textarea></label>`,
  );
  return labels.join('');
}

export function donePage(): string {
  return page('Connected', '<p>That was all. You can close this page.</p>');
}

export function failurePage(error: GuildmeshError): string {
  return page('That did not work', problemText(error));
}

function problemText({ message, next }: GuildmeshError): string {
  return `<div class="problem" role="alert"><p>${escaped(message)}</p><p>${escaped(next)}</p></div>`;
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${body}
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
