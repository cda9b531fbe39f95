/**
 * Tabs as the keyboard and screen readers know them: one of them is in the tab order, arrows, Home and End move between them. The address
 * says which is open, `#sessions/abc` with a detail, so that it can be kept and gone back to.
 *
 * @param {HTMLElement} list with role tablist
 * @param {(name: string, detail: string) => void} open
 */
export function tabs(list, open) {
  const all = [...list.querySelectorAll('[role="tab"]')];
  const name = (tab) => tab.id.replace("tab-", "");
  const panel = (tab) => document.getElementById(tab.getAttribute("aria-controls"));

  function select(tab, detail) {
    for (const each of all) {
      const chosen = each === tab;
      each.setAttribute("aria-selected", String(chosen));
      each.tabIndex = chosen ? 0 : -1;
      panel(each).hidden = !chosen;
    }
    document.title = `${tab.textContent.trim()} · Duplex Voice`;
    open(name(tab), detail);
  }

  function fromAddress() {
    const [wanted, ...detail] = location.hash.slice(1).split("/");
    const tab = all.find((each) => name(each) === wanted) ?? all[0];
    select(tab, decodeURIComponent(detail.join("/")));
  }

  list.addEventListener("click", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (tab) {
      location.hash = name(tab);
    }
  });
  list.addEventListener("keydown", (event) => {
    const now = all.indexOf(document.activeElement);
    const to = {
      ArrowRight: now + 1,
      ArrowDown: now + 1,
      ArrowLeft: now - 1,
      ArrowUp: now - 1,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (now >= 0 && to !== undefined) {
      event.preventDefault();
      const tab = all[(to + all.length) % all.length];
      tab.focus();
      location.hash = name(tab);
    }
  });
  window.addEventListener("hashchange", fromAddress);
  fromAddress();
}
