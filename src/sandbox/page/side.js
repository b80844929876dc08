// The left pane: who one speaks as, and the chats that person sees.

import { $, avatar, make, reconcile } from "./dom.js";
import { snippet } from "./bubble.js";
import { chatsOf, face, groups, isAdmin, messagesOf, unread, unreadElsewhere } from "./model.js";
import { brief } from "./times.js";

export function renderSide(app) {
  reconcile($("people"), app.state.people.map((one) => personRow(app, one)));
  reconcile($("chats"), chatsOf(app.state, app.me).map((chat) => chatRow(app, chat)));
  const elsewhere = chatsOf(app.state, app.me).filter((chat) => chat.id !== app.chat).reduce((sum, chat) => sum + unread(app, chat), 0);
  $("back-unread").hidden = !elsewhere;
  $("back-unread").textContent = elsewhere;
}

/// What a person is in the study group, in a word.
export const role = (app, one) =>
  groups(app.state).some((chat) => isAdmin(chat, one.id)) ? app.t.admin : app.t.member;

function personRow(app, one) {
  const checked = one.id === app.me;
  const dot = unreadElsewhere(app, one);
  const signature = JSON.stringify([one, checked, dot, app.language]);
  const render = (old) => {
    const button = make(
      "button.person",
      { type: "button", role: "radio", "aria-checked": String(checked), tabindex: checked ? 0 : -1, "data-person": one.id },
      make("span.with-dot", {}, avatar(one), dot && make("span.dot", { title: app.t.unreadElsewhere })),
      make("span.who", {}, one.name),
      make("span.role", {}, role(app, one)),
    );
    if (old === document.activeElement) requestAnimationFrame(() => button.focus());
    return button;
  };
  return [one.id, signature, render];
}

function chatRow(app, chat) {
  const { t } = app;
  const last = messagesOf(app.state, chat).at(-1);
  const open = chat.id === app.chat;
  const waiting = open && app.reading() ? 0 : unread(app, chat);
  const shown = face(app.state, chat);
  const by = last && chat.kind !== "private" && !last.service ? `${last.from.id === app.me ? t.you : last.from.name}: ` : "";
  const line = last ? by + snippet(last) : t.nothingYet;
  const signature = JSON.stringify([shown, open, waiting, line, last && brief(app, last.date), app.language]);
  const render = (old) => {
    const button = make(
      "button.chat",
      { type: "button", "data-chat": chat.id, "aria-current": open ? "true" : undefined },
      avatar(shown),
      make("span.chat-title", {}, shown.name),
      last && make("time", { datetime: new Date(last.date).toISOString() }, brief(app, last.date)),
      make("span.chat-line", {}, line),
      waiting > 0 && make("span.badge", { "aria-label": t.unread(waiting) }, waiting),
    );
    if (old?.contains(document.activeElement)) requestAnimationFrame(() => button.focus());
    return make("li", {}, button);
  };
  return [chat.id, signature, render];
}

export function watchSide(app) {
  $("people").addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-person]");
    if (chosen) app.speakAs(Number(chosen.dataset.person));
  });
  $("people").addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const { people } = app.state;
    const next = people[(people.findIndex((one) => one.id === app.me) + step + people.length) % people.length];
    app.speakAs(next.id);
    $("people").querySelector(`[data-person="${next.id}"]`)?.focus();
  });
  $("chats").addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-chat]");
    if (chosen) app.open(Number(chosen.dataset.chat));
  });
}
