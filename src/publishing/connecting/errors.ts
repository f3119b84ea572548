import { defineErrors } from '#core/errors.ts';

/** Errors of connecting a target on a page of its platform. */
export const authoriseErrors = defineErrors({
  PUBLISH_AUTHORISE_UNKNOWN: {
    kind: 'user',
    message: () =>
      'This return from the platform belongs to no open link: it was used already, was begun in another browser, or never was.',
    next: () => 'A manager gets a new link with /publish connect; finish it in the browser that opened it.',
  },
  PUBLISH_AUTHORISE_EXPIRED: {
    kind: 'user',
    message: (d: { minutes: number }) => `Access has to be granted within ${d.minutes} minutes.`,
    next: () => 'A manager gets a new link with /publish connect.',
  },
  PUBLISH_AUTHORISE_DENIED: {
    kind: 'user',
    message: (d: { publisher: string; target: string }) =>
      `Access to ${d.publisher} for ${d.target} was not granted.`,
    next: () =>
      'If that was a mistake, open the link again while it lasts, and agree on the platform’s page.',
  },
  PUBLISH_AUTHORISE_REFUSED: {
    kind: 'remote',
    message: (d: { publisher: string; reason: string; redirectUrl: string }) =>
      `${d.publisher} gave no access: ${d.reason}.`,
    next: (d) =>
      `Check the app’s client id and secret, and that ${d.redirectUrl} is among its callback addresses; then open the link again.`,
  },
  PUBLISH_AUTHORISE_SHADOWED: {
    kind: 'operator',
    message: (d: { environmentName: string }) =>
      `Access that is granted here would not be used: ${d.environmentName} is set.`,
    next: () => 'Remove that variable and restart the hub, or go on with what it holds.',
  },
  PUBLISH_TRY_OUT_FAILED: {
    kind: 'remote',
    message: (d: { publisher: string; reason: string }) =>
      `The stand-in for ${d.publisher} gave no token: ${d.reason}.`,
    next: () => 'Open its page, press Get a token there, and enter it here: the link is still valid.',
  },
  PUBLISH_CONNECT_NO_PAGE: {
    kind: 'operator',
    message: () => 'This hub serves no page on which a target could be connected.',
    next: () =>
      'Set web.listen, and web.publicUrl for people on other machines, and restart the hub; or set the variables.',
  },
  PUBLISH_CONNECT_LOCAL_PAGE: {
    kind: 'operator',
    message: () => 'The page opens only in a browser on the machine of the hub.',
    next: () => 'Set web.publicUrl and a reverse proxy to open it from elsewhere.',
  },
});
