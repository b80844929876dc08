// What may be shown of a message's markup, and where its links lead.

const ALLOWED = new Set(["B", "I", "U", "S", "CODE", "PRE", "A", "BLOCKQUOTE"]);
const ALIASES = { STRONG: "B", EM: "I", INS: "U", DEL: "S", STRIKE: "S" };
// A command or a mention that stands by itself, as Telegram makes them tappable.
const TAPPABLE = /(?<![\p{L}\p{N}/@_<])(\/[a-z][a-z0-9_]{0,31}(?:@[A-Za-z0-9_]{5,32})?|@[A-Za-z][A-Za-z0-9_]{4,31})(?![\p{L}\p{N}/_])/gu;

/// A message's body as nodes: people's words as plain text, the bot's markup (also in what a person chose of what it
/// offered) through the list of allowed elements.
export function body(message) {
  const out = document.createDocumentFragment();
  if ((message.from.is_bot || message.via) && message.html) {
    // Line breaks stay what they were in the text; the style sheet keeps them.
    const parsed = new DOMParser().parseFromString(message.html.replaceAll("<br>", "\n"), "text/html");
    copy(parsed.body, out, false);
  } else {
    words(shownText(message), out);
  }
  return out;
}

/// What a person is shown to have said: Telegram hides the parameter of a link that started the bot.
export function shownText(message) {
  return message.from.is_bot ? message.text : message.text.replace(/^\/start [\w-]+$/, "/start");
}

function copy(from, to, literal) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = besideBlocks(node);
      if (literal) to.append(text);
      else words(text, to);
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      const name = ALIASES[node.nodeName] ?? node.nodeName;
      if (!ALLOWED.has(name)) {
        copy(node, to, literal);
        continue;
      }
      const kept = document.createElement(name);
      if (name === "A" && !link(kept, node.getAttribute("href"))) {
        copy(node, to, literal);
        continue;
      }
      copy(node, kept, literal || name === "A" || name === "CODE" || name === "PRE");
      to.append(kept);
    }
  }
}

const BLOCKS = new Set(["BLOCKQUOTE", "PRE"]);

/// A quotation stands on lines of its own: the line breaks around it say nothing more.
function besideBlocks(node) {
  let text = node.data;
  if (BLOCKS.has(node.previousSibling?.nodeName)) text = text.replace(/^\n{1,2}/, "");
  if (BLOCKS.has(node.nextSibling?.nodeName)) text = text.replace(/\n{1,2}$/, "");
  return text;
}

function link(anchor, href) {
  if (!/^(https?|tg):\/\//i.test(href ?? "")) return false;
  anchor.href = href;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  return true;
}

function words(text, to) {
  let from = 0;
  for (const match of text.matchAll(TAPPABLE)) {
    lines(text.slice(from, match.index), to);
    const kind = match[0][0] === "/" ? "command" : "mention";
    const button = document.createElement("button");
    button.type = "button";
    button.className = `tap ${kind}`;
    button.dataset[kind] = match[0];
    button.append(match[0]);
    to.append(button);
    from = match.index + match[0].length;
  }
  lines(text.slice(from), to);
}

/// Empty lines between paragraphs are shown less tall than a line.
function lines(text, to) {
  for (const part of text.split(/(\n{2,})/)) {
    if (!part.startsWith("\n\n")) {
      to.append(part);
      continue;
    }
    const gap = document.createElement("span");
    gap.className = "gap";
    gap.append("\n");
    to.append(gap);
  }
}

/// Where a link leads: to the bot (`start`), to its way into a group (`add`), or out of the sandbox (`null`).
export function destination(url, bot) {
  let parsed;
  try {
    parsed = new URL(url);
  } catch {
    return null;
  }
  const path = parsed.pathname.replace(/^\/+|\/+$/g, "");
  const query = parsed.searchParams;
  const telegram = ["t.me", "telegram.me"].includes(parsed.hostname) ? path : null;
  const name = parsed.protocol === "tg:" ? query.get("domain") : telegram;
  if (name?.toLowerCase() !== bot.username.toLowerCase()) return null;
  if (query.has("startgroup")) return { add: query.get("startgroup") };
  return { start: query.get("start") ?? "" };
}
