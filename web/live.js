// Keeps a page as new as the alerts: on an event of /api/v1/events it loads the page again
// and puts the parts that differ in place of the old ones. What the reader is typing, has
// opened or has chosen stays. Without this script the page works, and is as old as its load.
"use strict";
(() => {
  const account = document.body.dataset.account; // of the page of one account
  const main = document.querySelector("main");
  if (!main || !window.EventSource) return;

  const changed = (field) => field.type === "hidden" ? false
    : field.tagName === "SELECT" ? [...field.options].some((o) => o.selected !== o.defaultSelected)
    : field.value !== field.defaultValue;

  // busy reports whether the reader is doing something within an element.
  const busy = (element) =>
    (element.contains(document.activeElement) && document.activeElement !== document.body) ||
    element.matches("details[open]") || element.querySelector("details[open]") !== null ||
    [...element.querySelectorAll("input, textarea, select")].some(changed);

  const keysOf = (parent) => {
    const seen = {}, keys = new Map();
    for (const child of parent.children) {
      const kind = child.dataset.key || child.tagName + "." + child.className;
      seen[kind] = (seen[kind] || 0) + 1;
      keys.set(kind + " " + seen[kind], child);
    }
    return keys;
  };

  // merge makes the children of an element those of another. A busy child stays where it is,
  // and only what is within it and not busy is replaced; a form is one piece.
  const merge = (old, fresh) => {
    const had = keysOf(old);
    let cursor = old.firstElementChild;
    for (const [key, next] of keysOf(fresh)) {
      const was = had.get(key);
      had.delete(key);
      if (was && busy(was)) {
        if (was.tagName !== "FORM") merge(was, next);
        cursor = was.nextElementSibling;
        continue;
      }
      if (was && was.isEqualNode(next)) {
        if (was === cursor) cursor = cursor.nextElementSibling;
        else old.insertBefore(was, cursor);
        continue;
      }
      if (was === cursor && was) cursor = cursor.nextElementSibling;
      if (was) was.remove();
      old.insertBefore(document.importNode(next, true), cursor);
    }
    for (const gone of had.values()) {
      if (!busy(gone)) gone.remove();
      else gone.classList.add("gone"); // somebody else answered it while the reader was typing
    }
  };

  let wanted = false, loading = false, timer = 0;
  const load = async () => {
    if (loading || document.hidden) return;
    loading = true;
    wanted = false;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of ["header.top", "main"]) {
          const old = document.querySelector(part), fresh = page.querySelector(part);
          if (old && fresh) merge(old, fresh);
        }
        document.title = page.title;
        document.documentElement.dataset.live = String(Number(document.documentElement.dataset.live || 0) + 1);
      }
    } catch {
      // The next event, or the stream's return, tries again.
    } finally {
      loading = false;
      if (wanted) soon();
    }
  };
  const soon = () => {
    wanted = true;
    clearTimeout(timer);
    // Many open pages do not all ask in the same moment.
    timer = setTimeout(load, 100 + 300 * Math.random());
  };

  // A browser opens few connections to one server, so only a page that is seen keeps a stream.
  let stream = null, opened = false;
  const leave = () => {
    stream?.close();
    stream = null;
    document.documentElement.dataset.stream = "away";
  };
  const listen = () => {
    if (stream || document.hidden) return;
    stream = new EventSource("/api/v1/events");
    stream.addEventListener("open", () => {
      if (opened) soon(); // something may have changed while the stream was away
      opened = true;
      document.documentElement.dataset.stream = "open";
    });
    stream.addEventListener("alert", (event) => {
      if (!account || JSON.parse(event.data).account === account) soon();
    });
    stream.addEventListener("reset", soon);
    stream.addEventListener("error", () => {
      document.documentElement.dataset.stream = "away";
      if (stream?.readyState !== EventSource.CLOSED) return; // the browser connects anew
      leave();
      setTimeout(listen, 30000); // it was refused
    });
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) leave();
    else listen();
  });
  listen();
})();
