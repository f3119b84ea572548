import { lineAt, type SourceFile } from './scan.ts';

interface Ban {
  name: string;
  pattern: RegExp;
  instead: string;
  /** Paths where it is right. */
  except?: RegExp;
  /** Looked for in comments and strings too. */
  everywhere?: boolean;
}

/** The local Discord is not the hub, and the demo watches hubs from outside: both live in real time. */
const ownTime = /^(src\/core\/clock\.ts$|src\/demo\/|packages\/)/;

export const bans: readonly Ban[] = [
  {
    name: 'environment',
    pattern: /\bprocess\s*\.\s*env\b/g,
    instead: 'an option of config/schema.ts',
    except: /^src\/main\.ts$/,
  },
  {
    name: 'clock',
    pattern:
      /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bset(?:Timeout|Interval)\b|\bAbortSignal\.timeout\b/g,
    instead: 'Clock of core/clock.ts',
    except: ownTime,
  },
  {
    name: 'chance',
    pattern: /\bMath\.random\b|\brandom(?:UUID|Bytes|Int|FillSync)\b|\bgetRandomValues\b/g,
    instead: 'Chance of core/clock.ts',
    except: ownTime,
  },
  {
    name: 'language tables',
    // At the margin: made while the module loads, and so by every hub.
    pattern: /^(?:export )?(?:const|let)\b[^;]*?\bnew Intl\.\w+/gm,
    instead: 'the same, made at its first use: it brings megabytes of tables into memory',
  },
  { name: 'console', pattern: /\bconsole\s*\./g, instead: 'a Logger' },
  {
    name: 'default export',
    pattern: /\bexport\s+default\b/g,
    instead: 'a named export',
    // The tool that reads it wants it so.
    except: /\.config\.ts$/,
  },
  {
    name: 'unfinished work',
    pattern: /\b(?:TO\u0044O|FIX\u004dE|X\u0058X)\b/g,
    instead: 'the work itself',
    everywhere: true,
  },
];

/** Files with a good reason to break one rule. Each must still need it. */
export interface Exemption {
  path: string;
  ban: string;
  reason: string;
}

export function bannedCalls(files: readonly SourceFile[], exemptions: readonly Exemption[]): string[] {
  return files.flatMap((file) => {
    const exempt = exemptions.filter(({ path }) => path === file.path).map(({ ban }) => ban);
    return bans.filter(({ name }) => !exempt.includes(name)).flatMap((ban) => hitsOf(ban, file));
  });
}

export function staleExemptions(files: readonly SourceFile[], exemptions: readonly Exemption[]): string[] {
  return exemptions
    .filter(
      ({ path, ban }) =>
        !bannedCalls(files, []).some((hit) => hit.startsWith(`${path}:`) && hit.includes(`(${ban})`)),
    )
    .map(({ path, ban }) => `${path} no longer needs its exemption (${ban})`);
}

function hitsOf(ban: Ban, file: SourceFile): string[] {
  if (ban.except?.test(file.path)) return [];
  const text = ban.everywhere ? file.text : file.code;
  return [...text.matchAll(ban.pattern)].map(
    (match) => `${file.path}:${lineAt(text, match.index)} ${match[0]} (${ban.name}): use ${ban.instead}`,
  );
}
