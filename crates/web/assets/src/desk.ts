// The counter by keyboard alone: in `form[data-enter=moves]` Enter goes to the next field instead of sending, and the F
// keys press the buttons that name them. Without script Enter looks at the form again and buttons have access keys.
export function desk(): void {
  begin();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^F\d+$/.test(event.key)) {
      const button = document.querySelector<HTMLElement>(`[data-key="${event.key}"]`);
      if (!button) return;
      event.preventDefault();
      button.click();
      return;
    }
    const field = event.target;
    if (event.key !== "Enter" || event.shiftKey) return;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) return;
    const form = field.form;
    if (form?.dataset.enter !== "moves") return;
    event.preventDefault();
    const stops = [...form.querySelectorAll<HTMLElement>("input,select,textarea,button.go")].filter(reachable);
    const next = stops[stops.indexOf(field) + 1];
    next?.focus();
    if (next instanceof HTMLInputElement && next.type !== "checkbox" && next.type !== "radio") next.select();
  });
}

// Where nothing asks for the focus, the first empty field of the form gets it.
function begin(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-enter=moves]");
  if (!form || document.querySelector("[autofocus]")) return;
  const fields = [...form.querySelectorAll<HTMLElement>("input,select,textarea")].filter(reachable);
  fields.find(empty)?.focus();
}

function empty(field: HTMLElement): boolean {
  if (field instanceof HTMLInputElement && field.type === "radio") {
    return ![...(field.form?.querySelectorAll<HTMLInputElement>(`input[type=radio][name="${CSS.escape(field.name)}"]`) ?? [])].some((one) => one.checked);
  }
  if (field instanceof HTMLInputElement && ["checkbox", "file"].includes(field.type)) return false;
  return (field instanceof HTMLInputElement || field instanceof HTMLSelectElement || field instanceof HTMLTextAreaElement) && field.value === "";
}

// Of radios that belong together the browser itself walks between; only the first, or the chosen one, is a stop.
function reachable(element: HTMLElement): boolean {
  if (element.tabIndex < 0 || element.offsetParent === null) return false;
  if (element instanceof HTMLInputElement) {
    if (element.type === "hidden" || element.disabled || element.readOnly) return false;
    if (element.type === "radio") {
      const group = [...(element.form?.querySelectorAll<HTMLInputElement>(`input[type=radio][name="${CSS.escape(element.name)}"]`) ?? [])];
      return element === (group.find((one) => one.checked) ?? group[0]);
    }
  }
  return true;
}
