// Rectangles over a photo: dragging on it writes four numbers into the next empty row; changing the numbers by keyboard
// moves the rectangle. Without script the rows are typed.
const SIDES = ["x", "y", "width", "height"] as const;

export function cover(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("[data-cover]")) {
    const board = form.querySelector<SVGSVGElement>("[data-cover-board]");
    const rows = form.querySelector<HTMLElement>("[data-cover-rows]");
    const clear = form.querySelector<HTMLButtonElement>("[data-cover-clear]");
    const hint = form.querySelector<HTMLElement>("[data-cover-hint]");
    if (!board || !rows) continue;
    if (hint) hint.hidden = false;
    if (clear) clear.hidden = false;
    board.classList.add("live");

    const fields = (row: Element) => [...row.querySelectorAll<HTMLInputElement>("input")];
    const number = (field: HTMLInputElement) => Number.parseFloat(field.value.replace(",", "."));

    const draw = () => {
      board.replaceChildren();
      for (const row of rows.children) {
        const values = fields(row).map(number);
        if (values.length < 4 || values.some((value) => !Number.isFinite(value))) continue;
        const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        SIDES.forEach((side, i) => rect.setAttribute(side, String((values[i] ?? 0) * 10)));
        board.append(rect);
      }
    };

    // The first row with nothing in it, or a new one.
    const free = () => {
      const empty = [...rows.children].find((row) => fields(row).every((field) => field.value === ""));
      if (empty) return empty;
      const last = rows.lastElementChild;
      if (!last) return undefined;
      const row = last.cloneNode(true) as Element;
      for (const field of fields(row)) field.value = "";
      rows.append(row);
      return row;
    };

    const put = (row: Element, values: number[]) => {
      fields(row).forEach((field, i) => (field.value = (Math.round((values[i] ?? 0) * 10) / 10).toString()));
      draw();
    };

    const at = (event: PointerEvent) => {
      const box = board.getBoundingClientRect();
      const part = (value: number, from: number, size: number) => Math.min(100, Math.max(0, ((value - from) / size) * 100));
      return [part(event.clientX, box.left, box.width), part(event.clientY, box.top, box.height)] as const;
    };

    let begun: { row: Element; x: number; y: number } | undefined;
    board.addEventListener("pointerdown", (event) => {
      const row = free();
      if (!row) return;
      const [x, y] = at(event);
      begun = { row, x, y };
      board.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    board.addEventListener("pointermove", (event) => {
      if (!begun) return;
      const [x, y] = at(event);
      put(begun.row, [Math.min(x, begun.x), Math.min(y, begun.y), Math.abs(x - begun.x), Math.abs(y - begun.y)]);
    });
    const end = () => {
      if (!begun) return;
      // A tap is no rectangle.
      const [, , width, height] = fields(begun.row).map(number);
      if (!((width ?? 0) >= 0.5 && (height ?? 0) >= 0.5)) for (const field of fields(begun.row)) field.value = "";
      begun = undefined;
      draw();
    };
    board.addEventListener("pointerup", end);
    board.addEventListener("pointercancel", end);
    rows.addEventListener("input", draw);
    // Arrow keys in a field: half a percent, with Shift five.
    rows.addEventListener("keydown", (event) => {
      const field = event.target;
      if (!(field instanceof HTMLInputElement) || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
      const step = (event.shiftKey ? 5 : 0.5) * (event.key === "ArrowUp" ? 1 : -1);
      const value = Math.min(100, Math.max(0, (number(field) || 0) + step));
      field.value = (Math.round(value * 10) / 10).toString();
      event.preventDefault();
      draw();
    });
    clear?.addEventListener("click", () => {
      for (const row of rows.children) for (const field of fields(row)) field.value = "";
      draw();
    });
    draw();
  }
}
