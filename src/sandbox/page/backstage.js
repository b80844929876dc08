// What the bot called, newest first, and the tools of who tries it out.

import { $, make, reconcile } from "./dom.js";
import { fail, moveClock } from "./api.js";
import { full, second } from "./times.js";

const SHOWN = 200;

export function renderBackstage(app) {
  const panel = $("backstage");
  $("backstage-toggle").setAttribute("aria-expanded", String(!panel.hidden));
  if (panel.hidden) return;
  const { calls } = app.state;
  panel.querySelector("p").textContent = app.t.backstageMore(calls.at(-1)?.number ?? 0);
  const rows = calls.slice(-SHOWN).reverse().map((call) =>
    [call.number, JSON.stringify([call, app.language]), () => callRow(app, call)]);
  const empty = ["empty", app.language, () => make("li.nothing", {}, app.t.noCalls)];
  reconcile($("calls"), rows.length ? rows : [empty]);
  renderTools(app);
}

function callRow(app, call) {
  const ok = call.code === 200;
  const where = chatName(app, call.chat);
  return make(
    `li.call${ok ? "" : ".refused"}`,
    {},
    make("span.method", {}, call.method),
    make("span.code", { title: app.t.answered(call.code) }, ok ? "" : call.code || "…"),
    make("time", { title: full(app.locale, call.at) }, second(app.locale, call.at)),
    (where || call.summary) && make("span.gist", {}, where && make("b", {}, where), plain(call.summary)),
  );
}

/// What the bot said, without its markup.
const plain = (summary) => summary.replace(/<[^>]*>/g, "");

function chatName(app, id) {
  if (id === null || id === undefined) return "";
  return app.state.people.find((one) => one.id === id)?.name ?? app.state.chats.find((chat) => chat.id === id)?.title ?? String(id);
}

const HOUR = 3_600_000;
const FAULTS = [
  ["faultFlood", { kind: "too_many", retry_after: 5 }],
  ["faultGateway", { kind: "gateway" }],
  ["faultReset", { kind: "reset_before" }],
];

function renderTools(app) {
  const { t } = app;
  const label = (words) => [words, words, () => make("span", {}, words)];
  const tool = (words, work) => [words, words, () => make("button", { type: "button", click: work }, words)];
  const advance = (words, milliseconds) => tool(`+ ${words}`, () => app.attempt(() => moveClock({ advance_ms: milliseconds })));
  const fault = ([name, rule]) => tool(t[name], () => app.attempt(async () => {
    await fail({ ...rule, method: "sendMessage" });
    app.toast(t.faultSet(t[name]));
  }));
  reconcile($("tools"), [
    label(t.forward), advance(t.anHour, HOUR), advance(t.aDay, 24 * HOUR), advance(t.aWeek, 7 * 24 * HOUR),
  ]);
  reconcile($("faults"), [label(t.faults), ...FAULTS.map(fault)]);
}

export function watchBackstage(app) {
  const show = (visible) => {
    $("backstage").hidden = !visible;
    document.body.classList.toggle("with-backstage", visible);
    renderBackstage(app);
    (visible ? $("backstage-close") : $("backstage-toggle")).focus();
  };
  $("backstage-toggle").addEventListener("click", () => show($("backstage").hidden));
  $("backstage-close").addEventListener("click", () => show(false));
  $("to-date").addEventListener("submit", (event) => {
    event.preventDefault();
    const by = new Date($("the-date").value).getTime() - app.now();
    app.attempt(() => moveClock({ advance_ms: Math.round(by) }));
  });
  $("backstage").addEventListener("keydown", (event) => { if (event.key === "Escape") show(false); });
}
