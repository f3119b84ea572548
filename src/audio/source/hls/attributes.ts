/** The attribute list after a tag's colon (RFC 8216 §4.2): `NAME=value,NAME="quoted, text"`. */
export function attributesOf(line: string): ReadonlyMap<string, string> {
  const list = line.slice(line.indexOf(':') + 1);
  const found = list.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^,]*))/g);
  return new Map([...found].map(([, name = '', quoted, plain = '']) => [name, quoted ?? plain.trim()]));
}
