import type { ChainRunView, ChainView } from '#contracts/actions/chains.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { type Accent, ago, button, buttons, capped, card, code, count, lines, link } from '../layout.ts';

const listCap = { countMax: 20, lengthMax: 3_500 };
const runsCap = { countMax: 8, lengthMax: 1_900 };
const linksCap = { countMax: 10, lengthMax: 1_000 };
const reasonMax = 300;

const runs: Record<ChainRunView['state'], { accent: Accent; icon: string }> = {
  gathering: { accent: 'waiting', icon: '📥' },
  running: { accent: 'waiting', icon: '🔵' },
  stopped: { accent: 'bad', icon: '🔴' },
  done: { accent: 'good', icon: '🟢' },
};

export function chainsView({ chains }: { chains: readonly ChainView[] }): View {
  if (chains.length === 0)
    return card('idle', [
      lines('### No chains', 'Let one event publish step by step: a manager adds one with `/chain add`.'),
    ]);
  return card('plain', [
    lines(
      `### ${count(chains.length, 'chain')}`,
      ...capped(chains, listCap, (chain) => {
        const [latest] = chain.runs;
        const last = latest ? `${runs[latest.state].icon} ${ago(latest.updatedAtMs)}` : 'never ran';
        return `**${inert(chain.name, 32)}** · ${triggerWords(chain)} · ${last}\n-# ${pathOf(chain)}`;
      }),
    ),
  ]);
}

export function chainCard(
  context: CommandContext,
  heading: string,
  chain: ChainView & Parameters<typeof hookLines>[0],
): View {
  const hook = hookLines(chain);
  const stopped = chain.runs.find(({ state }) => state === 'stopped');
  const [first] = chain.runs;
  return card(stopped ? 'bad' : 'plain', [
    lines(
      `### ${heading} · ${inert(chain.name, 32)}`,
      `Starts on ${triggerWords(chain)}`,
      `-# ${pathOf(chain)}`,
      watchLine(chain),
    ),
    ...(hook ? [hook] : []),
    lines(
      '**Runs**',
      ...(chain.runs.length > 0
        ? capped(chain.runs, runsCap, (run) => runLine(run, chain.links.length))
        : ['-# none yet']),
    ),
    ...(first ? [lines(`**Links** of ${inert(first.label, 80)}`, ...linkLines(first))] : []),
    buttons(
      button('Refresh', context.customId('refresh', chain.name)),
      ...(stopped ? [button('Go on', context.customId('resume', stopped.id))] : []),
    ),
  ]);
}

/** The secret is shown only here. */
export function hookLines({ hook }: { hook?: { url: string; secret: string } | undefined }) {
  if (!hook) return undefined;
  return lines(
    '**To hear of releases at once** (asking goes on all the same)',
    'In the repository: Settings → Webhooks → Add webhook, event “Releases”.',
    `Payload URL: ${code(hook.url, 300)}`,
    `Secret, shown only now: ||${code(hook.secret, 100)}||`,
  );
}

export function runCard(name: string, run: ChainRunView): View {
  return card(runs[run.state].accent, [
    lines(`### ${inert(name, 32)}`, runLine(run, run.links.length), ...linkLines(run)),
  ]);
}

function linkLines({ links }: ChainRunView): string[] {
  return capped(links, linksCap, ({ deliveries }) => {
    const places = deliveries.map(
      ({ target, state, url }) => `${inert(target, 32)} ${link(state, url, 150) ?? inert(state, 30)}`,
    );
    return `• ${places.join(', ') || 'not reached yet'}`;
  });
}

function runLine({ state, label, link: at, reason, updatedAtMs }: ChainRunView, linkCount: number): string {
  const where = state === 'done' ? `all ${linkCount} links` : `link ${at} of ${linkCount}`;
  return [
    `${runs[state].icon} **${inert(label, 80)}** · ${where} · ${ago(updatedAtMs)}`,
    reason && `${state === 'stopped' ? '⛔' : '⏳'} ${inert(reason, reasonMax)}`,
  ]
    .filter(Boolean)
    .join('\n');
}

function triggerWords({ trigger }: ChainView): string {
  if (trigger.kind === 'manual') return 'a command';
  if (trigger.kind === 'artifact') {
    const { label, gather } = trigger;
    if (!gather) return `a file called ${code(label, 60)}`;
    const until = gather.expected
      ? `once ${count(gather.expected.length, 'file')} of it have come`
      : `${count(gather.quietMinutes, 'minute')} after the last`;
    return `files called ${code(label, 60)}, those of one version as one, ${until}`;
  }
  if (trigger.kind === 'milestone') return `the milestone ${code(trigger.title, 60)}`;
  if (trigger.kind === 'release') return releaseWords(trigger);
  return `an entry of ${code(trigger.url, 100)}${only(trigger.title)}`;
}

function releaseWords({ repository, tag, prereleases }: ChainView['trigger'] & { kind: 'release' }): string {
  const left = prereleases === 'skip' ? ', pre-releases left out' : '';
  return `a release of ${code(repository, 100)}${only(tag)}${left}`;
}

function only(pattern: string): string {
  return pattern === '*' ? '' : ` called ${code(pattern, 60)}`;
}

/** For chains that start on news of others. */
function watchLine({ watch }: ChainView): string | undefined {
  if (!watch) return undefined;
  const { place, checkedAtMs, nextAtMs, problem } = watch;
  if (problem) return `⛔ ${inert(problem.text, reasonMax)}`;
  const looked = checkedAtMs === undefined ? 'not looked at yet' : `looked at ${ago(checkedAtMs)}`;
  return `-# ${inert(place, 100)} · ${looked}${nextAtMs === undefined ? '' : ` · next ${ago(nextAtMs)}`}`;
}

function pathOf({ links }: ChainView): string {
  return links
    .map(({ targets }) => targets.map((name) => inert(name, 32)).join(' + '))
    .join(' → ')
    .slice(0, 600);
}
