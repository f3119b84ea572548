import type { z } from 'zod';
import type { artifactArchiveThread } from '#contracts/actions/artifacts.ts';
import type { View } from '#contracts/command.ts';
import { inert } from '#core/text/inert.ts';
import { card, code, count, lines, link } from '../layout.ts';

const labelMax = 120;

export function keptThreadView(kept: z.output<typeof artifactArchiveThread.output>): View {
  const { title, url, messageCount, isCut, artifacts } = kept;
  return card(isCut ? 'waiting' : 'good', [
    lines(
      `### Kept · ${inert(title)}`,
      [count(messageCount, 'message'), link('the thread', url)].filter(Boolean).join(' · '),
      isCut && '⚠️ The thread is longer than is kept: the newest messages are left out.',
      ...artifacts.map(
        ({ label, sizeBytes, cid }) =>
          `📄 **${inert(label, labelMax)}** · ${Math.ceil(sizeBytes / 1_024).toLocaleString('en')} KiB · ${code(cid.slice(0, 12))}`,
      ),
      '-# Publish it with `/archive artifact`, once there is an archive.org target.',
    ),
  ]);
}
