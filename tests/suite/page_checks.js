// What the browser test measures inside the page. Evaluated as the body of a function; `arguments[0]` names the check.

const checks = {
  // Every visible text against the ground it stands on, as WCAG counts; gives back those below 4.5:1 and how many there were.
  contrast() {
    const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const luminance = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
    const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (color) => {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = color;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      return { rgb: [r, g, b], alpha: a / 255 };
    };
    const over = (top, ground) => top.rgb.map((value, index) => value * top.alpha + ground[index] * (1 - top.alpha));
    const ground = (node) => {
      const layers = [];
      for (let at = node; at; at = at.parentElement) {
        const style = getComputedStyle(at);
        const image = /rgba?\([^)]*\)/.exec(style.backgroundImage);
        layers.push(rgba(image ? image[0] : style.backgroundColor));
        if (layers.at(-1).alpha === 1) break;
      }
      return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
    };
    const ratio = (color, node) => {
      const below = ground(node);
      const [high, low] = [luminance(over(rgba(color), below)), luminance(below)].sort((a, b) => b - a);
      return (high + 0.05) / (low + 0.05);
    };
    const texts = [...document.body.querySelectorAll("*")].filter(
      (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
        (node.placeholder || [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim())));
    const measured = texts.map((node) => {
      const color = node.placeholder && !node.value ? getComputedStyle(node, "::placeholder").color : getComputedStyle(node).color;
      return { what: `${node.tagName}.${node.className} ${(node.textContent || node.placeholder).slice(0, 20)}`, ratio: ratio(color, node) };
    });
    return { count: measured.length, low: measured.filter((one) => one.ratio < 4.5) };
  },

  // How far the page, the conversation or a bubble reaches beyond its right edge.
  overflow() {
    const root = document.scrollingElement;
    const wide = [...document.querySelectorAll("#scroll, .bubble, .keyboard, .side, .backstage")].filter(
      (node) => node.checkVisibility() && node.scrollWidth > node.clientWidth + 1);
    return { page: root.scrollWidth - innerWidth, wide: wide.map((node) => `${node.className}#${node.id}`) };
  },

  // The open conversation: who says what, top to bottom as it is drawn.
  bubbles() {
    return [...document.querySelectorAll("#log .row:not(.typing)")]
      .map((row) => ({ top: row.getBoundingClientRect().top, own: row.classList.contains("own"), text: row.querySelector(".text").innerText }))
      .sort((one, other) => one.top - other.top)
      .map(({ own, text }) => ({ own, text }));
  },

  // Controls that a keyboard or a screen reader could not find: without a name, or not to be reached.
  unnamed() {
    return [...document.querySelectorAll("button, a[href], textarea")]
      .filter((node) => node.checkVisibility())
      .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.title))
      .map((node) => node.outerHTML.slice(0, 120));
  },
};
return checks[arguments[0]]();
