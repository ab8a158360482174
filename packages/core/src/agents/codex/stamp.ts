/**
 * Times as the log writes them: ISO strings, nearly always of one length and on one day. It refuses to guess: anything
 * that is no instant is undefined.
 */

/** UTC ms of an ISO time, undefined for anything else. */
export function instant(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length < 10) return undefined;
  if (value.length === 24) {
    const quick = ofToday(value);
    if (quick !== undefined) return quick;
  }
  const at = Date.parse(value);
  return at >= 0 && at <= 8.64e15 ? at : undefined;
}

/** The day of the stamp before this one: parsing its midnight again would only repeat the answer. */
let day = '';
let midnight: number | undefined;

/** `2026-05-13T09:01:00.000Z`, undefined where it is not laid out so. */
function ofToday(value: string): number | undefined {
  if (!value.startsWith(day) || day === '') {
    if (!STAMP.test(value)) return undefined;
    day = value.slice(0, 11);
    const at = Date.parse(`${day}00:00:00.000Z`);
    midnight = at >= 0 ? at : undefined;
  }
  if (midnight === undefined) return undefined;
  const hour = two(value, 11);
  const minute = two(value, 14);
  const second = two(value, 17);
  const tenths = value.charCodeAt(20) - 48;
  const rest = two(value, 21);
  const separated =
    value.charCodeAt(13) === 58 &&
    value.charCodeAt(16) === 58 &&
    value.charCodeAt(19) === 46 &&
    value.charCodeAt(23) === 90;
  // Anything odd is left to Date.parse: a nonsense digit makes a part negative, above its limit or not a number.
  if (!separated || !(hour < 24 && minute < 60 && second < 60 && tenths >= 0 && tenths < 10)) return undefined;
  if (!(hour >= 0 && minute >= 0 && second >= 0 && rest >= 0)) return undefined;
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000 + tenths * 100 + rest;
}

const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Two digits; -1 where a character is none. */
function two(value: string, at: number): number {
  const tens = value.charCodeAt(at) - 48;
  const ones = value.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens < 10 && ones >= 0 && ones < 10 ? tens * 10 + ones : -1;
}
