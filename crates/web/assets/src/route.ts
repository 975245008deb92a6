// The inspector's way: ordered from the phone's own position, which is sent nowhere; and answers that are kept on the
// phone while there is no connection and sent once, by the key of their form, when there is one.

type Kept = { id?: number; action: string; pairs: [string, FormDataEntryValue][]; refused?: boolean };

export function route(): void {
  here();
  const forms = document.querySelectorAll<HTMLFormElement>("form[data-queue]");
  if (forms.length === 0 && !document.querySelector("[data-queue-says]")) return;
  for (const form of forms) form.addEventListener("submit", (event) => void submit(form, event));
  addEventListener("online", () => void flush());
  void flush();
}

function here(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-route-here]");
  const list = document.querySelector<HTMLElement>("[data-route]");
  const says = document.querySelector<HTMLElement>("[data-route-says]");
  if (!button || !list || !navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        nearest(list, coords.latitude, coords.longitude);
        if (says) says.textContent = button.dataset.found ?? "";
      },
      () => {
        if (says) says.textContent = button.dataset.failed ?? "";
      },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });
}

// As `rules::route`: always to the nearest that is left; without a point, last.
function nearest(list: HTMLElement, lat: number, lon: number): void {
  const left = [...list.querySelectorAll<HTMLElement>("[data-stop][data-lat]")];
  const without = [...list.querySelectorAll<HTMLElement>("[data-stop]:not([data-lat])")];
  const way: HTMLElement[] = [];
  while (left.length > 0) {
    const away = (stop: HTMLElement) => {
      const north = Number(stop.dataset.lat) - lat;
      const east = (Number(stop.dataset.lon) - lon) * Math.cos((lat * Math.PI) / 180);
      return Math.hypot(north, east);
    };
    let next = 0;
    for (let i = 1; i < left.length; i++) if (away(left[i]!) < away(left[next]!)) next = i;
    const stop = left.splice(next, 1)[0]!;
    way.push(stop);
    lat = Number(stop.dataset.lat);
    lon = Number(stop.dataset.lon);
  }
  for (const stop of [...way, ...without]) {
    stop.querySelector("[data-leg]")?.remove();
    list.append(stop);
  }
}

async function submit(form: HTMLFormElement, event: SubmitEvent): Promise<void> {
  if (!("indexedDB" in window)) return;
  event.preventDefault();
  const pairs: Kept["pairs"] = [...new FormData(form, event.submitter)];
  const wrong = form.querySelector<HTMLElement>("[data-queue-wrong]");
  if (wrong) wrong.hidden = true;
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await send({ action: form.action, pairs });
    if (answer.ok) {
      location.href = answer.url;
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const why = page.querySelector("#says, [role=alert]")?.textContent?.trim();
    if (wrong) {
      wrong.textContent = why || String(answer.status);
      wrong.hidden = false;
    }
  } catch {
    await keep({ action: form.action, pairs });
    form.replaceChildren(Object.assign(document.createElement("p"), { className: "note soon", textContent: form.dataset.kept ?? "" }));
    await told();
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function send(kept: Kept): Promise<Response> {
  const body = new FormData();
  for (const [name, value] of kept.pairs) body.append(name, value);
  return fetch(kept.action, { method: "POST", body, credentials: "same-origin" });
}

// What was not heard is sent again; the server does it once. What it refuses stays here until somebody looks at the case.
async function flush(): Promise<void> {
  let sent = 0;
  for (const kept of await all()) {
    if (kept.refused) continue;
    try {
      const answer = await send(kept);
      if (answer.status >= 500) break;
      if (answer.ok) {
        await drop(kept.id!);
        sent += 1;
      } else {
        await store("readwrite", (all) => all.put({ ...kept, refused: true }));
      }
    } catch {
      break;
    }
  }
  await told(sent);
}

async function told(sent = 0): Promise<void> {
  const says = document.querySelector<HTMLElement>("[data-queue-says]");
  if (!says) return;
  const kept = await all();
  const waiting = kept.filter((one) => !one.refused).length;
  says.textContent = waiting > 0 ? (says.dataset.waiting ?? "").replace("{n}", String(waiting)) : sent > 0 ? (says.dataset.sent ?? "") : "";
  for (const one of kept.filter((one) => one.refused)) {
    const line = document.createElement("span");
    const link = Object.assign(document.createElement("a"), { href: one.action.replace(/\/decide$/, ""), textContent: says.dataset.refused ?? "" });
    const away = Object.assign(document.createElement("button"), { type: "button", className: "btn quiet", textContent: says.dataset.drop ?? "" });
    away.addEventListener("click", () => void drop(one.id!).then(() => told()));
    line.append(document.createElement("br"), link, " ", away);
    says.append(line);
  }
}

function store<T>(mode: IDBTransactionMode, act: (kept: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("motcua-queue", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("kept", { keyPath: "id", autoIncrement: true });
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const asked = act(opening.result.transaction("kept", mode).objectStore("kept"));
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    };
  });
}

const keep = (kept: Kept) => store("readwrite", (all) => all.add(kept));
const drop = (id: number) => store("readwrite", (all) => all.delete(id) as IDBRequest<undefined>);
const all = () => store<Kept[]>("readonly", (all) => all.getAll() as IDBRequest<Kept[]>);
