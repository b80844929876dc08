// Where one writes: the text, whom it answers, whose voice it is, things to try.

import { $, avatar, icon, make, openUntilLeft, reconcile } from "./dom.js";
import { addToGroup, choose, say, start } from "./api.js";
import { snippet } from "./bubble.js";
import { closeMenu, menuKey, offerMenu, watchMenu } from "./menu.js";
import { chatById, hasBot, person, shownMessages, topicOf } from "./model.js";
import { role } from "./side.js";

const drafts = new Map();
const HINTS_UNTIL = 3;

export function renderComposer(app) {
  const chat = chatById(app.state, app.me, app.chat);
  const messages = shownMessages(app, chat);
  const unstarted = chat.kind === "private" && messages.length === 0;
  $("start").hidden = !unstarted;
  $("composer").hidden = unstarted;
  $("start").textContent = app.t.start;
  restoreDraft(app);
  $("text").placeholder = chat.kind === "private" ? app.t.placeholder : app.t.placeholderGroup;
  $("text").setAttribute("aria-label", $("text").placeholder);
  renderSpeaker(app);
  renderAnswering(app, messages);
  renderHints(app, chat, messages);
  renderBlank(app, chat, messages);
}

function restoreDraft(app) {
  const key = `${app.me}/${app.chat}`;
  if ($("text").dataset.draft === key) return;
  if ($("text").dataset.draft) drafts.set($("text").dataset.draft, $("text").value);
  $("text").dataset.draft = key;
  $("text").value = drafts.get(key) ?? "";
  app.answering = null;
  fit();
  closeMenu();
}

function renderSpeaker(app) {
  const me = person(app.state, app.me);
  const button = $("speaker");
  button.replaceChildren(avatar(me));
  button.setAttribute("aria-label", app.t.speakAsNow(me.name));
  button.title = app.t.speakAsNow(me.name);
}

function renderAnswering(app, messages) {
  const original = messages.find((message) => message.id === app.answering);
  $("answering").hidden = !original;
  if (!original) return;
  $("answering-who").textContent = app.t.replyTo(original.from.name);
  $("answering-text").textContent = snippet(original);
}

function renderHints(app, chat, messages) {
  const said = messages.filter((message) => message.from.id === app.me && !/^\/start\b/.test(message.text)).length;
  const unstarted = chat.kind === "private" && messages.length === 0;
  const wanted = unstarted || said >= HINTS_UNTIL || !hasBot(app.state, chat) ? [] : hintsFor(app, chat);
  $("hints").hidden = !wanted.length;
  reconcile($("hints"), wanted.map((words) => [words, words, () => hint(app, words)]));
}

const hintsFor = (app, chat) => (chat.kind === "private" ? app.t.hintsPrivate : app.t.hintsGroup(app.state.bot.username));

const hint = (app, words) => make("button.hint", { type: "button", click: () => send(app, words) }, words);

/// What stands in an empty conversation, and in a group that the bot has not joined.
function renderBlank(app, chat, messages) {
  const { t } = app;
  const { bot } = app.state;
  const blank = $("blank");
  const outside = !hasBot(app.state, chat);
  const fresh = messages.length === 0;
  blank.hidden = !fresh && !outside;
  const signature = JSON.stringify([chat.id, app.me, fresh, outside, app.language]);
  if (blank.hidden || blank.signature === signature) return;
  blank.signature = signature;
  if (chat.kind === "private") {
    blank.replaceChildren(
      make("img", { src: "/page/seal.svg", alt: "", width: 64, height: 64 }),
      make("h3", {}, t.startTitle),
      make("p", {}, t.startAbout),
      make("div.tries", {}, hintsFor(app, chat).slice(0, 4).map((words) => hint(app, words))),
    );
  } else {
    const add = () => app.attempt(() => addToGroup(chat.id, app.me));
    blank.replaceChildren(
      make("h3", {}, outside ? t.addTitle(bot.first_name) : t.groupTitle),
      make("p", {}, t.groupAbout(bot.username)),
      outside ? make("button.primary", { type: "button", click: add, "data-add": true }, t.add) : "",
    );
  }
}

function send(app, words) {
  const text = words.trim();
  if (!text) return;
  const reply = app.answering ?? undefined;
  app.answering = null;
  app.followOwn = true;
  const topic = topicOf(app, chatById(app.state, app.me, app.chat));
  app.attempt(() => say({ chat: app.chat, user: app.me, text, reply_to: reply, topic }));
  app.render();
}

/// Says what the bot offered.
function chooseOffer(app, { query, result }) {
  const reply = app.answering ?? undefined;
  app.answering = null;
  app.followOwn = true;
  closeMenu();
  const topic = topicOf(app, chatById(app.state, app.me, app.chat));
  app.attempt(() => choose({ chat: app.chat, user: app.me, query, result, reply_to: reply, topic }));
}

/// Chooses the message that the next one answers.
export function answerTo(app, id) {
  app.answering = id;
  app.render();
  $("text").focus();
}

/// As tall as its text, up to a third of the window.
function fit() {
  const field = $("text");
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, innerHeight / 3)}px`;
}

export function watchComposer(app) {
  const field = $("text");
  const submit = () => {
    const words = field.value;
    field.value = "";
    fit();
    closeMenu();
    send(app, words);
  };
  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  field.addEventListener("input", () => {
    fit();
    offerMenu(app);
  });
  field.addEventListener("keydown", (event) => {
    // While an input method is choosing characters, its Enter is not ours.
    if (event.isComposing || event.keyCode === 229 || menuKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && app.answering !== null) {
      answerTo(app, null);
    }
  });
  watchMenu((option) => {
    field.value = option.words ?? "";
    fit();
    field.focus();
    if (option.result !== undefined) chooseOffer(app, option);
    else if (option.start !== undefined) app.startWith(option.start);
    else if (option.complete !== undefined) submit();
    else offerMenu(app);
  });
  $("slash").addEventListener("click", () => {
    field.value = "/";
    field.focus();
    offerMenu(app);
  });
  $("answering-cancel").addEventListener("click", () => answerTo(app, null));
  $("start").addEventListener("click", async () => {
    await app.attempt(() => start(app.me, ""));
    app.write();
  });
  $("speaker").addEventListener("click", () => openSpeakers(app));
  // With a keyboard one goes on typing at once; on a phone it would cover what one came to read.
  app.write = () => {
    if (!matchMedia("(pointer: coarse)").matches) requestAnimationFrame(() => field.focus());
  };
  app.say = (words) => send(app, words);
  // As if one had typed it: what the bot offers for it comes up.
  app.type = (words) => {
    field.value = words;
    fit();
    field.focus();
    offerMenu(app);
  };
}

function openSpeakers(app) {
  const menu = $("speakers");
  const opener = $("speaker");
  const close = openUntilLeft(menu, opener, (byKey) => {
    menu.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    if (byKey) opener.focus();
  });
  if (!menu.hidden) return close();
  const choose = (id) => {
    close();
    app.speakAs(id);
    $("text").focus();
  };
  menu.replaceChildren(...app.state.people.map((one) =>
    make(
      "button.choice",
      { type: "button", role: "menuitemradio", "aria-checked": String(one.id === app.me), click: () => choose(one.id) },
      avatar(one),
      make("span", {}, one.name),
      make("small", {}, role(app, one)),
      one.id === app.me && icon("M5 12l5 5L19 7"),
    )));
  menu.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  menu.querySelector("[aria-checked=true]")?.focus();
  menu.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...menu.children];
    all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
  };
  return undefined;
}
