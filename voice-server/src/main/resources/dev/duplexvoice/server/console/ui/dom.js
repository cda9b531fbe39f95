const SVG = "http://www.w3.org/2000/svg";

/**
 * An element.
 *
 * @param {string} tag `p.quiet.small`
 * @param {object} [properties] attributes; functions are listeners of the event that follows `on`
 * @param {...(Node|string|number|null)} children
 */
export function h(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  return fill(document.createElement(name), classes, properties, children);
}

/** The same, of SVG. */
export function s(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  return fill(document.createElementNS(SVG, name), classes, properties, children);
}

function fill(element, classes, properties, children) {
  if (classes.length > 0) {
    element.setAttribute("class", classes.join(" "));
  }
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** One of the page's icons. */
export function icon(name) {
  return s("svg.icon", { "aria-hidden": "true" }, s("use", { href: `#i-${name}` }));
}

/** What a screen reader is to say without anything being looked at. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

/** Whether things should not move. */
export const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
