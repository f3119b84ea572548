import { useEffect, useState } from 'preact/hooks';
import { botSuggestions, type Completion, type Suggestion } from '../../model/completion.ts';
import { useApp } from '../../state/app-context.ts';

/** Typing rests for this long before the bot is asked. */
const restMs = 150;

export interface BotSuggestions {
  suggestions: Suggestion[];
  asking: boolean;
}

const nothing: BotSuggestions = { suggestions: [], asking: false };

/** Asks the bot for the value being typed; an answer to an older question is thrown away. */
export function useBotSuggestions(completion: Completion, typed: string, channelId: string): BotSuggestions {
  const { actions } = useApp();
  const [answer, setAnswer] = useState<BotSuggestions & { option?: string }>(nothing);
  const option = completion.kind === 'value' && completion.fromBot ? completion.option : undefined;

  useEffect(() => {
    if (!option) {
      setAnswer(nothing);
      return;
    }
    const stop = new AbortController();
    // The last list stays until the next one is here.
    setAnswer((last) => ({
      ...(last.option === option.name ? last : nothing),
      option: option.name,
      asking: true,
    }));
    const timer = setTimeout(async () => {
      const choices = await actions.autocomplete(typed, stop.signal).catch(() => []);
      if (stop.signal.aborted) return;
      setAnswer({ suggestions: botSuggestions(option, choices), asking: false, option: option.name });
    }, restMs);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [option?.name, typed, channelId]);

  return option && answer.option === option.name ? answer : nothing;
}
