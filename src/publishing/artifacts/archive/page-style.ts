export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c1e21; --soft: #5a6068; --paper: #fff; --line: #dfe2e6; --tint: #f1f3f6;
  --accent: #2b5fd9; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --soft: #a0a7b0; --paper: #17191c; --line: #33373d; --tint: #22262b; --accent: #8ab0ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 52rem; padding: 2rem 1rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
header { border-bottom: 1px solid var(--line); margin-bottom: 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
a { color: var(--accent); }
.meta, .note, time, .tag { color: var(--soft); font-size: .875rem; }
.warning { border-left: .25rem solid #c77700; background: var(--tint); padding: .5rem 1rem; margin: 1rem 0; }
article { padding: .75rem 0; border-bottom: 1px solid var(--line); }
article:target { background: var(--tint); }
.author { font-weight: 600; margin-right: .5rem; }
.tag { border: 1px solid var(--line); border-radius: .25rem; padding: 0 .3rem; margin-right: .5rem; }
.content { white-space: pre-wrap; margin: .25rem 0; }
.heading { font-size: 1.2rem; font-weight: 600; }
.reply { color: var(--soft); font-size: .875rem; }
pre, code { font: .875rem/1.45 ui-monospace, monospace; background: var(--tint); border-radius: .25rem; }
pre { padding: .6rem .8rem; margin: .25rem 0; white-space: pre-wrap; }
code { padding: .1rem .25rem; }
.bar { display: inline-block; width: .25rem; height: 1em; background: var(--line); margin-right: .6rem; }
.mention { background: var(--tint); color: var(--accent); border-radius: .2rem; padding: 0 .15rem; }
.spoiler { background: currentColor; border-radius: .2rem; }
.spoiler:hover, .spoiler:focus { background: var(--tint); }
blockquote, .embed { border-left: .25rem solid var(--line); margin: .4rem 0; padding: .3rem .9rem; }
.embed p { margin: .2rem 0; white-space: pre-wrap; }
ul.attachments { list-style: none; padding: 0; margin: .4rem 0; }
img { display: block; max-width: 100%; max-height: 24rem; border-radius: .4rem; margin: .25rem 0; }
.reactions span { display: inline-block; background: var(--tint); border-radius: .7rem; padding: 0 .5rem;
  margin: .2rem .3rem 0 0; font-size: .875rem; }
`;
