import { audioErrors, shown } from '../../errors.ts';

/** Anything of the form `word:` that isn't a Windows drive or a file name with a colon far in. */
const schemePattern = /^([a-z][a-z0-9+.-]{1,30}):/i;

/** Whether the typed text is an address rather than the name of a library file. */
export function looksLikeUrl(source: string): boolean {
  return schemePattern.test(source);
}

/** An address that is fetched, which no file of the library has as its name. */
export function isWebAddress(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/** The address, by WHATWG rules. Throws AUDIO_SCHEME_REFUSED and AUDIO_URL_INVALID. */
export function parseSourceUrl(source: string, base?: URL): URL {
  const scheme = base ? undefined : schemePattern.exec(source)?.[1]?.toLowerCase();
  if (scheme && scheme !== 'http' && scheme !== 'https')
    throw audioErrors.AUDIO_SCHEME_REFUSED({ source: shown(source), scheme: `${scheme}:` });
  const url = URL.parse(source, base?.href);
  if (!url) throw invalid(source, 'it can’t be understood as an address');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw audioErrors.AUDIO_SCHEME_REFUSED({ source: shown(source), scheme: url.protocol });
  if (url.username || url.password)
    throw invalid(
      `${url.protocol}//…@${url.host}`,
      'it holds a user name or password, which others would see',
    );
  if (url.port === '0') throw invalid(source, 'port 0 can’t be connected to');
  return url;
}

function invalid(source: string, reason: string) {
  return audioErrors.AUDIO_URL_INVALID({ source: shown(source), reason });
}
