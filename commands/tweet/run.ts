import type { TargetView } from '#contracts/actions/targets.ts';
import type { CommandCode, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { pickTarget } from '../pick-target.ts';
import { publicationControls } from '../publish/controls.ts';
import { mediaOf, showPreview } from '../publish/draft.ts';
import { suggestTarget } from '../publishing-suggestions.ts';

/** Length of a publication's title. A longer text continues in the body; X gets one after the other. */
const titleMax = 300;

export const code: CommandCode = {
  run,
  autocomplete: (context, { focused }) =>
    suggestTarget(context, focused?.value ?? '', ({ publisher }) => publisher === 'x'),
  ...publicationControls,
};

async function run(context: CommandContext, { options, attachments }: CommandInput): Promise<View> {
  const thread = options.thread === true;
  const target = await pickTarget(context, {
    name: options.target?.toString(),
    what: thread ? 'threads on X' : 'posts on X',
    publisher: 'x',
    called: thread ? 'x-threads' : 'x',
    options: thread ? 'thread=true' : '',
    fits: (candidate) => (options.thread === undefined ? true : allowsThreads(candidate) === thread),
  });
  const media = await mediaOf(context, [{ file: attachments.image, altText: options.alt?.toString() }]);
  const [title, body] = splitAtParagraph(String(options.text ?? ''));
  return showPreview(context, { targets: [target], content: { title, body, media } });
}

function allowsThreads({ options }: TargetView): boolean {
  return options.thread === true;
}

/** X has no titles: the text stays together as it was written, except for the blank line between the two. */
function splitAtParagraph(text: string): [string, string] {
  const words = text.trim();
  if (words.length <= titleMax) return [words, ''];
  const ends = [...words.slice(0, titleMax).matchAll(/\n+|[.!?]\s+/g)].at(-1);
  const at = ends ? ends.index + ends[0].length : words.lastIndexOf(' ', titleMax);
  const cut = at > 0 ? at : titleMax;
  return [words.slice(0, cut).trim(), words.slice(cut).trim()];
}
