import type { Answer } from './fake-platform.ts';

/** Stands in everything that a wordy server says. */
export const word = 'wordofthereceiver';

/** As servers quote what they were asked for: Express, Nest, a proxy's page, field errors, a receipt. */
export function wordyAnswers(addresses: readonly string[]): Answer[] {
  const words = `Cannot POST ${addresses.join(' ')} ${word}`;
  const bodies: unknown[] = [
    words,
    `<!DOCTYPE html><pre>${words}</pre>`,
    {
      message: words,
      error: words,
      code: 0,
      errors: { content: { _errors: [{ code: words, message: words }] } },
    },
    {
      id: words,
      channel_id: words,
      author: { id: words },
      content: words,
      embeds: [],
      url: `https://${word}.example/`,
    },
  ];
  const headers = { location: `/${word}`, 'retry-after': word, 'x-ratelimit-scope': word };
  return [200, 307, 400, 401, 403, 404, 410, 413, 422, 429, 500].flatMap((status) =>
    bodies.map((body) => ({ status, headers, body })),
  );
}
