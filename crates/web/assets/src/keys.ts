// Keys of the inbox: j and k move, Enter opens, x ticks, a goes to the action, n takes the next, / goes
// to the search. The table marks its rows with `data-row` and each row's link with `data-open`.
export function keys(): void {
  let rows: HTMLElement[] = [];
  let here = -1;

  const go = (to: number): void => {
    if (rows.length === 0) return;
    for (const row of rows) row.classList.remove("here");
    here = Math.max(0, Math.min(rows.length - 1, to));
    const row = rows[here];
    row?.classList.add("here");
    row?.querySelector<HTMLElement>("[data-open]")?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    // Asked anew each time: a live page swaps its rows.
    rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    if (at >= 0) here = at;
    const press = (mark: string): void => document.querySelector<HTMLElement>(mark)?.click();
    switch (event.key) {
      case "j": go(here + 1); break;
      case "k": go(here - 1); break;
      case "x": rows[here]?.querySelector<HTMLElement>("[data-tick]")?.click(); break;
      case "n": press("[data-key=n]"); break;
      case "a": {
        const act = rows[here]?.querySelector<HTMLElement>("[data-act]") ?? document.querySelector<HTMLElement>("[data-act]");
        act?.focus();
        if (act instanceof HTMLAnchorElement) act.click();
        break;
      }
      case "/": {
        const search = document.querySelector<HTMLElement>("[data-key=search], input[type=search]");
        event.preventDefault();
        if (!search) {
          document.querySelector<HTMLElement>('a[href="/find"]')?.click();
          return;
        }
        search.focus();
        break;
      }
      default: return;
    }
  });
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
