// Keeps what is typed into `form[data-draft]` on this device until it was sent, so that a lost
// connection or a closed page costs nothing. Photos of a report are kept by `offline`; passwords and hidden fields neither.
const PREFIX = "draft:";

export function draft(): void {
  for (const sent of document.querySelectorAll<HTMLElement>("[data-draft-sent]")) {
    localStorage.removeItem(PREFIX + sent.dataset.draftSent);
  }
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
    const key = PREFIX + form.dataset.draft;
    restore(form, localStorage.getItem(key));
    let waiting = 0;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => localStorage.setItem(key, JSON.stringify(typed(form))), 400);
    });
  }
}

type Pairs = [string, string][];

function typed(form: HTMLFormElement): Pairs {
  const pairs: Pairs = [];
  for (const [name, value] of new FormData(form)) {
    const field = form.elements.namedItem(name);
    const secret = field instanceof HTMLInputElement && ["hidden", "password"].includes(field.type);
    // Controls of the page itself (`_kind`, `_go`) are no answers: one that is always chosen would look like
    // something newer from the server.
    const ours = name.startsWith("_");
    if (typeof value === "string" && value !== "" && !secret && !ours) pairs.push([name, value]);
  }
  return pairs;
}

// Only where the server sent nothing: its own values are newer.
function restore(form: HTMLFormElement, kept: string | null): void {
  if (!kept) return;
  let pairs: Pairs;
  try {
    pairs = JSON.parse(kept);
  } catch {
    return;
  }
  if (typed(form).some(([name]) => pairs.some(([n]) => n === name))) return;
  for (const [name, value] of pairs) {
    for (const field of form.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = field.checked || field.value === value;
      else if (field.type !== "file" && field.type !== "hidden") field.value = value;
    }
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
  form.querySelector<HTMLElement>("[data-draft-restored]")?.removeAttribute("hidden");
}
