import { byteText } from '../../model/byte-text.ts';
import { Icon } from '../icon.tsx';

export function AttachedFiles({ files, remove }: { files: File[]; remove: (file: File) => void }) {
  if (files.length === 0) return null;
  return (
    <ul class="attached" aria-label="Attached files">
      {files.map((file) => (
        <li key={file.name} class="attached-file">
          <Icon name="file" size={16} />
          {file.name} <span class="file-size">{byteText(file.size)}</span>
          <button
            type="button"
            class="icon-button"
            aria-label={`Remove ${file.name}`}
            onClick={() => remove(file)}
          >
            <Icon name="close" size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}
