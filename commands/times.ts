import { z } from 'zod';
import { guildSettingsRead } from '#contracts/actions/guild-settings.ts';
import type { planned } from '#contracts/actions/publish.ts';
import { scheduleReadTime, timeReading } from '#contracts/actions/scheduling.ts';
import type { CommandCode, CommandContext, CommandInput, TextField, View } from '#contracts/command.ts';
import { GuildmeshError } from '#core/errors.ts';
import { controlData, pageNumber, word } from './control-data.ts';
import { timeLengthMax } from './definition.ts';
import { commandErrors } from './errors.ts';
import { button, buttons, card, lines } from './layout.ts';
import { matching } from './suggestions.ts';

export type Planned = z.input<typeof planned>;
type Reading = z.output<typeof timeReading>;
type Given = string | number | boolean | undefined;

const examples = ['in 1 hour', 'tomorrow 9:00', 'next monday noon', 'fri 18:00'];

/**
 * The time that people mean, in the zone they give or the server's. Undefined: none was given, or now. Throws
 * DISCORD_TIME_UNREADABLE, DISCORD_TIME_TWO_WAYS, DISCORD_ZONE_MISSING, SCHEDULE_*.
 */
export async function momentOf(
  context: CommandContext,
  at: Given,
  zone: Given,
): Promise<Planned | undefined> {
  const text = String(at ?? '').trim();
  if (text === '') return undefined;
  if (text.length > timeLengthMax) throw commandErrors.DISCORD_TIME_UNREADABLE({ text });
  const read = await readTime(context, text, await meantZone(context, zone));
  if (read.kind === 'now') return undefined;
  if (read.kind === 'zone-missing') throw commandErrors.DISCORD_ZONE_MISSING();
  if (read.kind === 'unreadable') throw commandErrors.DISCORD_TIME_UNREADABLE({ text });
  const [moment, ...others] = read.readings;
  if (others.length > 0) throw commandErrors.DISCORD_TIME_TWO_WAYS({ text, readings: read.readings });
  return moment && plannedOf(moment);
}

/** The one given, else the server's own. Throws DISCORD_ZONE_MISSING. */
export async function zoneOf(context: CommandContext, given: Given): Promise<string> {
  const zone = await meantZone(context, given);
  if (!zone) throw commandErrors.DISCORD_ZONE_MISSING();
  return zone;
}

async function meantZone(context: CommandContext, given: Given): Promise<string | undefined> {
  const { guildId } = context;
  return given ? String(given) : (await context.perform(guildSettingsRead, { guildId })).zone;
}

async function readTime(context: CommandContext, text: string, zone: string | undefined) {
  const { guildId } = context;
  return context.perform(scheduleReadTime, { guildId, text, ...(zone && { zone }) });
}

function plannedOf({ local, zone }: Reading): Planned {
  return { local, zone };
}

/** "2026-12-24 18:00 Europe/Berlin", as forms have it on one line. */
export function asOneLine(at: Planned | undefined): string {
  return at ? `${at.local.replace('T', ' ')} ${at.zone}` : '';
}

/** Asks in a form when something leaves; `momentOf` reads the answer. */
export function whenField(at: Planned | undefined): TextField {
  return {
    name: 'when',
    label: 'When',
    help: 'in 2 h, tomorrow 9:00, 24.12. 18:00; empty: at once',
    style: 'line',
    value: asOneLine(at),
    required: false,
    lengthMax: timeLengthMax,
  };
}

/** What the text would mean, one choice for each way to read it; without a text, examples. */
export async function suggestTimes(
  context: CommandContext,
  { focused, options }: Pick<CommandInput, 'focused' | 'options'>,
) {
  const typed = focused?.value.trim() ?? '';
  const texts = typed === '' ? examples : [typed];
  const zone = await meantZone(context, options.zone);
  const found = await Promise.all(
    texts.map(async (text) => {
      // What can't be read yet is only half typed.
      const read = await readTime(context, text, zone).catch(() => undefined);
      if (read?.kind !== 'times') return [];
      return read.readings.map((reading) => ({
        name: `${text} · ${[reading.text, reading.note].filter(Boolean).join(': ')}`,
        value: asOneLine(plannedOf(reading)),
      }));
    }),
  );
  return matching(found.flat(), '');
}

const readingData = controlData({ draftId: word, index: pageNumber });
const kept = z.object({
  input: z.custom<CommandInput>((value) => typeof value === 'object'),
  moments: z.array(z.object({ local: z.string(), zone: z.string() })),
});

/** A command whose option `at` may be read in two ways: the answer then asks which, and goes on with it. */
export function askingTimes(run: CommandCode['run']): Required<Pick<CommandCode, 'run' | 'controls'>> {
  async function runOrAsk(context: CommandContext, input: CommandInput): Promise<View> {
    try {
      return await run(context, input);
    } catch (error) {
      const readings = readingsOf(error);
      if (!readings) throw error;
      const draftId = await context.keep({ input, moments: readings.map(plannedOf) });
      return whichView(context, { text: String(input.options.at), readings, draftId });
    }
  }
  return {
    run: runOrAsk,
    controls: {
      'meant-time': async (context, { data }) => {
        const { draftId, index } = readingData.read(data);
        const { input, moments } = kept.parse(await context.kept(draftId));
        const moment = moments.at(index);
        if (!moment) throw new RangeError(`there is no reading ${index}`);
        await context.forget(draftId);
        return runOrAsk(context, { ...input, options: { ...input.options, at: asOneLine(moment) } });
      },
    },
  };
}

function readingsOf(error: unknown): readonly Reading[] | undefined {
  if (!(error instanceof GuildmeshError) || error.code !== 'DISCORD_TIME_TWO_WAYS') return undefined;
  return z.array(timeReading).parse(error.details.readings);
}

function whichView(
  context: CommandContext,
  { draftId, readings, text }: { text: string; readings: readonly Reading[]; draftId: string },
): View {
  return card('waiting', [
    lines('### Which time is meant?', `“${text}” can be read in ${readings.length} ways.`),
    buttons(
      ...readings.map((reading, index) =>
        button(reading.text, context.customId('meant-time', readingData.write({ draftId, index }))),
      ),
    ),
  ]);
}
