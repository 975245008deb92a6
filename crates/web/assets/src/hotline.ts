// The hotline while somebody speaks: what is typed is sent for a look when the typing pauses, and the parts marked `data-look` are
// swapped in place; arrow keys on the map move the pin. Without script the buttons "look again" and the four ways do the same.
const PAUSE = 600;

export function hotline(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-look-form]");
  if (!form) return;
  let waiting = 0;
  let asked = 0;
  const soon = (): void => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void look(), PAUSE);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);

  async function look(): Promise<void> {
    const turn = ++asked;
    const typed = new FormData(form as HTMLFormElement);
    typed.set("_go", "look");
    let answer: Response;
    try {
      answer = await fetch((form as HTMLFormElement).action, { method: "POST", body: typed, credentials: "same-origin" });
    } catch {
      return; // no connection: what is shown stays
    }
    if (!answer.ok || turn !== asked) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const old of document.querySelectorAll<HTMLElement>("[data-look]")) {
      const now = fresh.querySelector<HTMLElement>(`[data-look="${CSS.escape(old.dataset.look ?? "")}"]`);
      // Never under somebody's hands.
      if (now && !old.contains(document.activeElement) && now.innerHTML !== old.innerHTML) {
        old.replaceChildren(...document.importNode(now, true).childNodes);
      }
    }
  }

  document.addEventListener("keydown", (event) => {
    const map = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-pin]") : null;
    const ways: Record<string, [number, number]> = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const way = ways[event.key];
    if (!map || !way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const step = Number(map.dataset.step) * (event.shiftKey ? 5 : 1);
    const north = Number(map.dataset.north ?? 0) + way[0] * step;
    const east = Number(map.dataset.east ?? 0) + way[1] * step;
    map.dataset.north = String(north);
    map.dataset.east = String(east);
    const scale = Number(map.dataset.scale);
    map.querySelector("[data-pin-mark]")?.setAttribute("transform", `translate(${east / scale} ${-north / scale})`);
    const lat = Number(map.dataset.lat) + north / 111320;
    const lon = Number(map.dataset.lon) + east / (111320 * Math.cos((Number(map.dataset.lat) * Math.PI) / 180));
    const spot = form.querySelector<HTMLInputElement>("[data-pin-spot]");
    if (!spot) return;
    spot.value = `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
    soon();
  });
}
