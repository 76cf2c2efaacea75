/** A command for a POSIX shell that sends a block's request again. @param origin like `http://localhost:3000` */
export function curlCommand(origin: string, path: string): string {
  return `curl -i ${quoted(`${origin}${path}`)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
