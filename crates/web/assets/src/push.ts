// "Tell me on this device": asks the browser for messages, then says where and with which keys by an ordinary form.
export function push(): void {
  const part = document.querySelector<HTMLElement>("[data-push]");
  const form = part?.querySelector<HTMLFormElement>("[data-push-form]");
  if (!part || !form || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  part.hidden = false;
  const says = part.querySelector<HTMLElement>("[data-push-says]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    void subscribe(part.dataset.push ?? "").then((found) => {
      for (const [name, value] of Object.entries(found)) {
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      }
      form.submit();
    }).catch(() => {
      if (says) says.textContent = (Notification.permission === "denied" ? says.dataset.denied : says.dataset.failed) ?? "";
    });
  }, { capture: true });
}

async function subscribe(key: string): Promise<Record<string, string>> {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("denied");
  const worker = await navigator.serviceWorker.ready;
  const bytes = Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const old = await worker.pushManager.getSubscription();
  const found = old ?? await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes });
  const { endpoint, keys } = found.toJSON();
  if (!endpoint || !keys) throw new Error("no keys");
  return { endpoint, p256dh: keys.p256dh, auth: keys.auth };
}
