/** Every failure that a person may see has a stable code, a sentence, and the next step. Callers compare `code`. */

/** `user`: the asker can correct it. `operator`: the person who runs the stand-ins must act. */
export type ErrorKind = 'user' | 'operator';

export interface ErrorRecord {
  code: string;
  kind: ErrorKind;
  message: string;
  next: string;
  details: Record<string, unknown>;
}

export class ElsewhereError extends Error {
  override readonly name = 'ElsewhereError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly next: string;
  readonly details: Record<string, unknown>;

  constructor({ code, kind, message, next, details }: ErrorRecord, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.kind = kind;
    this.next = next;
    this.details = details;
  }

  toRecord(): ErrorRecord {
    const { code, kind, message, next, details } = this;
    return { code, kind, message, next, details };
  }
}

interface Definition {
  kind: ErrorKind;
  message: (details: Record<string, string | number>) => string;
  next: () => string;
}

const definitions = {
  ELSEWHERE_PORT_TAKEN: {
    kind: 'operator',
    message: ({ port }) => `Port ${port} of this machine is taken by another program.`,
    next: () => 'Stop that program, or choose another port; 0 takes a free one.',
  },
  ELSEWHERE_PORT_REFUSED: {
    kind: 'operator',
    message: ({ port, reason }) => `Port ${port} of this machine can’t be listened on (${reason}).`,
    next: () => 'Choose another port above 1024; 0 takes a free one.',
  },
  ELSEWHERE_HOST_REFUSED: {
    kind: 'user',
    message: ({ host }) => `This page is for 127.0.0.1 and localhost, not for “${host}”.`,
    next: () => 'Open the address that was printed at the start.',
  },
  ELSEWHERE_ORIGIN_REFUSED: {
    kind: 'user',
    message: ({ origin }) => `A page of ${origin} sent this request, and only the stand-ins’ own pages may.`,
    next: () => 'Open the address that was printed at the start, and press the button there.',
  },
  ELSEWHERE_NOT_THERE: {
    kind: 'user',
    message: ({ path }) => `Nothing stands at ${path}.`,
    next: () => 'Go to the first page: it lists what arrived. What is old leaves when a limit is reached.',
  },
  ELSEWHERE_FORM_REFUSED: {
    kind: 'user',
    message: ({ reason }) => `The form can’t be used like that: ${reason}.`,
    next: () => 'Go back, reload the page, and press the button again.',
  },
} as const satisfies Record<string, Definition>;

type Code = keyof typeof definitions;

function make(code: Code) {
  return (details: Record<string, string | number> = {}, options?: { cause?: unknown }) => {
    const { kind, message, next }: Definition = definitions[code];
    return new ElsewhereError({ code, kind, message: message(details), next: next(), details }, options);
  };
}

export const elsewhereErrors = {
  definitions,
  portTaken: make('ELSEWHERE_PORT_TAKEN'),
  portRefused: make('ELSEWHERE_PORT_REFUSED'),
  hostRefused: make('ELSEWHERE_HOST_REFUSED'),
  originRefused: make('ELSEWHERE_ORIGIN_REFUSED'),
  notThere: make('ELSEWHERE_NOT_THERE'),
  formRefused: make('ELSEWHERE_FORM_REFUSED'),
};
