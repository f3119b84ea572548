import { defineErrors } from '#core/errors.ts';

export const httpErrors = defineErrors({
  HTTP_DRY_RUN: {
    kind: 'user',
    message: (d: { method: string; host: string }) =>
      `This is a dry run: ${d.method} to ${d.host} was not sent.`,
    next: () => 'Publish for real, or tell the author of the publisher that it writes in a dry run.',
  },
  HTTP_NOT_REACHED: {
    kind: 'remote',
    message: (d: { host: string; reason: string }) => `${d.host} could not be reached: ${d.reason}.`,
    next: () => 'Nothing was sent; it is tried again by itself.',
  },
  HTTP_ANSWER_LOST: {
    kind: 'remote',
    message: (d: { host: string; reason: string }) => `No whole answer came from ${d.host}: ${d.reason}.`,
    next: () => 'The request may have taken effect; it is looked up before anything is sent again.',
  },
  HTTP_BODY_LENGTH: {
    kind: 'operator',
    message: (d: { statedBytes: number; host: string }) =>
      `What was to be sent to ${d.host} isn’t the ${d.statedBytes} bytes that were announced.`,
    next: () => 'Add the artifact again: its bytes don’t match its record.',
  },
  HTTP_REFUSED_ADDRESS: {
    kind: 'operator',
    message: (d: { url: string }) => `“${d.url}” is no http or https address.`,
    next: () => 'Correct the publisher’s base address in the configuration.',
  },
  HTTP_PRIVATE_ADDRESS: {
    kind: 'operator',
    message: (d: { host: string; option?: string | undefined }) =>
      `${d.host} has no public address, and such hosts are not connected to.`,
    next: ({ option }) =>
      `Enter a public address${option ? `, or have whoever runs the hub list the host in ${option}` : ''}.`,
  },
});
