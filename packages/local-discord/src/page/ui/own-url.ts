const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** The playground's own files as a path of this page; undefined for what lies elsewhere, which is never loaded. */
export function ownUrl(url: string): string | undefined {
  const parsed = URL.parse(url, location.href);
  if (!parsed || !loopback.has(parsed.hostname) || parsed.port !== location.port) return undefined;
  return parsed.pathname + parsed.search;
}
