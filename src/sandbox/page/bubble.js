// One message as a row of the conversation: picture, bubble, keyboard.

import { avatar, hue, icon, make } from "./dom.js";
import { body, destination, shownText } from "./markup.js";
import { full, hour } from "./times.js";

const REPLY = "M10 8V4L3 11l7 7v-4c5 0 8 1.5 10 5 0-6-3-11-10-11z";

/// Makes the row. `context` says what stands around the message: is it the first and last of a run of the same person,
/// what it replies to, and whether names are shown (groups).
export function row(app, message, context) {
  const { t } = app;
  if (message.service) return make("li.service", { "data-id": message.id }, make("span", {}, message.service));
  const own = message.from.id === app.me;
  const classes = [own ? "own" : "theirs", context.first && "first", context.last && "last", context.group && "grouped"];
  const keyboard = keys(app, message);
  return make(
    `li.row.${classes.filter(Boolean).join(".")}`,
    { "data-id": message.id },
    context.group && !own && make("span.beside", {}, context.last && avatar(message.from)),
    make(
      "div.stack",
      {},
      make(
        `article.bubble${keyboard ? ".keyed" : ""}`,
        { "aria-label": own ? t.you : message.from.name },
        context.group && !own && context.first && make(`p.name.${ink(message.from)}`, {}, message.from.name),
        message.via && make("p.via", {}, t.via(app.state.bot.username)),
        message.reply_to !== null && message.reply_to !== undefined && quote(app, message, context.original),
        text(message),
        make(
          "span.meta",
          {},
          message.edited && make("span.edited", {}, t.edited),
          make("time", { datetime: new Date(message.date).toISOString(), title: full(app.locale, message.date) }, hour(app.locale, message.date)),
        ),
      ),
      keyboard,
    ),
    make("button.answer", { type: "button", "data-reply": message.id, title: t.reply, "aria-label": t.replyTo(message.from.name) }, icon(REPLY)),
  );
}

const ink = (who) => (who.is_bot ? "ink-bot" : `ink-${hue(who.id)}`);

function text(message) {
  const shown = make("div.text", { lang: /\p{Script=Han}/u.test(message.text) ? "zh-CN" : undefined }, body(message));
  if (!message.from.is_bot && /^(?:\p{Extended_Pictographic}\uFE0F?\s*){1,3}$/u.test(message.text)) shown.classList.add("jumbo");
  return shown;
}

function quote(app, message, original) {
  const content = original
    ? [make(`b.${ink(original.from)}`, {}, original.from.name), make("span", {}, snippet(original))]
    : [make("span", {}, app.t.gone)];
  return make("button.quote", { type: "button", "data-jump": message.reply_to }, content);
}

/// A message in one line.
export const snippet = (message) => (message.service ?? shownText(message)).replace(/\s+/g, " ").trim().slice(0, 120);

function keys(app, message) {
  if (!message.buttons?.length) return null;
  const rows = message.buttons.map((buttons) =>
    make("div.keys", {}, buttons.map((button) => key(app, message, button))));
  return make("div.keyboard", {}, rows);
}

function key(app, message, button) {
  if (button.inline !== undefined && button.inline !== null) {
    return make("button.key.leads", { type: "button", "data-inline": button.inline, "data-here": button.here || undefined }, make("span", {}, button.text));
  }
  if (button.url === undefined || button.url === null) {
    return make("button.key", { type: "button", "data-press": message.id, "data-data": button.data ?? "" }, make("span", {}, button.text));
  }
  const goal = destination(button.url, app.state.bot);
  const link = make("a.key.leads", { href: button.url, target: "_blank", rel: "noopener noreferrer" }, make("span", {}, button.text));
  if (goal) link.dataset.inside = "";
  return link;
}
