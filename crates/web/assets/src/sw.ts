// Between pages and the network: keeps the look and the empty report form for when there is no network, keeps a form
// that could not be sent, shows messages. Never keeps a page of a person: what it keeps is fetched without cookies.
import { put, waiting } from "./kept";

declare const SHELL: string[];
declare const VERSION: string;
const here = self as unknown as ServiceWorkerGlobalScope;
const PAGES = ["/report", "/offline"];

here.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(VERSION);
    await cache.addAll(SHELL);
    for (const page of PAGES) await keep(cache, page);
    await here.skipWaiting();
  })());
});

async function keep(cache: Cache, page: string): Promise<void> {
  const answer = await fetch(page, { credentials: "omit", redirect: "error" });
  if (answer.ok) await cache.put(page, answer);
}

here.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const old of await caches.keys()) if (old !== VERSION) await caches.delete(old);
    await here.clients.claim();
  })());
});

here.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== here.location.origin) return;
  if (request.method === "GET" && SHELL.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname, { cacheName: VERSION }).then((kept) => kept ?? fetch(request)));
  } else if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(page(request, url));
  } else if (request.mode === "navigate" && request.method === "POST" && url.pathname === "/report") {
    event.respondWith(post(request));
  }
});

async function page(request: Request, url: URL): Promise<Response> {
  try {
    const answer = await fetch(request);
    if (url.pathname === "/report" && answer.ok) void forms().catch(() => {});
    return answer;
  } catch {
    const form = url.pathname.startsWith("/report") ? await caches.match(url.pathname, { cacheName: VERSION }) : undefined;
    return form ?? (await caches.match("/offline", { cacheName: VERSION })) ?? Response.error();
  }
}

// Empty forms grow old with the city's communes and kinds: once a day, for whoever looks at them, this one and those of
// the kinds it names.
async function forms(): Promise<void> {
  const cache = await caches.open(VERSION);
  const old = await cache.match("/report");
  const since = Date.parse(old?.headers.get("date") ?? "") || 0;
  const named = old ? [...(await old.text()).matchAll(/href="(\/report\/report\.[a-z-]+)"/g)].map((found) => found[1]) : [];
  const whole = await Promise.all(named.map((page) => cache.match(page)));
  if (Date.now() - since < 86400000 && whole.every(Boolean)) return;
  for (const page of ["/report", ...named]) await keep(cache, page);
}

// The network broke while a report was on its way: it waits here, and its key keeps it from arriving twice.
async function post(request: Request): Promise<Response> {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch {
    await put("waiting", waiting(await copy.formData(), Date.now()));
    return Response.redirect("/offline", 303);
  }
}

here.addEventListener("push", (event) => {
  const said: { title?: string; body?: string; to?: string } = event.data?.json() ?? {};
  if (!said.title) return;
  event.waitUntil(here.registration.showNotification(said.title, { body: said.body, icon: "/icon-192.png", data: said.to, tag: said.to }));
});

here.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const to = new URL(String(event.notification.data ?? "/follow/mine"), here.location.origin);
  if (to.origin === here.location.origin) event.waitUntil(here.clients.openWindow(to.href));
});
