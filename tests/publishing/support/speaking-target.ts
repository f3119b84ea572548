import { z } from 'zod';
import type { Publisher, PublisherContext } from '#contracts/publisher.ts';
import { type FakeDescription, FakeTarget } from './fake-target.ts';

export const speakingTextMax = 500;

/**
 * A fake target whose publisher renders for real: one step with title, body and the public marker. `uses` is what a test
 * does with the context when the publisher executes or verifies.
 */
export class SpeakingTarget extends FakeTarget {
  uses: (context: PublisherContext) => Promise<void> = async () => undefined;

  speaker(id: string, changes: Partial<FakeDescription> = {}): Publisher {
    const options = z.strictObject({
      place: z.string().min(1).default('square'),
      costMicros: z.int().nonnegative().default(0),
    });
    const plain = this.publisher({ title: `Fake ${id}`, options, ...changes });
    return {
      ...plain,
      id,
      render: (content, given, { key, createdAtMs }) => {
        const { place, costMicros } = given as z.output<typeof options>;
        const template = content.template ?? '{title}\n{body}';
        const text = template.replace('{title}', content.title).replace('{body}', content.body);
        const tooLong = text.length > speakingTextMax;
        return {
          steps: [
            {
              id: 'post',
              kind: 'post',
              summary: `Post in ${place}`,
              payload: { text, place, marker: key, createdAtMs },
              artifacts: content.media,
            },
          ],
          warnings: [],
          problems: tooLong ? [`The text has ${text.length} of at most ${speakingTextMax} characters.`] : [],
          costMicros,
          preview: [{ label: 'Post', text }],
        };
      },
      verify: async (context) => {
        await this.uses(context);
        return { account: 'fake', problems: [] };
      },
      execute: async (context, step, earlier) => {
        await this.uses(context);
        return plain.execute(context, step, earlier);
      },
    };
  }

  /** The texts that people can read there now. */
  get texts(): string[] {
    return this.effects.map(({ body }) => body);
  }
}
