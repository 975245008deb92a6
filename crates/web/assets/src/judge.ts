// The value of an expression over answers: the same meaning as `service::expr` in Rust, proved by the
// vectors that both run. A missing answer makes the expression missing; a mistake is a fault; neither holds.
// Tables never come here (the server keeps them).
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Answers = { [key: string]: Json };
export type Scope = { answers: Answers; row?: [string, number]; applicant?: string; channel?: string; today?: string };

/** An answer that was not given. */
class Missing extends Error {}
class Fault extends Error {}

const LARGEST = 9007199254740992;

/** Does the condition hold? Missing or faulty: no. */
export function holds(tree: Json, scope: Scope): boolean {
  try {
    return evaluate(tree, scope) === true;
  } catch {
    return false;
  }
}

/** The value; null where an answer is missing. Throws on a fault. */
export function evaluate(tree: Json, scope: Scope): Json {
  try {
    return of(tree, { scope, bound: [] });
  } catch (stop) {
    if (stop instanceof Missing) return null;
    throw stop;
  }
}

type Here = { scope: Scope; bound: [string, Json][] };

function of(tree: Json, here: Here): Json {
  if (!Array.isArray(tree)) throw new Fault("not a tree");
  const [word, a, b, c] = tree as [string, Json, Json, Json];
  switch (word) {
    case "value": return given(a);
    case "name": return name(a as string, here);
    case "get": return get(a, b as string, here);
    case "at": {
      const list = of(a, here);
      const at = number(of(b, here));
      if (!Array.isArray(list)) throw new Fault("[…]");
      if (at < 0 || !Number.isInteger(at) || at >= list.length) throw new Missing();
      return list[at] as Json;
    }
    case "has": {
      try {
        const got = of(a, here);
        return !(Array.isArray(got) && got.length === 0);
      } catch (stop) {
        if (stop instanceof Missing) return false;
        throw stop;
      }
    }
    case "not": return !truth(of(a, here));
    case "minus": return tidy(-number(of(a, here)));
    case "if": return truth(of(a, here)) ? of(b, here) : of(c, here);
    case "list": return tree.slice(1).map((one) => of(one, here));
    case "&&": return both(a, b, here, false);
    case "||": return both(a, b, here, true);
    case "call": return call(a as string, tree.slice(2), here);
    case "all": case "exists": case "exists_one": case "filter": case "map": return each(word, a, b as string, c, here);
    default: return pair(word, of(a, here), of(b, here));
  }
}

// Null and empty text were not answered; empty parts of lists fall away.
function given(json: Json | undefined): Json {
  if (json === null || json === undefined || json === "") throw new Missing();
  return Array.isArray(json) ? json.filter((one) => one !== null && one !== "") : json;
}

function record(json: Json | undefined): { [key: string]: Json } | null {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? json : null;
}

function own(map: { [key: string]: Json }, key: string): Json | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

function row(here: Here): { [key: string]: Json } | null {
  if (!here.scope.row) return null;
  const [group, at] = here.scope.row;
  const rows = own(here.scope.answers, group);
  return Array.isArray(rows) ? record(rows[at]) : null;
}

function name(word: string, here: Here): Json {
  for (let i = here.bound.length - 1; i >= 0; i -= 1) {
    const [bound, value] = here.bound[i] as [string, Json];
    if (bound === word) return value;
  }
  const mine = row(here);
  if (mine && Object.hasOwn(mine, word)) return given(mine[word]);
  if (Object.hasOwn(here.scope.answers, word)) return given(here.scope.answers[word]);
  if (word === "today") return given(here.scope.today);
  if (word === "channel") return given(here.scope.channel);
  throw new Missing();
}

function get(tree: Json, field: string, here: Here): Json {
  if (Array.isArray(tree) && tree[0] === "name" && !here.bound.some(([bound]) => bound === tree[1])) {
    if (tree[1] === "applicant" && field === "kind" && !Object.hasOwn(here.scope.answers, "applicant")) return given(here.scope.applicant);
    if (here.scope.row && here.scope.row[0] === tree[1]) {
      const mine = row(here);
      if (!mine) throw new Missing();
      return given(own(mine, field));
    }
  }
  const whole = of(tree, here);
  if (Array.isArray(whole)) {
    return whole.flatMap((one) => {
      const map = record(one);
      if (!map) throw new Fault(`.${field}`);
      const got = own(map, field);
      return got === undefined || got === null || got === "" ? [] : [given(got)];
    });
  }
  const map = record(whole);
  if (!map) throw new Fault(`.${field}`);
  return given(own(map, field));
}

function truth(value: Json): boolean {
  if (typeof value !== "boolean") throw new Fault("not yes or no");
  return value;
}

function number(value: Json): number {
  if (typeof value !== "number") throw new Fault("not a number");
  return value;
}

function text(value: Json): string {
  if (typeof value !== "string") throw new Fault("not text");
  return value;
}

// A hair's breadth from a billionth is meant as it: 0.1 + 0.2 is 0.3. The server does the same.
function tidy(n: number): number {
  if (!Number.isFinite(n) || Math.abs(n) > LARGEST) throw new Fault("too big");
  const billionths = n * 1e9;
  const near = Math.floor(billionths + 0.5);
  return (Math.abs(n) < 4e6 && Math.abs(billionths - near) < 1e-3 ? near / 1e9 : n) + 0;
}

// The side that decides wins over a side that has no value or a fault.
function both(a: Json, b: Json, here: Here, decides: boolean): boolean {
  const side = (tree: Json): boolean | Error => {
    try {
      return truth(of(tree, here));
    } catch (stop) {
      return stop as Error;
    }
  };
  const first = side(a);
  if (first === decides) return decides;
  const second = side(b);
  if (second === decides) return decides;
  for (const one of [first, second]) if (one instanceof Error && !(one instanceof Missing)) throw one;
  for (const one of [first, second]) if (one instanceof Error) throw one;
  return second as boolean;
}

function each(how: string, over: Json, word: string, body: Json, here: Here): Json {
  const rows = of(over, here);
  if (!Array.isArray(rows)) throw new Fault(how);
  const kept: Json[] = [];
  let count = 0;
  let stopped: Error | null = null;
  for (const one of rows) {
    try {
      const got = of(body, { scope: here.scope, bound: [...here.bound, [word, one]] });
      if (how === "map") kept.push(got);
      else {
        const yes = truth(got);
        if (how === "all" && !yes) return false;
        if (how === "exists" && yes) return true;
        if (yes) {
          count += 1;
          kept.push(one);
        }
      }
    } catch (stop) {
      // A row without the answer is no reason against the others.
      if (!(stop instanceof Missing && ["filter", "map", "exists_one"].includes(how))) stopped = stop as Error;
    }
  }
  if (stopped) throw stopped;
  switch (how) {
    case "all": return true;
    case "exists": return false;
    case "exists_one": return count === 1;
    default: return kept;
  }
}

function call(what: string, args: Json[], here: Here): Json {
  const arg = (i: number): Json => of(args[i] ?? null, here);
  switch (what) {
    case "default": {
      try {
        return arg(0);
      } catch (stop) {
        if (stop instanceof Missing) return arg(1);
        throw stop;
      }
    }
    case "round": case "round_up": case "round_down": {
      const [x, to] = [number(arg(0)), number(arg(1))];
      if (to <= 0) throw new Fault("divided by zero");
      // The millionth forgives what binary fractions add or lose.
      const times = what === "round_up" ? Math.ceil(x / to - 1e-6) : what === "round_down" ? Math.floor(x / to + 1e-6) : Math.floor(x / to + 0.5 + 1e-6);
      return tidy(times * to);
    }
    case "min": case "max": {
      const all = args.flatMap((one) => {
        const got = of(one, here);
        return Array.isArray(got) ? got : [got];
      });
      if (all.length === 0) throw new Missing();
      return all.reduce((best, one) => (pair(what === "min" ? "<" : ">", one, best) === true ? one : best));
    }
    case "sum": {
      const list = arg(0);
      if (!Array.isArray(list)) throw new Fault(what);
      return list.reduce<Json>((total, one) => pair("+", total, one), 0);
    }
    case "size": {
      const whole = arg(0);
      if (Array.isArray(whole)) return whole.length;
      return [...text(whole)].length;
    }
    case "date": return day(arg(0));
    case "days": return Math.round((time(day(arg(1))) - time(day(arg(0)))) / 86400000);
    case "years": {
      const [from, to] = [day(arg(0)), day(arg(1))];
      return Number(to.slice(0, 4)) - Number(from.slice(0, 4)) - (to.slice(5) < from.slice(5) ? 1 : 0);
    }
    case "add_days": {
      const [from, days] = [day(arg(0)), number(arg(1))];
      if (Math.abs(days) > 1000000 || !Number.isInteger(days)) throw new Fault("too big");
      return new Date(time(from) + days * 86400000).toISOString().slice(0, 10);
    }
    case "startsWith": return text(arg(0)).startsWith(text(arg(1)));
    case "endsWith": return text(arg(0)).endsWith(text(arg(1)));
    case "contains": return text(arg(0)).includes(text(arg(1)));
    default: throw new Fault(`no function ${what}`);
  }
}

function day(value: Json): string {
  const written = text(value);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written) || Number.isNaN(time(written)) || new Date(time(written)).toISOString().slice(0, 10) !== written) throw new Fault("not a date");
  return written;
}

function time(written: string): number {
  return Date.parse(`${written}T00:00:00Z`);
}

function same(a: Json, b: Json): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => same(one, b[i] as Json));
  const [x, y] = [record(a), record(b)];
  if (x && y) return Object.keys(x).length === Object.keys(y).length && Object.keys(x).every((key) => Object.hasOwn(y, key) && same(x[key] as Json, y[key] as Json));
  return a === b;
}

// Texts compare by code point, as the server does.
function before(a: string, b: string): boolean {
  const [x, y] = [[...a], [...b]];
  for (let i = 0; i < Math.min(x.length, y.length); i += 1) {
    const [p, q] = [x[i]?.codePointAt(0) ?? 0, y[i]?.codePointAt(0) ?? 0];
    if (p !== q) return p < q;
  }
  return x.length < y.length;
}

function pair(op: string, a: Json, b: Json): Json {
  if (op === "==") return same(a, b);
  if (op === "!=") return !same(a, b);
  if (op === "in") {
    if (Array.isArray(b)) return b.some((one) => same(a, one));
    throw new Fault(op);
  }
  if (typeof a === "number" && typeof b === "number") {
    switch (op) {
      case "<": return a < b;
      case "<=": return a <= b;
      case ">": return a > b;
      case ">=": return a >= b;
      case "+": return tidy(a + b);
      case "-": return tidy(a - b);
      case "*": return tidy(a * b);
      case "/": if (b === 0) throw new Fault("divided by zero"); return tidy(a / b);
      case "%": if (b === 0) throw new Fault("divided by zero"); return tidy(a % b);
      default: throw new Fault(op);
    }
  }
  if (typeof a === "string" && typeof b === "string") {
    switch (op) {
      case "<": return before(a, b);
      case "<=": return !before(b, a);
      case ">": return before(b, a);
      case ">=": return !before(a, b);
      case "+": if (a.length + b.length > 100000) throw new Fault("too big"); return a + b;
      default: throw new Fault(op);
    }
  }
  if (op === "+" && Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  throw new Fault(op);
}
