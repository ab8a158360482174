/**
 * Status line templates: `{field}`, `{field:argument}`, `{?field what to print if it exists}`. A name that is no field
 * prints as it is written; a field without a value is a dash.
 */
import { UNKNOWN } from '@tokenmeter/core/format';

/** The text of a field; undefined: no such field; null: no value now. */
export type FieldReader = (name: string, argument: string | undefined) => string | null | undefined;

type Reader = (name: string, argument: string | undefined, isOptional: boolean) => string | null | undefined;

export function renderTemplate(template: string, read: Reader): string {
  let text = '';
  for (let at = 0; at < template.length; ) {
    const open = template.indexOf('{', at);
    if (open < 0) return text + template.slice(at);
    const close = closing(template, open);
    if (close < 0) return text + template.slice(at);
    text += template.slice(at, open) + renderField(template.slice(open + 1, close), read);
    at = close + 1;
  }
  return text;
}

/** As `renderTemplate`, but a part between two double spaces goes where one of its fields has no value. */
export function renderParts(template: string, read: FieldReader): string {
  return parts(template)
    .map((part) => {
      let isWhole = true;
      const text = renderTemplate(part, (name, argument, isOptional) => {
        const value = read(name, argument);
        if (value === null && !isOptional) isWhole = false;
        return value;
      });
      return isWhole ? text : '';
    })
    .filter(Boolean)
    .join('  ');
}

function renderField(body: string, read: Reader): string {
  const optional = /^\?([\w.]+) ([\s\S]*)$/.exec(body);
  if (optional) {
    const [, name = '', inner = ''] = optional;
    const value = read(name, undefined, true);
    return value === null || value === undefined ? '' : renderTemplate(inner, read);
  }
  const [name = '', argument] = body.split(':');
  const value = read(name, argument, false);
  if (value === undefined) return `{${body}}`;
  return value ?? UNKNOWN;
}

/** The brace that closes the one at `open`; -1 for none. */
function closing(template: string, open: number): number {
  let depth = 0;
  for (let at = open; at < template.length; at++) {
    if (template[at] === '{') depth++;
    if (template[at] === '}' && --depth === 0) return at;
  }
  return -1;
}

/** Split at double spaces outside of braces. */
function parts(template: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < template.length; at++) {
    if (template[at] === '{') depth++;
    if (template[at] === '}') depth--;
    if (depth > 0 || template.slice(at, at + 2) !== '  ') continue;
    found.push(template.slice(start, at));
    start = at + 2;
    at++;
  }
  return [...found, template.slice(start)];
}
