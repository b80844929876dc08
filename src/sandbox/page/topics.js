// The topics of a group, as tabs above the conversation.

import { $, make, reconcile } from "./dom.js";
import { chatById, topicOf, unreadIn } from "./model.js";

export function renderTopics(app) {
  const chat = chatById(app.state, app.me, app.chat);
  const topics = chat.topics ?? [];
  $("topics").hidden = !topics.length;
  const all = [{ id: 0, name: app.t.mainTopic }, ...topics];
  reconcile($("topics"), topics.length ? all.map((topic) => tab(app, chat, topic)) : []);
}

function tab(app, chat, { id, name, closed }) {
  const open = topicOf(app, chat) === id;
  const waiting = open && app.reading() ? 0 : unreadIn(app, chat, id);
  const signature = JSON.stringify([id, name, closed, open, waiting, app.language]);
  const render = (old) => {
    const button = make(
      "button.topic",
      { type: "button", role: "tab", "data-topic": id, "aria-selected": String(open) },
      name,
      waiting > 0 && make("span.badge", { "aria-label": app.t.unread(waiting) }, waiting),
    );
    if (old === document.activeElement) requestAnimationFrame(() => button.focus());
    return button;
  };
  return [`${chat.id}/${id}`, signature, render];
}

export function watchTopics(app) {
  $("topics").addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-topic]");
    if (!chosen) return;
    app.topics.set(app.chat, Number(chosen.dataset.topic));
    app.answering = null;
    app.render();
    app.write();
  });
}
