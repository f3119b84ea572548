import { type APIAttachment, type APIFileUploadComponent, ComponentType as C } from 'discord-api-types/v10';
import type { MemberFile } from '../contract.ts';
import { playgroundErrors } from './errors.ts';
import { fitsFileTypes } from './file-types.ts';
import { type modalFields, mostOf } from './modal-fields.ts';

export interface ModalUploads {
  /** Ids of attachments, by the custom id of the file upload. */
  values: Record<string, string[]>;
  attachments: APIAttachment[];
}

/** Uploads the files of a form. Throws before the first upload when a file has no field, or one that doesn't take it. */
export function uploadsOf(
  fields: ReturnType<typeof modalFields>,
  files: Readonly<Record<string, readonly MemberFile[]>>,
  upload: (files: readonly MemberFile[]) => APIAttachment[],
): ModalUploads {
  const checked = Object.entries(files).map(([customId, given]) => {
    const field = fields.find(({ custom_id }) => custom_id === customId);
    if (field?.type !== C.FileUpload) throw invalid(`"${customId}" takes no files`);
    for (const { name } of given) checkKind(field, name);
    if (given.length > mostOf(field)) {
      throw invalid(`"${customId}" takes at most ${mostOf(field)} files`);
    }
    return { customId, given };
  });
  const uploaded = checked.map(({ customId, given }) => ({ customId, attachments: upload(given) }));
  return {
    values: Object.fromEntries(
      uploaded.map(({ customId, attachments }) => [customId, attachments.map(({ id }) => id)]),
    ),
    attachments: uploaded.flatMap(({ attachments }) => attachments),
  };
}

function checkKind(field: APIFileUploadComponent, name: string): void {
  if (fitsFileTypes(name, field.file_types ?? [])) return;
  throw invalid(`"${field.custom_id}" takes ${field.file_types?.join(', ')}, not "${name}"`);
}

function invalid(reason: string): Error {
  return playgroundErrors.PLAYGROUND_MODAL_INVALID({ reason });
}
