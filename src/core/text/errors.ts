import { defineErrors } from '../errors.ts';

export const textErrors = defineErrors({
  TEXT_PLACEHOLDER_UNKNOWN: {
    kind: 'user',
    message: (d: { placeholder: string }) => `The template has no value for {${d.placeholder}}.`,
    next: () => 'Use {title}, {body}, {link} and {tags} only.',
  },
});
