// The sandbox's clock, and the way to the next reminder.

import { $ } from "./dom.js";
import { moveClock } from "./api.js";
import { renderLog } from "./log.js";
import { dayName, distance, due, full, second } from "./times.js";

/// The emulator stops this long before a reminder, so that one sees it come.
const LEAD = 5_000;

export function renderClock(app) {
  const now = app.now();
  const next = app.state.next_reminder;
  const clock = $("clock-now");
  clock.textContent = `${dayName(app.locale, now)} ${second(app.locale, now)}`;
  clock.dateTime = new Date(now).toISOString();
  clock.title = full(app.locale, now);
  const none = next === null;
  const about = $("clock-next");
  const sentence = none ? app.t.noReminder : app.t.nextReminder(due(app.locale, next, now), distance(app.t, next - now));
  if (about.textContent !== sentence) about.textContent = sentence;
  about.title = none ? "" : full(app.locale, next);
  $("to-reminder").setAttribute("aria-disabled", String(none || next - now <= LEAD));
}

export function watchClock(app) {
  $("to-reminder").addEventListener("click", () => {
    const next = app.state.next_reminder;
    if (next === null) return app.toast(app.t.noReminderLong);
    if (next - app.now() <= LEAD) return undefined;
    return app.attempt(() => moveClock({ to: "next_reminder" }));
  });
  setInterval(() => {
    if (!app.state || document.hidden) return;
    renderClock(app);
    // The bot that was writing may have fallen silent, which nobody announces.
    if ($("log").querySelector(".typing")) renderLog(app);
  }, 1000);
}
