export function VolumeSlider({ onChange }: { onChange: (volume: number) => void }) {
  return (
    <label class="volume">
      <span>Volume</span>
      <input
        type="range"
        min="0"
        max="100"
        defaultValue="100"
        onInput={(event) => onChange(Number(event.currentTarget.value) / 100)}
      />
    </label>
  );
}
