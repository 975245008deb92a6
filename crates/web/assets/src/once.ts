// A second tap on a slow phone: the button rests after the first. The server is safe without this
// (one idempotency key per form); it only spares the person the doubt.
export function once(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    form.setAttribute("aria-busy", "true");
    // Coming back by the back button must find a form that can be sent again.
    addEventListener("pageshow", () => {
      delete form.dataset.sending;
      form.removeAttribute("aria-busy");
    }, { once: true });
  });
}
