import type { RecordingView } from '#contracts/actions/recording.ts';
import type { CommandContext, View } from '#contracts/command.ts';
import { roughBytes } from '#core/text/amounts.ts';
import { inert } from '#core/text/inert.ts';
import { ago, button, buttons, capped, card, code, lines, refreshButton, stopButton } from '../layout.ts';

const chaptersCap = { countMax: 5, lengthMax: 500 };
const listCap = { countMax: 8, lengthMax: 2_500 };
const titleMax = 60;

const states: Record<RecordingView['state'], string> = {
  recording: '⏺️ Recording',
  waiting: '🟡 Waiting for the broadcast',
  keeping: '💾 Keeping the recording',
};

export function recordingView(context: CommandContext, recording: RecordingView): View {
  const { id, state, problem, chapters, kept } = recording;
  return card(problem ? 'bad' : state === 'recording' ? 'good' : 'waiting', [
    lines(
      `### ${states[state]} · ${inert(recording.title)}`,
      problem && `⚠️ It can’t be written: ${inert(problem)}`,
      `${factsOf(recording)} · started ${ago(recording.startedAtMs)}`,
      ...capped(chapters.toReversed(), chaptersCap, (name) => `🔖 ${inert(name, titleMax)}`),
      ...kept.map(({ label, sizeBytes }) => `✅ ${code(label, 100)} · ${roughBytes(sizeBytes)}`),
      '-# Everyone who is heard in this broadcast is recorded: tell them. A live channel gets a notice by itself.',
    ),
    buttons(
      { ...refreshButton(context, id), custom_id: context.customId('record-refresh', id) },
      { ...stopButton(context, id), custom_id: context.customId('record-stop', id) },
    ),
  ]);
}

/** After the end: where its parts are. */
export function keptView(recording: RecordingView): View {
  const { kept, problem } = recording;
  return card(problem || kept.length === 0 ? 'waiting' : 'idle', [
    lines(
      `### ⏹️ Recording ended · ${inert(recording.title)}`,
      factsOf(recording),
      problem && `⚠️ ${inert(problem)}`,
      ...kept.map(
        ({ label, cid, sizeBytes }) =>
          `✅ ${code(label, 100)} · ${roughBytes(sizeBytes)} · ${code(cid.slice(0, 12))}`,
      ),
      kept.length > 0
        ? '-# It is a file of this server now: `/publish post` takes it, and a chain that waits for recordings has it already.'
        : '-# Nothing was kept: there was no audio, or the store has no room; then it is tried again when the hub starts.',
    ),
  ]);
}

export function recordingsView(
  context: CommandContext,
  { recordings }: { recordings: readonly RecordingView[] },
): View {
  return card(recordings.length > 0 ? 'good' : 'plain', [
    lines(
      '### Recordings',
      ...(recordings.length === 0
        ? ['None is running. Start one with `/broadcast record start`.']
        : capped(
            recordings,
            listCap,
            (recording) =>
              `**${inert(recording.title, titleMax)}** · ${code(recording.broadcast)}\n${states[recording.state]} · ${factsOf(recording)}`,
          )),
    ),
    ...(recordings.length > 0
      ? [
          buttons(
            ...recordings
              .slice(0, 4)
              .map(({ id, title }) =>
                button(`Stop ${inert(title, 40)}`, context.customId('record-stop', id)),
              ),
          ),
        ]
      : []),
  ]);
}

function factsOf({ durationMs, sizeBytes, partNumber }: RecordingView): string {
  const part = partNumber > 1 ? ` · part ${partNumber}` : '';
  return `${clockText(durationMs)} · ${roughBytes(sizeBytes)}${part}`;
}

/** "1:02:03" */
function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
