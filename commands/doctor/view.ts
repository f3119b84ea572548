import type { CommandContext, View } from '#contracts/command.ts';
import type { Finding } from '#contracts/diagnosis.ts';
import { inertSentence } from '#core/text/inert.ts';
import { buttons, capped, card, count, divider, lines, refreshButton } from '../layout.ts';

/** Together they stay within the 4,000 characters of one message. */
const faultsCap = { countMax: 10, lengthMax: 2_800 };
const sentenceMax = 240;
const soundCap = { countMax: 12, lengthMax: 900 };
const soundSentenceMax = 60;

export function findingsView(
  context: CommandContext,
  findings: readonly Finding[],
  channelId: string | undefined,
): View {
  const problems = findings.filter(({ level }) => level === 'problem');
  const faults = [...problems, ...findings.filter(({ level }) => level === 'warning')];
  const sound = findings.filter(({ level }) => level === 'ok');
  const accent = problems.length > 0 ? 'bad' : faults.length > 0 ? 'waiting' : 'good';
  return card(accent, [
    lines(
      `### ${headline(problems.length, faults.length - problems.length)}`,
      channelId
        ? `Looked at this server and <#${channelId}>.`
        : 'Looked at this server; name a channel to check it too.',
    ),
    ...(faults.length > 0 ? [lines(...capped(faults, faultsCap, faultLines))] : []),
    ...(sound.length > 0
      ? [
          divider(),
          lines(...capped(sound, soundCap, ({ text }) => `-# ✅ ${inertSentence(text, soundSentenceMax)}`)),
        ]
      : []),
    buttons({ ...refreshButton(context, channelId), label: 'Check again' }),
  ]);
}

function headline(problemCount: number, warningCount: number): string {
  if (problemCount > 0) return `🔴 ${count(problemCount, 'problem')}`;
  if (warningCount > 0) return `🟡 ${count(warningCount, 'warning')}`;
  return '🟢 All is well';
}

function faultLines({ level, text, fix }: Finding): string {
  const mark = level === 'problem' ? '❌' : '⚠️';
  // A fix may hold an address to click: it is our own text, cut but not disarmed.
  return `${mark} **${inertSentence(text, sentenceMax)}**${fix ? `\n→ ${fix.slice(0, sentenceMax)}` : ''}`;
}
