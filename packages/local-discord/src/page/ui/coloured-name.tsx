import { colourText } from '../model/people.ts';

/** A name in the colour of a role; 0 is no colour. */
export function ColouredName({ name, colour, kind }: { name: string; colour: number; kind: string }) {
  if (colour === 0) return <span class={kind}>{name}</span>;
  return (
    <span class={`${kind} role-colour`} style={{ '--role': colourText(colour) }}>
      {name}
    </span>
  );
}
