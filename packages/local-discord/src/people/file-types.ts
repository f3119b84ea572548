import type { FileUploadType } from 'discord-api-types/v10';

const endingsOf: Readonly<Record<string, RegExp>> = {
  audio: /\.(aac|flac|m4a|mp3|oga|ogg|opus|wav)$/i,
  image: /\.(avif|gif|heic|jpe?g|png|webp)$/i,
  video: /\.(mkv|mov|mp4|webm)$/i,
};

/** Whether a file picker limited to these types offers the file; one without types offers every file. */
export function fitsFileTypes(name: string, types: readonly FileUploadType[]): boolean {
  return (
    types.length === 0 ||
    types.some((type) =>
      type.startsWith('.') ? name.toLowerCase().endsWith(type.toLowerCase()) : endingsOf[type]?.test(name),
    )
  );
}
