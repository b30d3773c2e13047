/**
 * TypeScript with its comments blanked and, if wanted, the text of its strings, so that a rule about code is not set off by words. Places
 * (line and column) stay as they are. Knows strings, templates with code inside, and regular expressions.
 */
export function blank(source: string, options: { strings: boolean }): string {
  const out: string[] = [];
  // For every template we are inside of: how many braces of its code are open.
  const templates: number[] = [];
  let at = 0;
  const keep = (length: number) => {
    out.push(source.slice(at, at + length));
    at += length;
  };
  const hide = (length: number, hidden = true) => {
    out.push(
      hidden ? source.slice(at, at + length).replaceAll(/[^\n]/g, ' ') : source.slice(at, at + length),
    );
    at += length;
  };
  const template = () => {
    const text = /^(?:[^\\`$]|\\[\s\S]|\$(?!\{))*/.exec(source.slice(at))?.[0] ?? '';
    hide(text.length, options.strings);
    if (source.startsWith('${', at)) templates.push(0);
    keep(source.startsWith('${', at) ? 2 : 1);
  };
  while (at < source.length) {
    const rest = source.slice(at);
    const comment = /^(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(rest)?.[0];
    const quoted = /^(?:'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*")/.exec(rest)?.[0];
    const pattern = startsExpression(out)
      ? /^\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/.exec(rest)?.[0]
      : undefined;
    const open = templates.length - 1;
    const depth = templates[open];
    if (comment) hide(comment.length);
    else if (quoted) {
      keep(1);
      hide(quoted.length - 2, options.strings);
      keep(1);
    } else if (pattern) {
      keep(1);
      hide(pattern.length - 1, options.strings);
    } else if (rest.startsWith('`')) {
      keep(1);
      template();
    } else if (depth !== undefined && rest.startsWith('}') && depth === 0) {
      templates.pop();
      keep(1);
      template();
    } else {
      if (depth !== undefined && rest.startsWith('{')) templates[open] = depth + 1;
      if (depth !== undefined && rest.startsWith('}')) templates[open] = depth - 1;
      keep(/^[\w$]+|^\s+/.exec(rest)?.[0].length ?? 1);
    }
  }
  return out.join('');
}

/** Whether a slash here begins a regular expression: after a value it divides. */
function startsExpression(before: readonly string[]): boolean {
  const last = before.findLast((piece) => piece.trim() !== '')?.trim() ?? '';
  if (/^(?:return|typeof|case|in|of|do|else|void|await|yield)$/.test(last)) return true;
  return last === '' || /[(,=:[!&|?{};+\-*%<>~^]$/.test(last);
}

/** What a file imports or exports from: the texts after `from`, `import` and in `import(…)`, `require(…)`. */
export function importsOf(source: string): string[] {
  const code = blank(source, { strings: false });
  const forms =
    /\bfrom\s*(['"])(?<from>[^'"\n]+)\1|\b(?:import|require)\s*\(?\s*(['"])(?<direct>[^'"\n]+)\3/g;
  return [...code.matchAll(forms)].flatMap(({ groups }) => groups?.from ?? groups?.direct ?? []);
}
