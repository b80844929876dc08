// The commands that are offered while one types `/`, the bot's name after `@` in a group, and what the bot itself offers
// for words behind its name.

import { offers } from "./api.js";
import { $, make } from "./dom.js";
import { chatById, person } from "./model.js";
import { speaks } from "./texts.js";

const PAUSE = 250;

/// The option that a key would take; none of the bot's offers before one has gone to them.
let chosen = 0;
let waiting = 0;
let pick = () => {};

/// Offers what could be meant by what stands in the text field.
export function offerMenu(app) {
  const typed = $("text").value;
  const asked = inlineWords(app, typed);
  clearTimeout(waiting);
  if (asked !== null) {
    waiting = setTimeout(() => offerResults(app, typed, asked), PAUSE);
    return undefined;
  }
  const items = /^\/\S*$/.test(typed) ? commands(app, typed.slice(1).toLowerCase()) : mentions(app, typed);
  if (!items.length) return closeMenu();
  const menu = $("menu");
  chosen = 0;
  menu.replaceChildren(...items.map((item, index) =>
    make(
      "div.option",
      { role: "option", id: `option-${index}`, "data-words": item.words, "data-complete": item.complete },
      make("b", {}, item.label),
      make("span", {}, item.about),
    )));
  menu.hidden = false;
  highlight();
  return undefined;
}

/// The words behind the bot's name, where it stands first; `null` where it does not.
function inlineWords(app, typed) {
  const name = `@${app.state.bot.username} `;
  return typed.toLowerCase().startsWith(name.toLowerCase()) ? typed.slice(name.length).trim() : null;
}

async function offerResults(app, typed, words) {
  let offered;
  try {
    offered = await offers(app.me, words);
  } catch {
    return closeMenu();
  }
  // Meanwhile one has typed on, or sent it.
  if ($("text").value !== typed) return undefined;
  const rows = offered.results.map((one) => ({ title: one.title, about: one.about, "data-result": one.id, "data-query": offered.query }));
  if (offered.way) rows.unshift({ title: offered.way.text, about: "", "data-start": offered.way.start });
  if (!rows.length) return closeMenu();
  chosen = -1;
  $("menu").replaceChildren(...rows.map(({ title, about, ...data }, index) =>
    make("div.option.result", { role: "option", id: `option-${index}`, ...data }, make("b", {}, title), make("span", {}, about))));
  $("menu").hidden = false;
  return undefined;
}

function commands(app, prefix) {
  const language = speaks(person(app.state, app.me));
  const known = app.state.commands[language] ?? app.state.commands.zh ?? [];
  return known
    .filter(({ command }) => command.startsWith(prefix))
    .map(({ command, description }) => ({ words: `/${command}`, label: `/${command}`, about: description, complete: true }));
}

function mentions(app, typed) {
  const { bot } = app.state;
  const chat = chatById(app.state, app.me, app.chat);
  const match = /(^|\s)@(\w*)$/.exec(typed);
  if (!match || chat.kind === "private" || !bot.username.toLowerCase().startsWith(match[2].toLowerCase())) return [];
  const words = `${typed.slice(0, match.index)}${match[1]}@${bot.username} `;
  return [{ words, label: `@${bot.username}`, about: bot.first_name, complete: false }];
}

export function closeMenu() {
  clearTimeout(waiting);
  $("menu").hidden = true;
  $("menu").replaceChildren();
  $("text").removeAttribute("aria-activedescendant");
}

function highlight() {
  const options = [...$("menu").children];
  options.forEach((option, index) => option.setAttribute("aria-selected", String(index === chosen)));
  options[chosen].scrollIntoView({ block: "nearest" });
  $("text").setAttribute("aria-activedescendant", options[chosen].id);
}

/// Lets the menu have a key first; says whether it took it.
export function menuKey(event) {
  const menu = $("menu");
  if (menu.hidden) return false;
  const count = menu.children.length;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const option = menu.children[chosen];
  if (step) {
    chosen = chosen < 0 && step < 0 ? count - 1 : (chosen + step + count) % count;
    highlight();
  } else if (event.key === "Enter" && !event.shiftKey && option) {
    pick(option.dataset);
  } else if (event.key === "Tab" && !event.shiftKey && option?.dataset.words) {
    // Completes without sending, for commands that go on with words of one's own.
    pick({ words: option.dataset.words.trimEnd() + " " });
  } else if (event.key === "Escape") {
    closeMenu();
  } else {
    return false;
  }
  event.preventDefault();
  return true;
}

export function watchMenu(onPick) {
  pick = onPick;
  // A press must not take the focus from the text field: on a phone the keyboard would close.
  $("menu").addEventListener("pointerdown", (event) => event.preventDefault());
  $("menu").addEventListener("click", (event) => {
    const option = event.target.closest(".option");
    if (option) pick(option.dataset);
  });
  $("text").addEventListener("blur", () => closeMenu());
}
