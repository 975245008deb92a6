// Reports without a network: a form that cannot be sent now waits on this device with its photos and is sent once,
// when the network is back. The server makes one case of one key, however often it is sent.
import { all, drop, put, take, waiting } from "./kept";
import type { Waiting } from "./kept";

export function offline(): void {
  if (!("serviceWorker" in navigator) || !("indexedDB" in window)) return;
  void navigator.serviceWorker.register("/sw.js").catch(() => {});
  const strip = document.querySelector<HTMLElement>("[data-strip]");
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft=report], form[data-wait]")) keep(form, strip);
  addEventListener("online", () => {
    mark();
    void flush(strip);
  });
  addEventListener("offline", () => mark());
  navigator.serviceWorker.addEventListener("message", () => void flush(strip));
  mark();
  void sentHere().then(() => flush(strip));
}

// What only matters without a network shows then.
function mark(): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-offline]")) part.hidden = navigator.onLine;
}

function keep(form: HTMLFormElement, strip: HTMLElement | null): void {
  const key = form.querySelector<HTMLInputElement>("input[name=_key]");
  const photos = form.querySelector<HTMLInputElement>("input[type=file][name=photos]");
  // A page kept for later holds one key for all who open it: each form begins with its own.
  if (key && form.dataset.fresh !== undefined) key.value = newKey();
  if (photos) {
    photos.addEventListener("change", () => {
      const files = [...(photos.files ?? [])].map((file) => ({ name: file.name, blob: file as Blob }));
      void (files.length ? put("photos", { form: "report", files }) : drop("photos", "report"));
    });
    if (form.dataset.fresh !== undefined) void restore(photos);
  }
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const data = new FormData(form, event.submitter);
    const what = data.get("what");
    const field = form.querySelector<HTMLTextAreaElement>("[name=what]");
    if (field && typeof what === "string" && !what.trim()) return field.focus();
    void put("waiting", waiting(data, Date.now())).then(async () => {
      await forget();
      form.hidden = true;
      const done = document.querySelector<HTMLElement>("[data-queued]");
      if (done) {
        done.hidden = false;
        done.focus();
      }
      await show(strip);
    });
  }, { capture: true });
}

async function restore(photos: HTMLInputElement): Promise<void> {
  const kept = await take("photos", "report");
  if (!kept || photos.files?.length) return;
  const files = new DataTransfer();
  for (const { name, blob } of kept.files) files.items.add(new File([blob], name, { type: blob.type }));
  photos.files = files.files;
  photos.dispatchEvent(new Event("change", { bubbles: true }));
  photos.form?.querySelector<HTMLElement>("[data-draft-restored]")?.removeAttribute("hidden");
}

async function forget(): Promise<void> {
  localStorage.removeItem("draft:report");
  await drop("photos", "report");
}

// After a report was sent the ordinary way, its photos are not needed here any more.
async function sentHere(): Promise<void> {
  if (document.querySelector("[data-draft-sent=report]")) await forget();
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

// One page at a time; the server is safe without that too.
async function flush(strip: HTMLElement | null): Promise<void> {
  await show(strip);
  if (!navigator.onLine || !(await all("waiting")).some((form) => !form.stuck)) return;
  const one = async () => {
    for (const form of await all("waiting")) {
      if (!form.stuck && !(await send(form))) break;
    }
  };
  if (navigator.locks) await navigator.locks.request("waiting", { ifAvailable: true }, async (lock) => (lock ? one() : undefined));
  else await one();
  await show(strip);
}

// False where the network is away again.
async function send(form: Waiting): Promise<boolean> {
  const data = new FormData();
  for (const [name, value] of form.pairs) data.append(name, value);
  for (const { field, name, blob } of form.files) data.append(field, blob, name);
  let answer: Response;
  try {
    answer = await fetch("/report/waiting", { method: "POST", body: data, headers: { accept: "application/json" } });
  } catch {
    return false;
  }
  if (answer.status >= 500 || answer.status === 429) return false;
  const said: { state?: string; code?: string; to?: string } = answer.ok ? await answer.json() : {};
  if (said.state === "sent" && said.code && said.to) {
    await put("sent", { key: form.key, code: said.code, to: said.to });
    await drop("waiting", form.key);
  } else {
    // The draft is on the server now, or it is one that the city cannot take: the person goes on from there.
    await put("waiting", { ...form, files: said.to ? [] : form.files, stuck: said.to ?? "/report" });
  }
  return true;
}

// One line on every page, as long as something waits or has just arrived.
async function show(strip: HTMLElement | null): Promise<void> {
  if (!strip) return;
  const [forms, sent] = [await all("waiting"), await all("sent")];
  const lines: HTMLElement[] = [];
  const line = (words: string, to?: string, link?: string, done?: () => Promise<void>) => {
    const p = Object.assign(document.createElement("p"), { className: "flush", textContent: words });
    if (to) {
      const a = Object.assign(document.createElement("a"), { href: to, textContent: link });
      if (done) a.addEventListener("click", () => void done());
      p.append(" ", a);
    }
    lines.push(p);
  };
  const quiet = forms.filter((form) => !form.stuck).length;
  if (quiet) line((strip.dataset.waiting ?? "").replace("{n}", String(quiet)));
  for (const form of forms.filter((form) => form.stuck)) {
    line(strip.dataset.stuck ?? "", form.stuck, strip.dataset.stuckGo, () => drop("waiting", form.key));
  }
  for (const one of sent) line((strip.dataset.sent ?? "").replace("{code}", one.code), one.to, strip.dataset.sentGo, () => drop("sent", one.key));
  strip.replaceChildren(...lines);
  strip.hidden = lines.length === 0;
}
