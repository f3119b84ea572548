/**
 * A cookie for one visit to a platform's page and back. Lax: browsers send it when the platform sends them back, and
 * with no other request that another site causes.
 */
const namePattern = 'guildmesh-connect';

export function keptKey(redirectUrl: string, key: string, lifetimeMs: number): string {
  return cookie(redirectUrl, key, Math.floor(lifetimeMs / 1_000));
}

export function forgottenKey(redirectUrl: string): string {
  return cookie(redirectUrl, '', 0);
}

export function browserKeyOf(header: string | undefined): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [name, value] = part.trim().split('=');
    if (name === namePattern && value) return value;
  }
  return undefined;
}

function cookie(redirectUrl: string, value: string, maxAgeSeconds: number): string {
  const { pathname, protocol } = new URL(redirectUrl);
  const attributes = [`Path=${pathname}`, `Max-Age=${maxAgeSeconds}`, 'HttpOnly', 'SameSite=Lax'];
  if (protocol === 'https:') attributes.push('Secure');
  return [`${namePattern}=${value}`, ...attributes].join('; ');
}
