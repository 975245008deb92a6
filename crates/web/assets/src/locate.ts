// A place field: "use my position" fills latitude and longitude; a tap on the drawn map does too.
// Without script the words and the commune list carry the place.
export function locate(): void {
  for (const field of document.querySelectorAll<HTMLElement>("[data-place]")) {
    const lat = field.querySelector<HTMLInputElement>("[data-lat]");
    const lon = field.querySelector<HTMLInputElement>("[data-lon]");
    const button = field.querySelector<HTMLButtonElement>("[data-locate]");
    const says = field.querySelector<HTMLElement>("[data-located]");
    if (!lat || !lon || !button || !navigator.geolocation) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      if (says) says.textContent = button.dataset.waiting ?? "";
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          lat.value = coords.latitude.toFixed(6);
          lon.value = coords.longitude.toFixed(6);
          if (says) says.textContent = (button.dataset.found ?? "").replace("{metres}", String(Math.round(coords.accuracy)));
          lat.dispatchEvent(new Event("input", { bubbles: true }));
        },
        () => {
          if (says) says.textContent = button.dataset.failed ?? "";
        },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
      );
    });
  }
}
