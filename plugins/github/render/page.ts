import { markdownToHtml } from '#core/text/markdown.ts';

const style =
  'body{max-width:44rem;margin:2rem auto;padding:0 1rem;font:1.05rem/1.6 system-ui,sans-serif;color-scheme:light dark}' +
  'img,pre{max-width:100%;overflow:auto}';

/** One self-contained page: no script, nothing loaded from elsewhere. */
export function pageOf(title: string, markdown: string): string {
  const name = escapeHtml(title);
  return `<!doctype html>
<html lang="und">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
<style>${style}</style>
</head>
<body>
<h1>${name}</h1>
${markdownToHtml(markdown)}
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
