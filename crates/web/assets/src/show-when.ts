// Shows a question when its condition holds, as it is answered. The condition is the JSON tree that the
// server sends in `data-show-when`; `judge.ts` walks it. A hidden question is disabled and so not sent:
// a hidden field has no value. Without script the server shows it on the next page.
import { type Answers, type Json, holds } from "./judge";

export function showWhen(): void {
  for (const form of document.querySelectorAll("form")) {
    const parts = [...form.querySelectorAll<HTMLElement>("[data-show-when]")];
    if (parts.length === 0) continue;
    const before = earlier(form);
    const look = (): void => {
      // Twice over, because showing one question can answer another's condition.
      for (let round = 0; round < parts.length; round += 1) {
        const answers = { ...before, ...typed(form) };
        let changed = false;
        for (const part of parts) {
          const show = holds(JSON.parse(part.dataset.showWhen ?? "null") as Json, { answers, today: today() });
          if (part.hidden === show) changed = true;
          part.hidden = !show;
          for (const control of part.querySelectorAll<HTMLInputElement>("input, select, textarea")) control.disabled = !show;
        }
        if (!changed) return;
      }
    };
    form.addEventListener("input", look);
    form.addEventListener("change", look);
    look();
  }
}

// Answers of earlier pages that conditions here ask about, where the server sent them along.
function earlier(form: HTMLFormElement): Answers {
  try {
    return JSON.parse(form.dataset.answers ?? "{}") as Answers;
  } catch {
    return {};
  }
}

function typed(form: HTMLFormElement): Answers {
  const answers: Answers = {};
  for (const control of form.elements) {
    if (!(control instanceof HTMLInputElement || control instanceof HTMLSelectElement || control instanceof HTMLTextAreaElement)) continue;
    if (!control.name || control.disabled) continue;
    const kind = control.type;
    const picked = control instanceof HTMLInputElement && (kind === "radio" || kind === "checkbox") ? control.checked : null;
    if (kind === "checkbox" && control.value === "true") answers[control.name] = picked === true;
    else if (picked === false || kind === "file") continue;
    else put(answers, control.name, value(control), kind === "checkbox");
  }
  return answers;
}

function put(answers: Answers, name: string, got: Json, many: boolean): void {
  const [first, part] = name.split(".", 2) as [string, string | undefined];
  if (part !== undefined) {
    const whole = answers[first];
    answers[first] = { ...(typeof whole === "object" && whole !== null && !Array.isArray(whole) ? whole : {}), [part]: got };
  } else if (many) {
    const list = answers[first];
    answers[first] = [...(Array.isArray(list) ? list : []), got];
  } else answers[first] = got;
}

// Numbers as people here write them: 1.250.000 and 12,5.
function value(control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement): Json {
  const text = control.value.trim();
  if (text === "") return null;
  if (control.type === "radio" && (text === "true" || text === "false")) return text === "true";
  const mode = control.getAttribute("inputmode");
  if (mode === "numeric" && !control.hasAttribute("pattern") && !control.hasAttribute("maxlength") && /^-?\d{1,3}(\.?\d{3})*$|^-?\d+$/.test(text)) return Number(text.replaceAll(".", ""));
  if (mode === "decimal" && /^-?[\d.]*,?\d*$/.test(text)) return Number(text.includes(",") ? text.replaceAll(".", "").replace(",", ".") : text);
  return text;
}

function today(): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Ho_Chi_Minh" }).format(new Date());
}
