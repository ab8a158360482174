/** Times as agents write them, read from the bytes. */
import { COLON } from './bytes';

/** UTC ms of `2026-06-01T10:00:00.000Z`, not a number for whatever is written in another way. */
export function instant(at: usize, length: i32): f64 {
  if (length !== 24 || load<u8>(at, 4) !== 45 || load<u8>(at, 7) !== 45 || load<u8>(at, 10) !== 84) return NaN;
  if (load<u8>(at, 13) !== COLON || load<u8>(at, 16) !== COLON || load<u8>(at, 19) !== 46 || load<u8>(at, 23) !== 90) {
    return NaN;
  }
  const year = two(at) * 100 + two(at + 2);
  const month = two(at + 5);
  const day = two(at + 8);
  const hour = two(at + 11);
  const minute = two(at + 14);
  const second = two(at + 17);
  const tenths = load<u8>(at, 20) - 48;
  const rest = two(at + 21);
  // What is no digit makes its part very negative.
  if (year < 1970 || month < 1 || month > 12 || day < 1 || (day > 28 && day > daysOf(year, month))) return NaN;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return NaN;
  if (tenths > 9 || rest < 0) return NaN;
  return (
    <f64>days(year, month, day) * 86400000.0 +
    <f64>(((hour * 60 + minute) * 60 + second) * 1000 + <i32>tenths * 100 + rest)
  );
}

function two(at: usize): i32 {
  const tens = load<u8>(at) - 48;
  const ones = load<u8>(at, 1) - 48;
  return tens > 9 || ones > 9 ? -1000000 : <i32>tens * 10 + <i32>ones;
}

function daysOf(year: i32, month: i32): i32 {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970 by the Gregorian calendar, whose years begin in March here: the leap day is then the last. */
function days(year: i32, month: i32, day: i32): i32 {
  const from = month <= 2 ? year - 1 : year;
  const era = from / 400;
  const ofEra = from - era * 400;
  const ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719468;
}
