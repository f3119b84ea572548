import { defineErrors } from '#core/errors.ts';

export const webErrors = defineErrors({
  WEB_LISTEN_EXPOSED: {
    kind: 'operator',
    message: (d: { listen: string }) => `The HTTP door would be open to other machines at ${d.listen}.`,
    next: () =>
      'Listen on 127.0.0.1 behind a reverse proxy, or set an https web.publicUrl and web.exposed to true.',
  },
  WEB_LISTEN_FAILED: {
    kind: 'operator',
    message: (d: { listen: string; reason: string }) =>
      `The HTTP door can’t listen on ${d.listen} (${d.reason}).`,
    next: () => 'Choose a free port and an address of this machine in web.listen.',
  },
  WEB_HOST_REFUSED: {
    kind: 'user',
    message: () => 'This hub doesn’t answer to that host name.',
    next: () => 'Use the address the hub gave; its operator can add names with web.allowedHosts.',
  },
  WEB_ORIGIN_REFUSED: {
    kind: 'user',
    message: () => 'Another site made the browser send this.',
    next: () => 'Open the link that the hub gave and use the form there.',
  },
  WEB_NOT_FOUND: {
    kind: 'user',
    message: () => 'There is nothing at this address.',
    next: () => 'Check method and path.',
  },
  WEB_METHOD_REFUSED: {
    kind: 'user',
    message: (d: { method: string; allow: string; command: string }) =>
      `This address takes ${d.allow}, not ${d.method}.`,
    next: (d) => `To upload $FILE: ${d.command}`,
  },
  WEB_FORM_REFUSED: {
    kind: 'user',
    message: (_: { command: string }) => 'A form would be kept with its envelope around the file.',
    next: (d) => `Send the file itself: ${d.command}`,
  },
  WEB_RATE_LIMITED: {
    kind: 'user',
    message: (d: { retryAfterSeconds: number }) =>
      `Too many requests: the next may come in ${d.retryAfterSeconds} s.`,
    next: () => 'Wait as long as Retry-After says.',
  },
  WEB_TOKEN_REFUSED: {
    kind: 'user',
    message: () => 'There is no valid token with this request.',
    next: () => 'Send “Authorization: Bearer” with a token of this hub that is neither expired nor revoked.',
  },
  WEB_LENGTH_REQUIRED: {
    kind: 'user',
    message: () => 'An upload says its size before it starts.',
    next: () => 'Send Content-Length, not chunks.',
  },
  WEB_BODY_TOO_LARGE: {
    kind: 'user',
    message: (d: { bytesMax: number }) => `The body may have at most ${d.bytesMax} bytes here.`,
    next: () => 'Send less.',
  },
  WEB_BODY_UNSUPPORTED: {
    kind: 'user',
    message: () => 'This address takes no such body.',
    next: () => 'Check the Content-Type.',
  },
  WEB_BODY_INCOMPLETE: {
    kind: 'remote',
    message: () => 'The connection ended before the whole body had come.',
    next: () => 'Send it again; nothing was kept.',
  },
  WEB_HEADER_INVALID: {
    kind: 'user',
    message: (d: { header: string; problem: string }) => `${d.header} ${d.problem}.`,
    next: () => 'Correct the header and send it again.',
  },
  WEB_DEFECT: {
    kind: 'operator',
    message: (d: { reference: string }) => `Something went wrong here (reference ${d.reference}).`,
    next: () => 'Tell the hub’s operator the reference: it is in the log too.',
  },
});
