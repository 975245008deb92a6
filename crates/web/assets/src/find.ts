// Every long list is found by typing, with or without marks: it gets a field before it and keeps the value itself, so that
// everything that reads or sets the list goes on working. Without script the list alone stands there. The words it says are marks
// of the page. Pattern: "Editable combobox with list autocomplete" of the ARIA Authoring Practices 1.2.

// From this many choices on, looking for one by eye is slower than typing its beginning.
const LONG = 12;

type Choice = { at: number; words: string; folded: string[]; group: string };
let lists = 0;

export function find(): void {
  for (const select of document.querySelectorAll<HTMLSelectElement>("select:not([multiple])")) if (select.options.length > LONG) enhance(select);
}

export function fold(text: string): string[] {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

// Each word typed begins a word of the name, in the order of the list; a name typed whole stands alone.
export function matching<C extends { folded: string[] }>(typed: string, choices: C[]): C[] {
  const words = fold(typed);
  const whole = choices.filter((one) => one.folded.join(" ") === words.join(" "));
  if (words.length && whole.length) return whole;
  return choices.filter((one) => words.every((word) => one.folded.some((known) => known.startsWith(word))));
}

function enhance(select: HTMLSelectElement): void {
  const choices: Choice[] = [...select.options].map((option, at) => {
    const group = option.parentElement instanceof HTMLOptGroupElement ? option.parentElement.label : "";
    return { at, words: option.text, folded: fold(option.text), group };
  });
  const none = [...select.options].findIndex((option) => option.value === "");
  const says = document.body.dataset;
  const input = document.createElement("input");
  const list = document.createElement("ul");
  const status = document.createElement("span");
  const name = select.id || `find-${(lists += 1)}`;
  const label = own(select);
  const set = (element: HTMLElement, marks: Record<string, string>) => {
    for (const [mark, value] of Object.entries(marks)) element.setAttribute(mark, value);
  };
  const hint = [none < 0 ? "" : choices[none]?.words, says.find].filter(Boolean).join(" · ");
  input.type = "text";
  input.dataset.finds = select.name;
  set(input, { id: name, role: "combobox", "aria-expanded": "false", "aria-controls": `${name}-found`, "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false", placeholder: hint });
  if (label) input.setAttribute("aria-label", label);
  for (const mark of ["aria-invalid", "aria-describedby", "aria-label", "autofocus"]) {
    const value = select.getAttribute(mark);
    if (value !== null) input.setAttribute(mark, value);
  }
  // A browser says what is missing only at a field that it can show.
  input.required = select.required;
  input.disabled = select.disabled;
  select.required = false;
  select.id = `${name}-list`;
  select.hidden = true;
  set(list, { id: `${name}-found`, role: "listbox", "aria-label": label || input.getAttribute("aria-label") || hint });
  list.hidden = true;
  status.className = "found-says";
  status.setAttribute("aria-live", "polite");
  const room = document.createElement("span");
  room.className = "find";
  select.before(room);
  room.append(input, list, status, select);

  let shown = -1; // the choice that the field tells
  let found: Choice[] = [];
  let active = -1;

  const told = () => (select.value ? choices[select.selectedIndex]?.words ?? "" : "");
  const tell = () => {
    shown = select.selectedIndex;
    input.value = told();
    status.textContent = "";
  };
  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (to: number) => {
    active = found.length ? (to + found.length) % found.length : -1;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
    const item = list.children[active];
    if (!item) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  };
  const open = (typed: string) => {
    found = matching(typed, choices);
    list.replaceChildren(...found.map((choice, at) => {
      const item = document.createElement("li");
      set(item, { id: `${name}-found-${at}`, role: "option", "aria-selected": "false" });
      item.textContent = choice.words;
      if (choice.group) item.append(Object.assign(document.createElement("small"), { textContent: choice.group }));
      item.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
      item.addEventListener("click", () => choose(choice));
      return item;
    }));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    status.textContent = found.length ? "" : says.findNone ?? "";
    point(typed.trim() ? 0 : found.findIndex((choice) => choice.at === select.selectedIndex));
  };
  const choose = (choice: Choice) => {
    close();
    select.selectedIndex = choice.at;
    tell();
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  // What was typed and not chosen: the one name it can mean, else nothing, and it is said.
  const settle = () => {
    close();
    if (input.value === told()) return tell();
    const meant = matching(input.value, choices);
    const only = input.value.trim() ? (meant.length === 1 ? meant[0] : undefined) : choices[none];
    if (only) return choose(only);
    if (none < 0) return tell();
    select.selectedIndex = shown = none;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    status.textContent = (meant.length ? says.findSeveral : says.findNone) ?? "";
  };

  input.addEventListener("input", (event) => {
    event.stopPropagation(); // the form hears of it when something is chosen
    open(input.value);
  });
  input.addEventListener("click", () => (list.hidden ? open("") : close()));
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", settle);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // an input method is at work
    const at = active;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) open("");
      else point(at + (event.key === "ArrowDown" ? 1 : at < 0 ? 0 : -1));
    } else if (event.key === "Escape" && !list.hidden) {
      close();
      tell();
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      const choice = found[at];
      if (choice) choose(choice);
    }
  });
  // The map, a kept draft or the place of the phone may set the list.
  const follow = () => {
    if (select.selectedIndex !== shown) tell();
  };
  select.form?.addEventListener("change", follow);
  select.form?.addEventListener("input", follow);
  tell();
}

// The label that belongs to a list, without what stands in the list itself.
function own(select: HTMLSelectElement): string {
  const label = select.labels?.[0];
  if (!label) return "";
  const texts = label.contains(select) ? [...label.childNodes].filter((node) => node !== select) : [label];
  return texts.map((node) => node.textContent ?? "").join(" ").trim();
}
