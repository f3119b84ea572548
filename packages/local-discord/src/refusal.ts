/** The answers by which Discord refuses: HTTP status, JSON error code, sentence. */

interface Complaint {
  code: string;
  message: string;
}

export interface FieldErrors {
  [field: string]: FieldErrors | Complaint[];
}

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: number;
  readonly errors: FieldErrors | undefined;

  constructor(status: number, code: number, message: string, errors?: FieldErrors) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  toBody(): { message: string; code: number; errors?: FieldErrors } {
    return { message: this.message, code: this.code, ...(this.errors ? { errors: this.errors } : {}) };
  }
}

const notFound = (code: number, thing: string) => () => new Refusal(404, code, `Unknown ${thing}`);
const badRequest = (code: number, message: string) => () => new Refusal(400, code, message);
const forbidden = (code: number, message: string) => () => new Refusal(403, code, message);

export const refusals = {
  unauthorized: () => new Refusal(401, 0, '401: Unauthorized'),
  noRoute: () => new Refusal(404, 0, '404: Not Found'),
  unknownApplication: notFound(10002, 'Application'),
  unknownChannel: notFound(10003, 'Channel'),
  unknownGuild: notFound(10004, 'Guild'),
  unknownMember: notFound(10007, 'Member'),
  unknownMessage: notFound(10008, 'Message'),
  unknownOverwrite: notFound(10009, 'Overwrite'),
  unknownRole: notFound(10011, 'Role'),
  unknownUser: notFound(10013, 'User'),
  unknownEmoji: badRequest(10014, 'Unknown Emoji'),
  unknownWebhook: notFound(10015, 'Webhook'),
  unknownInteraction: notFound(10062, 'interaction'),
  unknownCommand: notFound(10063, 'application command'),
  unknownVoiceState: notFound(10065, 'Voice State'),
  unknownStageInstance: notFound(10067, 'Stage Instance'),
  tooManyWebhooks: badRequest(30007, 'Maximum number of webhooks reached (15)'),
  tooManyReactions: badRequest(30010, 'Maximum number of reactions reached (20)'),
  tooManyCommands: badRequest(30032, 'Maximum number of application commands reached (100)'),
  tooManyCommandCreates: badRequest(
    30034,
    'Maximum number of daily application command creates has been reached (200)',
  ),
  fileTooLarge: () => new Refusal(413, 40005, 'Request entity too large'),
  notInVoice: badRequest(40032, 'Target user is not connected to voice.'),
  alreadyCrossposted: badRequest(40033, 'This message has already been crossposted.'),
  alreadyAcknowledged: badRequest(40060, 'Interaction has already been acknowledged.'),
  tagRequired: badRequest(40067, 'A tag is required to create a forum post in this channel'),
  missingAccess: forbidden(50001, 'Missing Access'),
  notOwnMessage: forbidden(50005, 'Cannot edit a message authored by another user'),
  emptyMessage: badRequest(50006, 'Cannot send an empty message'),
  notTextChannel: badRequest(50008, 'Cannot send messages in a non-text channel'),
  missingPermissions: forbidden(50013, 'Missing Permissions'),
  wrongChannelType: badRequest(50024, 'Cannot execute action on this channel type'),
  invalidWebhookToken: () => new Refusal(401, 50027, 'Invalid Webhook Token'),
  threadArchived: badRequest(50083, 'Thread is archived'),
  invalidJson: badRequest(50109, 'The request body contains invalid JSON.'),
  stageAlreadyOpen: badRequest(150006, 'The Stage is already open'),
  threadAlreadyThere: badRequest(160004, 'A thread has already been created for this message'),
  forumNeedsThread: badRequest(
    220001,
    'Webhooks posted to forum channels must have a thread_name or thread_id',
  ),
};

/** 50035 with one complaint at `path` (segments by dots). */
export function invalidForm(path: string, code: string, message: string): Refusal {
  return invalidForms([{ path: path.split('.'), code, message }]);
}

export function invalidForms(problems: (Complaint & { path: readonly string[] })[]): Refusal {
  const errors: FieldErrors = {};
  for (const { path, code, message } of problems) {
    const at = path.reduce(fieldsBelow, errors);
    const earlier = Array.isArray(at._errors) ? at._errors : [];
    at._errors = [...earlier, { code, message }];
  }
  return new Refusal(400, 50035, 'Invalid Form Body', errors);
}

function fieldsBelow(at: FieldErrors, segment: string): FieldErrors {
  const there = at[segment];
  if (there && !Array.isArray(there)) return there;
  const made: FieldErrors = {};
  at[segment] = made;
  return made;
}
