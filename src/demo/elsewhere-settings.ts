import type { Elsewhere } from '@guildmesh/elsewhere';

type Environment = Record<string, string>;

/** Publishers that refuse addresses which aren't public; the stand-ins' own is the one exception. */
const publicOnly = ['MASTODON', 'WEBHOOK'];
const anyFreePort = '127.0.0.1:0';

/** Settings by which hubs publish to the stand-ins instead of the real places. */
export function elsewhereSettings(elsewhere: Pick<Elsewhere, 'addresses' | 'pageUrl'>): Environment {
  const bases = Object.entries(elsewhere.addresses()).flatMap(([service, addresses]) =>
    Object.entries(addresses).map(([name, url]) => [`${upper(service)}_${upper(name)}`, url] as const),
  );
  const { host } = new URL(elsewhere.pageUrl);
  const allowed = publicOnly.map((name) => [`${name}_ALLOWED_PRIVATE_HOSTS`, host] as const);
  return {
    ...Object.fromEntries(
      [...bases, ...allowed].map(([name, value]) => [`GUILDMESH_PLUGINS_${name}`, value]),
    ),
    GUILDMESH_PLAYGROUND_TOKENS_URL: elsewhere.pageUrl,
  };
}

/** Two hubs can't listen on one port: what people set for the web door is for the first. */
export function webSettings(environment: Environment): {
  common: Environment;
  first: Environment;
  second: Environment;
} {
  const isWeb = ([name]: [string, string]) => name.startsWith('GUILDMESH_WEB_');
  const entries = Object.entries(environment);
  return {
    common: Object.fromEntries(entries.filter((entry) => !isWeb(entry))),
    first: { GUILDMESH_WEB_LISTEN: anyFreePort, ...Object.fromEntries(entries.filter(isWeb)) },
    second: { GUILDMESH_WEB_LISTEN: anyFreePort },
  };
}

/** "archive-org" → ARCHIVE_ORG, "s3Url" → S3_URL */
function upper(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();
}
