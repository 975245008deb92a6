// What waits on this device: photos of a form being filled in, and whole forms that were sent without a network.
// Used by pages and by the service worker alike.
export type Waiting = { key: string; at: number; pairs: [string, string][]; files: { field: string; name: string; blob: Blob }[]; stuck?: string };
export type Sent = { key: string; code: string; to: string };
export type Photos = { form: string; files: { name: string; blob: Blob }[] };
type Shelf = { waiting: Waiting; sent: Sent; photos: Photos };

const KEYS = { waiting: "key", sent: "key", photos: "form" };

function open(): Promise<IDBDatabase> {
  return new Promise((done, failed) => {
    const asked = indexedDB.open("motcua", 1);
    asked.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(KEYS)) asked.result.createObjectStore(name, { keyPath });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function ask<T>(shelf: keyof Shelf, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  const base = await open();
  try {
    return await new Promise<T>((done, failed) => {
      const trip = base.transaction(shelf, mode);
      const asked = act(trip.objectStore(shelf));
      trip.oncomplete = () => done(asked.result as T);
      trip.onerror = trip.onabort = () => failed(trip.error);
    });
  } finally {
    base.close();
  }
}

export const put = <S extends keyof Shelf>(shelf: S, thing: Shelf[S]) => ask<void>(shelf, "readwrite", (store) => store.put(thing));
export const take = <S extends keyof Shelf>(shelf: S, key: string) => ask<Shelf[S] | undefined>(shelf, "readonly", (store) => store.get(key));
export const drop = (shelf: keyof Shelf, key: string) => ask<void>(shelf, "readwrite", (store) => store.delete(key));
export const all = <S extends keyof Shelf>(shelf: S) => ask<Shelf[S][]>(shelf, "readonly", (store) => store.getAll());

// A form as it waits. Files go under the field they were chosen for.
export function waiting(data: FormData, at: number): Waiting {
  const form: Waiting = { key: String(data.get("_key") ?? ""), at, pairs: [], files: [] };
  for (const [field, value] of data) {
    if (typeof value === "string") form.pairs.push([field, value]);
    else if (value.size) form.files.push({ field, name: value.name, blob: value });
  }
  return form;
}
