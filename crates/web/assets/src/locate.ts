// A place field: "use my position", "use the photo's position" and a tap on the map fill latitude and longitude.
// Without script the words and the commune list carry the place.
import { gps } from "./exif";

export function locate(): void {
  for (const field of document.querySelectorAll<HTMLElement>("[data-place]")) {
    const lat = field.querySelector<HTMLInputElement>("[data-lat]");
    const lon = field.querySelector<HTMLInputElement>("[data-lon]");
    const says = field.querySelector<HTMLElement>("[data-located]");
    if (!lat || !lon) continue;
    const put = (at: { lat: number; lon: number }, words: string) => {
      lat.value = at.lat.toFixed(6);
      lon.value = at.lon.toFixed(6);
      // The point tells the commune; one chosen before might be another.
      const area = field.querySelector<HTMLSelectElement>("select[name$='.area']");
      if (area) area.value = "";
      if (says) says.textContent = words;
      lat.dispatchEvent(new Event("input", { bubbles: true }));
    };
    phone(field, says, put);
    photo(field, put);
    chart(field, put);
  }
}

type Put = (at: { lat: number; lon: number }, words: string) => void;

// The map is drawn by a part of the script that comes when somebody opens it.
function chart(field: HTMLElement, put: Put): void {
  const fold = field.querySelector<HTMLDetailsElement>("details[data-map]");
  if (!fold) return;
  fold.hidden = false;
  fold.addEventListener("toggle", () => {
    if (fold.open) void import("./map").then(({ map }) => map(field, fold, put));
  });
}

function phone(field: HTMLElement, says: HTMLElement | null, put: Put): void {
  const button = field.querySelector<HTMLButtonElement>("[data-locate]");
  if (!button || !navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    if (says) says.textContent = button.dataset.waiting ?? "";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => put(
        { lat: coords.latitude, lon: coords.longitude },
        (button.dataset.found ?? "").replace("{metres}", String(Math.round(coords.accuracy))),
      ),
      () => {
        if (says) says.textContent = button.dataset.failed ?? "";
      },
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
    );
  });
}

// Offered once a photo with a position was chosen in the same form.
function photo(field: HTMLElement, put: Put): void {
  const button = field.querySelector<HTMLButtonElement>("[data-photo-place]");
  const input = field.closest("form")?.querySelector<HTMLInputElement>("input[type=file][name=photos]");
  if (!button || !input) return;
  let at: { lat: number; lon: number } | null = null;
  const look = async () => {
    at = null;
    for (const file of input.files ?? []) at ??= await gps(file);
    button.hidden = !at;
  };
  input.addEventListener("change", () => void look());
  button.addEventListener("click", () => {
    if (at) put(at, button.dataset.found ?? "");
  });
}
