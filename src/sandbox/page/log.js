// The conversation: rows in order, days between them, and where the reader is in it.

import { $, make, reconcile } from "./dom.js";
import { row } from "./bubble.js";
import { chatById, isTyping, markSeen, shownMessages, topicOf, unseen } from "./model.js";
import { day, dayKey } from "./times.js";

const RUN_ENDS = 5 * 60_000;
const NEAR_END = 80;

const positions = new Map();
let shown = null;
/// Whether the reader is at the end, and in what shape the conversation was when they came to be there or not.
let pinned = true;
let shape = "";

/// Shows the open chat's messages. A reader at the end stays at the end; one who has scrolled up stays where they are.
export function renderLog(app) {
  const scroll = $("scroll");
  const log = $("log");
  const chat = chatById(app.state, app.me, app.chat);
  const messages = shownMessages(app, chat);
  const place = `${chat.id}/${topicOf(app, chat)}`;
  const switched = shown !== place;
  if (switched) {
    if (shown !== null) positions.set(shown, pinned ? Infinity : scroll.scrollTop);
    pinned = (positions.get(place) ?? Infinity) === Infinity;
  }
  pinned ||= app.followOwn;
  app.followOwn = false;
  log.setAttribute("aria-live", switched ? "off" : "polite");
  if (switched) log.replaceChildren();
  reconcile(log, rows(app, chat, messages, place));
  shown = place;
  if (pinned) toEnd(scroll);
  else if (switched) scroll.scrollTop = positions.get(place);
  settle(app);
}

function rows(app, chat, messages, place) {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const wanted = [];
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    const after = messages[index + 1];
    if (!before || dayKey(before.date) !== dayKey(message.date)) {
      const heading = day(app, message.date);
      wanted.push([`day-${dayKey(message.date)}`, heading, () => make("li.day", {}, make("span", {}, heading))]);
    }
    const context = {
      group: chat.kind !== "private",
      first: !sameRun(before, message),
      last: !sameRun(message, after),
      original: byId.get(message.reply_to),
    };
    const original = context.original && [context.original.text, context.original.from.name];
    const signature = JSON.stringify([message, context.first, context.last, original, app.me, app.language]);
    wanted.push([`${chat.id}/${message.id}`, signature, (old) => arriving(row(app, message, context), old, place)]);
  });
  if (isTyping(app, chat)) wanted.push(["typing", app.language, () => typing(app)]);
  return wanted;
}

/// A message that comes while one looks on comes with a movement; those of a chat just opened are simply there.
function arriving(node, old, place) {
  if (!old && shown === place) node.classList.add("fresh");
  return node;
}

const sameRun = (one, next) =>
  one && next && !one.service && !next.service && one.from.id === next.from.id && next.date - one.date < RUN_ENDS
  && dayKey(one.date) === dayKey(next.date);

const typing = (app) =>
  make("li.row.theirs.first.last.typing", { "aria-label": app.t.typing }, make("div.stack", {}, make("article.bubble", {}, make("i"), make("i"), make("i"))));

const atEnd = (scroll) => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END;

function toEnd(scroll) {
  scroll.scrollTo({ top: scroll.scrollHeight, behavior: "instant" });
  shape = shapeOf(scroll);
}

const shapeOf = (scroll) => [scroll.clientWidth, scroll.clientHeight, scroll.scrollHeight].join();

/// Notes what has been seen, and offers the way down to what has not.
export function settle(app) {
  const chat = chatById(app.state, app.me, app.chat);
  const visible = !document.hidden && app.reading();
  const end = atEnd($("scroll"));
  if (visible && end) {
    markSeen(app, chat, shownMessages(app, chat));
    app.renderSide();
  }
  $("to-end").hidden = end;
  const waiting = unseen(app, chat);
  $("to-end-count").hidden = !waiting;
  $("to-end-count").textContent = waiting;
}

/// Shows the message that a quote is of.
export function jump(id) {
  const target = $("log").querySelector(`[data-id="${CSS.escape(id)}"]`);
  if (!target) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  target.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
  target.classList.add("found");
  setTimeout(() => target.classList.remove("found"), 1600);
}

export function watchLog(app) {
  const scroll = $("scroll");
  const moved = () => {
    // A conversation that has changed its shape has moved by itself: that was not the reader.
    if (shapeOf(scroll) === shape) pinned = atEnd(scroll);
    if (app.state) settle(app);
  };
  const reshaped = () => {
    if (pinned) toEnd(scroll);
    shape = shapeOf(scroll);
    if (app.state) settle(app);
  };
  scroll.addEventListener("scroll", moved, { passive: true });
  $("to-end").addEventListener("click", () => {
    pinned = true;
    reshaped();
  });
  // A keyboard that opens or a bubble that grows must not hide the end from who is reading it.
  const observer = new ResizeObserver(reshaped);
  observer.observe(scroll);
  observer.observe($("log"));
}
