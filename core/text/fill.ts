/**
 * Fills {{name}} in a text of locales/. Throws when a value is missing: a paper with a hole in it must not be issued.
 * Values are put in as they are: what shows the text escapes it.
 */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for {{${name}}}`);
    return String(value);
  });
}
