// Small helpers for elements. Text only ever enters the page as text nodes.

export const $ = (id) => document.getElementById(id);

/// Makes an element: `make("p.name", {title}, "text", child, …)`; properties that are functions become listeners.
export function make(selector, properties, ...children) {
  const [tag, ...classes] = selector.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/// Makes a line drawing.
export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/// Brings a list's children in line with `wanted` ([key, signature, make]); what has not changed stays the same node,
/// so that scrolling, focus and screen readers are left alone.
export function reconcile(list, wanted) {
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  let place = list.firstChild;
  for (const [key, signature, render] of wanted) {
    const known = old.get(String(key));
    old.delete(String(key));
    const node = known?.signature === signature ? known : render(known);
    node.dataset.key = key;
    node.signature = signature;
    if (known && known !== node) {
      if (place === known) place = known.nextSibling;
      known.remove();
    }
    if (node === place) place = place.nextSibling;
    else list.insertBefore(node, place);
  }
  for (const node of old.values()) node.remove();
}

/// The round picture of a person, a group or the bot.
export function avatar(who) {
  if (who.is_bot) return make("img.face.seal", { src: "/page/seal.svg", alt: "" });
  const letters = [...who.name.trim()];
  const shown = /\p{Script=Han}/u.test(letters[0] ?? "") ? letters[0] : (letters[0] ?? "?").toUpperCase();
  return make(`span.face.hue-${hue(who.id)}`, { "aria-hidden": "true" }, shown);
}

/// One of six colours, always the same for the same person or group.
export const hue = (id) => (id < 0 ? 2 - id : id) % 6;

let menuGuard = null;
/// Shows a pop-up until it is chosen from, left, or Escape is pressed.
export function openUntilLeft(popup, opener, onClose) {
  menuGuard?.();
  const leave = (event) => {
    if (event?.type === "keydown" && event.key !== "Escape") return;
    if (event?.type === "pointerdown" && (popup.contains(event.target) || opener.contains(event.target))) return;
    document.removeEventListener("pointerdown", leave, true);
    document.removeEventListener("keydown", leave, true);
    menuGuard = null;
    onClose(event?.type === "keydown");
  };
  document.addEventListener("pointerdown", leave, true);
  document.addEventListener("keydown", leave, true);
  menuGuard = leave;
  return leave;
}
