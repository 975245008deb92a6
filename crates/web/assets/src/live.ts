// Live pages: a server-sent event says that something changed; the page then fetches itself again,
// at most every five seconds (a page may ask for more often), and swaps the parts marked `data-live` in place. Focus stays.
const USUAL = 5000;

export function live(): void {
  const first = document.querySelector<HTMLElement>("[data-live]");
  if (!first) return;
  const every = Number(first.dataset.liveEvery ?? USUAL);
  const source = new EventSource(first.dataset.liveFrom ?? "/live");
  let last = Date.now();
  let planned = 0;
  source.addEventListener("changed", () => {
    if (planned) return;
    planned = setTimeout(() => {
      planned = 0;
      last = Date.now();
      if (document.visibilityState === "visible") void refresh();
    }, Math.max(0, last + every - Date.now()));
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() - last > every) {
      last = Date.now();
      void refresh();
    }
  });
}

async function refresh(): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(location.href, { headers: { accept: "text/html" }, credentials: "same-origin" });
  } catch {
    return; // no connection: the page shows what it knew, with its time
  }
  if (!answer.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of document.querySelectorAll<HTMLElement>("[data-live]")) {
    const now = fresh.querySelector<HTMLElement>(`[data-live="${CSS.escape(old.dataset.live ?? "")}"]`);
    if (now && now.innerHTML !== old.innerHTML) swap(old, now);
  }
}

function swap(old: HTMLElement, now: HTMLElement): void {
  const active = document.activeElement;
  const mark = active instanceof Element && old.contains(active) ? address(active) : null;
  if (active instanceof HTMLElement && old.contains(active) && /^(INPUT|TEXTAREA|SELECT)$/.test(active.tagName)) return;
  const before = new Map([...old.querySelectorAll<HTMLElement>("[data-key-row]")].map((r) => [r.dataset.keyRow, r.innerHTML]));
  old.replaceChildren(...document.importNode(now, true).childNodes);
  for (const row of old.querySelectorAll<HTMLElement>("[data-key-row]")) {
    if (before.get(row.dataset.keyRow) !== row.innerHTML) row.classList.add("fresh");
  }
  if (mark) old.querySelector<HTMLElement>(mark)?.focus({ preventScroll: true });
}

function address(element: Element): string | null {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const href = element.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : null;
}
