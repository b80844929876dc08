// Instants in words, on the reader's own clock.

const formats = new Map();

function format(locale, options) {
  const key = locale + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale, options));
  return formats.get(key);
}

export const hour = (locale, at) => format(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);

export const second = (locale, at) =>
  format(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(at);

/// The day in short, with its weekday.
export const dayName = (locale, at) => format(locale, { month: "short", day: "numeric", weekday: "short" }).format(at);

/// When something is due: the hour today, with the weekday this week, with the date later on.
export function due(locale, at, now) {
  if (dayKey(at) === dayKey(now)) return hour(locale, at);
  const options = at - now < 6 * 86_400_000 ? { weekday: "short" } : { month: "short", day: "numeric" };
  return `${format(locale, options).format(at)} ${hour(locale, at)}`;
}

export const full = (locale, at) =>
  format(locale, { dateStyle: "full", timeStyle: "long" }).format(at);

export const dayKey = (at) => new Date(at).toDateString();

/// The day as a heading between messages.
export function day(app, at) {
  const now = app.now();
  if (dayKey(at) === dayKey(now)) return app.t.today;
  if (dayKey(at) === dayKey(now - 86_400_000)) return app.t.yesterday;
  return format(app.locale, { month: "long", day: "numeric", weekday: "long" }).format(at);
}

/// The shortest that says when: the hour today, else the weekday or the date.
export function brief(app, at) {
  const now = app.now();
  if (dayKey(at) === dayKey(now)) return hour(app.locale, at);
  const near = Math.abs(now - at) < 6 * 86_400_000;
  return format(app.locale, near ? { weekday: "short" } : { month: "numeric", day: "numeric" }).format(at);
}

/// How far away an instant is.
export function distance(t, milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds <= 0) return t.dueNow;
  if (seconds < 90) return t.inSeconds(seconds);
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return t.inMinutes(minutes);
  const hours = Math.round(minutes / 60);
  return hours < 48 ? t.inHours(hours) : t.inDays(Math.round(hours / 24));
}
