// A map of the city's communes to tap, drawn from the city's own outlines: no other server is asked, unless the city
// named one of its own for the ground. Zoom and pan by touch, wheel and keys; the middle is chosen by Enter or a
// button. Where the city has no outlines yet there is one hexagon for each commune, and a tap chooses the commune.
type Area = { c: string; n: string; p: [number, number]; r?: number[][]; h?: [number, number] };
type Plan = { areas: Area[]; tiles?: string; credit?: string };
type Put = (at: { lat: number; lon: number }, words: string) => void;
type Box = { x: number; y: number; w: number; h: number };

const NS = "http://www.w3.org/2000/svg";
const HIGH = 0.8; // of its width

export async function map(field: HTMLElement, fold: HTMLElement, put: Put): Promise<void> {
  const room = fold.querySelector<HTMLElement>("[data-map-room]");
  if (!room || room.dataset.drawn) return;
  room.dataset.drawn = "yes";
  try {
    const plan: Plan = await (await fetch(fold.dataset.map ?? "")).json();
    if (plan.areas.some((a) => a.r) || plan.tiles) ground(fold, room, plan, put);
    else hexagons(field, fold, room, plan);
  } catch {
    delete room.dataset.drawn;
    tell(fold, fold.dataset.failed ?? "");
  }
}

function tell(fold: HTMLElement, words: string): void {
  const says = fold.querySelector<HTMLElement>("[data-map-says]");
  if (says) says.textContent = words;
}

function make<K extends keyof SVGElementTagNameMap>(name: K, marks: Record<string, string | number>): SVGElementTagNameMap[K] {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(marks)) made.setAttribute(key, String(value));
  return made;
}

function paper(fold: HTMLElement, room: HTMLElement): SVGSVGElement {
  const svg = make("svg", { class: "map tap", tabindex: 0, role: "application", "aria-label": fold.dataset.label ?? "" });
  room.append(svg);
  return svg;
}

// ── One hexagon for each commune ──────────────────────────────────────────────────────────────────────────────────
function hexagons(field: HTMLElement, fold: HTMLElement, room: HTMLElement, plan: Plan): void {
  const cells = plan.areas.filter((a) => a.h);
  const svg = paper(fold, room);
  const at = (a: Area) => [26 + 44 * a.h![0], 30 + 44 * a.h![1]];
  const right = Math.max(...cells.map((a) => at(a)[0])) + 26;
  const below = Math.max(...cells.map((a) => at(a)[1])) + 30;
  const pick = (a: Area) => {
    const area = field.querySelector<HTMLSelectElement>("select[name$='.area']");
    if (!area) return;
    area.value = a.c;
    area.dispatchEvent(new Event("change", { bubbles: true }));
    for (const one of svg.querySelectorAll(".chosen")) one.classList.remove("chosen");
    svg.querySelector(`[data-c="${CSS.escape(a.c)}"]`)?.classList.add("chosen");
    tell(fold, (fold.dataset.area ?? "").replace("{area}", a.n));
  };
  for (const a of cells) {
    const [x, y] = at(a);
    const corners = [...Array(6).keys()].map((i) => {
      const turn = ((60 * i - 90) * Math.PI) / 180;
      return `${(x + 25.4 * Math.cos(turn)).toFixed(1)},${(y + 25.4 * Math.sin(turn)).toFixed(1)}`;
    });
    const shape = make("polygon", { class: "v1", points: corners.join(" "), "data-c": a.c });
    const name = make("text", { x, y, "aria-hidden": "true" });
    const rows = lines(a.n);
    rows.forEach((row, i) => {
      const line = make("tspan", { x, y: y + 3 + 10 * (i - (rows.length - 1) / 2) });
      line.textContent = row;
      name.append(line);
    });
    svg.append(shape, name);
  }
  moved(svg, { x: 0, y: 0, w: right, h: Math.max(below, right * HIGH) }, () => {}, (x, y) => {
    let best: Area | null = null;
    let least = 30 * 30;
    for (const a of cells) {
      const [ax, ay] = at(a);
      const way = (ax - x) ** 2 + (ay - y) ** 2;
      if (way < least) [best, least] = [a, way];
    }
    if (best) pick(best);
  }, fold);
}

// A commune's name without its kind, on at most three short lines, as the server draws it.
function lines(name: string): string[] {
  const rows: string[] = [];
  for (const word of name.replace(/^(Phường|Xã|Thị trấn) /, "").split(" ")) {
    const last = rows[rows.length - 1];
    if (last !== undefined && `${last} ${word}`.length <= 7) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  return rows.slice(0, 3);
}

// ── True outlines ─────────────────────────────────────────────────────────────────────────────────────────────────
// Web Mercator, 1 the whole world, counted from the middle of the city so that single numbers stay exact.
const mx = (lon: number) => (lon + 180) / 360;
const my = (lat: number) => (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2;
const K = 1e6;

function ground(fold: HTMLElement, room: HTMLElement, plan: Plan, put: Put): void {
  const svg = paper(fold, room);
  const centres = plan.areas.map((a) => [mx(a.p[1]), my(a.p[0])]);
  const ox = centres.reduce((sum, c) => sum + c[0], 0) / centres.length;
  const oy = centres.reduce((sum, c) => sum + c[1], 0) / centres.length;
  const to = (lat: number, lon: number): [number, number] => [(mx(lon) - ox) * K, (my(lat) - oy) * K];
  const tiles = make("g", {});
  svg.append(tiles);
  let box = { x0: 1e9, y0: 1e9, x1: -1e9, y1: -1e9 };
  const rings = new Map<Area, [number, number][][]>();
  for (const a of plan.areas) {
    const own = (a.r ?? []).map((ring) => {
      const points: [number, number][] = [];
      let [lat, lon] = [0, 0];
      // Differences in ten-thousandths of a degree.
      for (let i = 0; i < ring.length; i += 2) points.push(to((lat += ring[i]) / 1e4, (lon += ring[i + 1]) / 1e4));
      return points;
    });
    rings.set(a, own);
    for (const [x, y] of [...own.flat(), to(...a.p)]) {
      box = { x0: Math.min(box.x0, x), y0: Math.min(box.y0, y), x1: Math.max(box.x1, x), y1: Math.max(box.y1, y) };
    }
    const d = own.map((ring) => `M${ring.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`).join("");
    svg.append(make("path", { class: plan.tiles ? "line" : "v1", d, "vector-effect": "non-scaling-stroke" }));
  }
  const names = make("g", { "aria-hidden": "true" });
  const pin = make("circle", { class: "pin", r: 0, "vector-effect": "non-scaling-stroke" });
  svg.append(names, pin);
  let chosen: [number, number] | null = null;
  const draw = (view: Box) => {
    const unit = view.w / (svg.clientWidth || 320);
    pin.setAttribute("r", chosen ? String(9 * unit) : "0");
    if (chosen) {
      pin.setAttribute("cx", String(chosen[0]));
      pin.setAttribute("cy", String(chosen[1]));
    }
    const seen = plan.areas.filter((a) => {
      const [x, y] = to(...a.p);
      return x > view.x && x < view.x + view.w && y > view.y && y < view.y + view.h;
    });
    names.replaceChildren(...(seen.length > 24 ? [] : seen).map((a) => {
      const [x, y] = to(...a.p);
      const name = make("text", { x, y, "font-size": 12 * unit });
      name.textContent = a.n;
      return name;
    }));
    if (plan.tiles) lay(tiles, plan.tiles, view, unit, ox, oy);
  };
  const holds = (a: Area, x: number, y: number) =>
    (rings.get(a) ?? []).reduce((odd, ring) => ring.reduce((inside, [ax, ay], i) => {
      const [bx, by] = ring[(i + 1) % ring.length];
      return (ay > y) !== (by > y) && x < ((bx - ax) * (y - ay)) / (by - ay) + ax ? !inside : inside;
    }, odd), false);
  const start = { x: box.x0, y: box.y0, w: box.x1 - box.x0, h: box.y1 - box.y0 };
  moved(svg, start, draw, (x, y) => {
    chosen = [x, y];
    const lon = (x / K + ox) * 360 - 180;
    const lat = (Math.atan(Math.sinh(Math.PI * (1 - 2 * (y / K + oy)))) * 180) / Math.PI;
    const area = plan.areas.find((a) => holds(a, x, y));
    const words = area ? (fold.dataset.point ?? "").replace("{area}", area.n) : (fold.dataset.outside ?? "");
    tell(fold, words);
    if (area || plan.areas.every((a) => !a.r)) put({ lat, lon }, words);
  }, fold);
  if (plan.credit) room.append(Object.assign(document.createElement("p"), { className: "small muted", textContent: plan.credit }));
}

// The city's own pictures of the ground, those in view and no others.
function lay(tiles: SVGGElement, from: string, view: Box, unit: number, ox: number, oy: number): void {
  const z = Math.max(0, Math.min(19, Math.round(Math.log2(K / (256 * unit)))));
  const n = 2 ** z;
  const size = K / n;
  const wanted: SVGImageElement[] = [];
  const cut = (u: number, o: number) => Math.floor((u / K + o) * n);
  for (let i = cut(view.x, ox); i <= cut(view.x + view.w, ox); i++) {
    for (let j = cut(view.y, oy); j <= cut(view.y + view.h, oy); j++) {
      if (wanted.length > 80) break;
      const href = from.replace("{z}", String(z)).replace("{x}", String(i)).replace("{y}", String(j));
      wanted.push(make("image", { href, x: (i / n - ox) * K, y: (j / n - oy) * K, width: size, height: size }));
    }
  }
  tiles.replaceChildren(...wanted);
}

// ── Moving about ──────────────────────────────────────────────────────────────────────────────────────────────────
function moved(svg: SVGSVGElement, whole: Box, draw: (view: Box) => void, tap: (x: number, y: number) => void, fold: HTMLElement): void {
  const high = (w: number) => w * HIGH;
  const w0 = Math.max(whole.w, whole.h / HIGH) * 1.04;
  let view: Box = { x: whole.x + whole.w / 2 - w0 / 2, y: whole.y + whole.h / 2 - high(w0) / 2, w: w0, h: high(w0) };
  const show = () => {
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.w} ${view.h}`);
    draw(view);
  };
  const at = (e: { clientX: number; clientY: number }): [number, number] => {
    const r = svg.getBoundingClientRect();
    return [view.x + ((e.clientX - r.left) / r.width) * view.w, view.y + ((e.clientY - r.top) / r.height) * view.h];
  };
  const zoom = (by: number, [x, y]: [number, number] = [view.x + view.w / 2, view.y + view.h / 2]) => {
    const w = Math.min(w0, Math.max(w0 / 4000, view.w / by));
    const k = w / view.w;
    view = { x: x - (x - view.x) * k, y: y - (y - view.y) * k, w, h: high(w) };
    show();
  };
  const pan = (dx: number, dy: number) => {
    view = { ...view, x: view.x + dx * view.w, y: view.y + dy * view.h };
    show();
  };
  const middle = () => tap(view.x + view.w / 2, view.y + view.h / 2);
  const fingers = new Map<number, PointerEvent>();
  let way = 0;
  svg.addEventListener("pointerdown", (e) => {
    if (fingers.size === 0) way = 0;
    fingers.set(e.pointerId, e);
    svg.setPointerCapture(e.pointerId);
  });
  svg.addEventListener("pointermove", (e) => {
    const before = fingers.get(e.pointerId);
    if (!before) return;
    const other = [...fingers.values()].find((f) => f.pointerId !== e.pointerId);
    if (other) {
      const apart = (a: PointerEvent) => Math.hypot(a.clientX - other.clientX, a.clientY - other.clientY);
      zoom(apart(e) / Math.max(1, apart(before)), at({ clientX: (e.clientX + other.clientX) / 2, clientY: (e.clientY + other.clientY) / 2 }));
      way = 99;
    } else {
      const r = svg.getBoundingClientRect();
      way += Math.hypot(e.clientX - before.clientX, e.clientY - before.clientY);
      if (way > 6) pan((before.clientX - e.clientX) / r.width, (before.clientY - e.clientY) / r.height);
    }
    fingers.set(e.pointerId, e);
  });
  const up = (e: PointerEvent) => {
    if (!fingers.delete(e.pointerId) || fingers.size || e.type === "pointercancel" || way > 6) return;
    tap(...at(e));
    show();
  };
  svg.addEventListener("pointerup", up);
  svg.addEventListener("pointercancel", up);
  svg.addEventListener("wheel", (e) => {
    e.preventDefault();
    zoom(e.deltaY < 0 ? 1.25 : 0.8, at(e));
  }, { passive: false });
  const steps: Record<string, () => void> = {
    ArrowLeft: () => pan(-0.1, 0), ArrowRight: () => pan(0.1, 0), ArrowUp: () => pan(0, -0.1), ArrowDown: () => pan(0, 0.1),
    "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), Enter: middle, " ": middle,
  };
  svg.addEventListener("keydown", (e) => {
    const step = steps[e.key];
    if (!step || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    step();
    show();
  });
  for (const button of fold.querySelectorAll<HTMLButtonElement>("[data-map-do]")) {
    button.addEventListener("click", () => {
      if (button.dataset.mapDo === "in") zoom(2);
      else if (button.dataset.mapDo === "out") zoom(0.5);
      else middle();
      show();
    });
  }
  show();
}
