// The chat page: keeps what the sandbox says, who speaks and which chat is open, and draws its parts anew when one of them changes.

import { $, make } from "./dom.js";
import { addToGroup, coalesce, listen, press, readState, start } from "./api.js";
import { renderBackstage, watchBackstage } from "./backstage.js";
import { renderClock, watchClock } from "./clock.js";
import { answerTo, renderComposer, watchComposer } from "./composer.js";
import { jump, renderLog, settle, watchLog } from "./log.js";
import { destination } from "./markup.js";
import { chatById, face, groups, hasBot, markSeen, messagesOf, person, privateChat } from "./model.js";
import { renderSide, watchSide } from "./side.js";
import { localeOf, pageLanguage, textsOf } from "./texts.js";
import { renderTopics, watchTopics } from "./topics.js";
import { avatar } from "./dom.js";

const narrow = matchMedia("(max-width: 719px)");

const app = {
  state: null,
  /// The person who speaks, and the chat that is open.
  me: null,
  chat: null,
  /// The last message that was seen in each topic of each chat.
  seen: new Map(),
  /// The topic that is open in each chat that has some.
  topics: new Map(),
  /// The message that the next one answers.
  answering: null,
  /// Set when one has just spoken: the end is shown, wherever one was reading.
  followOwn: false,
  /// How far the sandbox's clock is from ours.
  ahead: 0,
  now: () => Date.now() + app.ahead,
  reading: () => !narrow.matches || document.body.dataset.view === "chat",
  render,
  renderSide: () => renderSide(app),
  toast,
  attempt,
  startWith: (parameter) => followLink(`tg://resolve?domain=${app.state.bot.username}&start=${parameter}`),
  open: (chat) => visit({ chat, view: "chat" }),
  speakAs: (me) => visit({ me, chat: app.chat < 0 ? app.chat : me }),
};

const refresh = coalesce(async () => {
  try {
    take(await readState());
  } catch (problem) {
    console.warn(problem);
    connected(false);
  }
});

function take(state) {
  // A sandbox that has begun anew knows nothing of what was seen in the last one.
  const first = app.state === null || state.version < app.state.version;
  if (first) app.seen.clear();
  // Whoever is not the bot is a person to us: an admin who speaks for the group is no bot either.
  for (const message of Object.values(state.messages).flat()) message.from.is_bot = message.from.id === state.bot.id;
  app.state = state;
  app.ahead = state.now - Date.now();
  if (first) {
    for (const chat of state.chats) markSeen(app, chat, messagesOf(state, chat));
    follow();
  }
  connected(true);
  render();
}

/// Where one is stands in the address, so that the browser's way back works and a reload stays there.
function visit(change) {
  const place = { me: app.me, chat: app.chat, view: document.body.dataset.view, ...change };
  const address = `#${new URLSearchParams(place)}`;
  if (address === location.hash) return;
  if (change.view === "chat" && narrow.matches) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  follow();
  render();
  if (change.view === "chat") app.write();
}

function follow() {
  const place = new URLSearchParams(location.hash.slice(1));
  const { people } = app.state;
  app.me = (person(app.state, Number(place.get("me"))) ?? people[0]).id;
  app.chat = (chatById(app.state, app.me, Number(place.get("chat"))) ?? privateChat(app.state, app.me)).id;
  document.body.dataset.view = place.get("view") === "list" ? "list" : "chat";
}

function render() {
  if (!app.state) return;
  speak();
  renderHead();
  renderTopics(app);
  renderLog(app);
  renderComposer(app);
  renderSide(app);
  renderClock(app);
  renderBackstage(app);
}

/// Puts the page into the language of who reads it.
function speak() {
  const language = pageLanguage(person(app.state, app.me));
  if (language === app.language) return;
  app.language = language;
  app.t = textsOf(language);
  app.locale = localeOf(language);
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = app.t[node.dataset.text];
  for (const node of document.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", app.t[node.dataset.label]);
    if (node.nodeName === "BUTTON") node.title = app.t[node.dataset.label];
  }
  $("chats").setAttribute("aria-label", app.t.chats);
  $("lost").textContent = app.t.lost;
}

function renderHead() {
  const chat = chatById(app.state, app.me, app.chat);
  const shown = face(app.state, chat);
  $("talk-avatar").replaceChildren(avatar(shown));
  $("talk-title").textContent = shown.name;
  const members = chat.members?.length ?? 0;
  $("talk-about").textContent = chat.kind === "private" ? app.t.bot : app.t.members(members);
  document.title = `${shown.name} · 温故 Wengu`;
}

function connected(well) {
  $("lost").hidden = well;
}

/// Does something at the sandbox; what it refuses is said in a toast.
async function attempt(work) {
  try {
    const answer = await work();
    await refresh();
    return answer;
  } catch (problem) {
    toast(app.t.failed(problem.message));
    return null;
  }
}

function toast(words) {
  const note = make("p.toast", {}, words);
  $("toasts").replaceChildren(note);
  setTimeout(() => note.remove(), Math.max(3500, words.length * 120));
}

function alertWith(words) {
  $("alert-text").textContent = words;
  $("alert").showModal();
}

async function pressKey(key) {
  if (key.getAttribute("aria-busy") === "true") return;
  key.setAttribute("aria-busy", "true");
  const target = { chat: app.chat, user: app.me, message: Number(key.dataset.press), data: key.dataset.data };
  const answer = await attempt(() => press(target));
  key.removeAttribute("aria-busy");
  if (answer?.url) followLink(answer.url);
  if (answer?.notice) (answer.alert ? alertWith : toast)(answer.notice);
}

/// Follows a link to the bot inside the sandbox; says whether it was one.
function followLink(url) {
  const goal = destination(url, app.state.bot);
  if (!goal) return false;
  if (goal.add !== undefined) joinGroup();
  else {
    visit({ chat: privateChat(app.state, app.me).id, view: "chat" });
    app.followOwn = true;
    attempt(() => start(app.me, goal.start));
  }
  return true;
}

/// Types the bot's name and the words of a button into the chat that it is for: this one, or another.
function shareElsewhere({ inline, here }) {
  if (here === undefined) {
    const other = app.chat === privateChat(app.state, app.me).id ? groups(app.state)[0] : privateChat(app.state, app.me);
    if (!other) return toast(app.t.noGroup);
    visit({ chat: other.id, view: "chat" });
  }
  return app.type(`@${app.state.bot.username} ${inline}`);
}

function joinGroup() {
  const group = groups(app.state).find((chat) => !hasBot(app.state, chat)) ?? groups(app.state)[0];
  if (!group) return toast(app.t.noGroup);
  visit({ chat: group.id, view: "chat" });
  return attempt(() => addToGroup(group.id, app.me));
}

function watchBubbles() {
  const log = $("log");
  log.addEventListener("click", (event) => {
    const near = (selector) => event.target.closest(selector);
    const link = near("a[href]");
    if (link) {
      if (followLink(link.href)) event.preventDefault();
    } else if (near("[data-inline]")) shareElsewhere(near("[data-inline]").dataset);
    else if (near("[data-press]")) pressKey(near("[data-press]"));
    else if (near("[data-reply]")) answerTo(app, Number(near("[data-reply]").dataset.reply));
    else if (near("[data-jump]")) jump(near("[data-jump]").dataset.jump);
    else if (near("[data-command]")) app.say(near("[data-command]").dataset.command);
    else if (near("[data-mention]")) $("text").setRangeText(`${near("[data-mention]").dataset.mention} `, 0, 0, "end");
  });
  const answerBubble = (event) => {
    const row = event.target.closest(".row[data-id]");
    if (row && !event.target.closest("a, button")) answerTo(app, Number(row.dataset.id));
  };
  log.addEventListener("dblclick", answerBubble);
  // A long press is a context menu to a finger; a mouse keeps its own.
  let finger = false;
  log.addEventListener("pointerdown", (event) => { finger = event.pointerType === "touch"; }, { passive: true });
  log.addEventListener("contextmenu", (event) => {
    if (!finger || !event.target.closest(".bubble")) return;
    event.preventDefault();
    answerBubble(event);
  });
}

function begin() {
  watchSide(app);
  watchLog(app);
  watchTopics(app);
  watchComposer(app);
  watchClock(app);
  watchBackstage(app);
  watchBubbles();
  $("back").addEventListener("click", () => visit({ view: "list" }));
  addEventListener("popstate", () => { if (app.state) { follow(); render(); } });
  document.addEventListener("visibilitychange", () => { if (app.state) settle(app); });
  narrow.addEventListener("change", () => { if (app.state) render(); });
  refresh();
  listen(() => app.state?.version ?? 0, refresh, connected);
}

begin();
