import { TextDecoder } from 'node:util';
import type { ArtifactReader, MediaReference } from '#contracts/publisher.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { Latest } from '#core/latest.ts';
import type { GuildScrubber, Scrubber } from '#core/scrubber.ts';
import { findSecrets } from '#core/text/secrets-scan.ts';

/** A larger text is not scanned, and its preview says so. */
export const scannedBytesMax = 8 * 1024 * 1024;
/** Limit for all texts of one publication together. */
export const scannedTogetherBytesMax = 32 * 1024 * 1024;
/** Findings reported for one text; people who fix the first ones look again. */
export const findingsMax = 5;
const scansRememberedMax = 200;
/** Longer than any pattern needs to be recognised across the end of a window. */
const overlapCharacters = 2_048;

export interface SecretFinding {
  /** `known`: a value of this hub. Else the name of a pattern. */
  kind: string;
  /** From 1. */
  line: number;
}

export type SecretScan =
  | { state: 'scanned'; findings: readonly SecretFinding[] }
  | { state: 'skipped'; why: string }
  /** Pictures, sound, compressed files: there is no text to scan. */
  | { state: 'no-text' };

export interface SecretScannerComponents {
  artifacts: Pick<ArtifactReader, 'open'>;
  scrubber: Pick<Scrubber, 'of'>;
}

/** Scans texts for secrets, a window at a time, so that size costs time and no memory. */
export class SecretScanner {
  readonly #components: SecretScannerComponents;
  /** By guild and content id: the result holds until there are further secrets to find. */
  readonly #scans = new Latest<string, { spellingCount: number; scan: Promise<SecretScan> }>({
    countMax: scansRememberedMax,
  });

  constructor(components: SecretScannerComponents) {
    this.#components = components;
  }

  /** By content id, as this guild would send them. */
  async scan(guildId: string, media: readonly MediaReference[]): Promise<Map<string, SecretScan>> {
    const scans = new Map<string, SecretScan>();
    let leftBytes = scannedTogetherBytesMax;
    for (const each of media) {
      if (scans.has(each.cid)) continue;
      const fits = each.sizeBytes <= Math.min(leftBytes, scannedBytesMax);
      if (!isText(each)) scans.set(each.cid, { state: 'no-text' });
      else if (!fits) scans.set(each.cid, { state: 'skipped', why: 'it is too large' });
      else {
        leftBytes -= each.sizeBytes;
        scans.set(each.cid, await this.#remembered(guildId, each.cid));
      }
    }
    return scans;
  }

  #remembered(guildId: string, cid: string): Promise<SecretScan> {
    const scrubber = this.#components.scrubber.of(guildId);
    const { spellingCount } = scrubber;
    const key = `${guildId}:${cid}`;
    const known = this.#scans.get(key);
    if (known?.spellingCount === spellingCount) return known.scan;
    const scan = this.#read(cid, scrubber);
    this.#scans.set(key, { spellingCount, scan });
    scan.catch(() => this.#scans.delete(key));
    return scan;
  }

  async #read(cid: string, scrubber: GuildScrubber): Promise<SecretScan> {
    const { artifacts } = this.#components;
    const overlap = Math.max(overlapCharacters, scrubber.spellingLengthMax);
    const findings: SecretFinding[] = [];
    let window = '';
    let linesBefore = 0;
    const look = () => {
      for (const finding of findingsIn(window, linesBefore, scrubber))
        if (!findings.some((other) => other.kind === finding.kind && other.line === finding.line))
          findings.push(finding);
      const kept = window.slice(-overlap);
      linesBefore += linesIn(window.slice(0, window.length - kept.length));
      window = kept;
    };
    try {
      let decoder: TextDecoder | undefined;
      for await (const chunk of artifacts.open(cid)) {
        decoder ??= decoderFor(chunk);
        window += decoder.decode(chunk, { stream: true });
        look();
        if (findings.length >= findingsMax) break;
      }
      window += decoder?.decode() ?? '';
      look();
    } catch (error) {
      if (isGuildmeshError(error)) return { state: 'skipped', why: 'its bytes can’t be read' };
      throw error;
    }
    const first = findings.sort((a, b) => a.line - b.line).slice(0, findingsMax);
    return { state: 'scanned', findings: first };
  }
}

function findingsIn(
  text: string,
  linesBefore: number,
  scrubber: Pick<GuildScrubber, 'find'>,
): SecretFinding[] {
  const known = scrubber.find(text).map(({ start }) => ({ kind: 'known', index: start }));
  return [...known, ...findSecrets(text, [])].map(({ kind, index }) => ({
    kind,
    line: linesBefore + linesIn(text.slice(0, index)) + 1,
  }));
}

function linesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** UTF-8 unless a byte order mark says UTF-16, as some Windows tools write logs. */
function decoderFor([first, second]: Uint8Array): TextDecoder {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le');
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be');
  return new TextDecoder();
}

const textTypes =
  /^text\/|[/+](json|xml|yaml|x-yaml|toml|x-ndjson|jsonl|javascript|ecmascript|typescript|x-sh|x-httpd-php|sql|graphql|x-www-form-urlencoded|x-pem-file|rtf)\b/i;
const textNames =
  /(\.(log|txt|md|rst|csv|tsv|json|jsonl|ndjson|geojson|ipynb|html?|xml|svg|ya?ml|toml|ini|cfg|conf|properties|env|sh|bash|ps1|bat|py|rb|js|mjs|cjs|ts|tsx|jsx|css|sql|diff|patch|tex|pem|key|tf|tfvars|gradle|java|kt|go|rs|c|h|cc|cpp|cs|php|pl|lua|r)|^\.env.*|^(dockerfile|makefile))$/i;

function isText({ mediaType, name }: MediaReference): boolean {
  return textTypes.test(mediaType) || textNames.test(name);
}
