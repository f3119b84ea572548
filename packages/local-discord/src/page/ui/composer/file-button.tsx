import { Icon } from '../icon.tsx';

/** For the attachment option that is still open. */
export function FileButton({ option, onFile }: { option: string; onFile: (file: File) => void }) {
  return (
    <label class="file-button" title={`Choose a file for ${option}`}>
      <Icon name="plus" />
      <span class="hidden">Choose a file for {option}</span>
      <input
        type="file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) onFile(file);
        }}
      />
    </label>
  );
}
