// Where a photo was taken, if its camera wrote it down, read on the device before anything is sent. The person
// decides; the server takes every such note out of what it keeps.
export type Spot = { lat: number; lon: number };

export async function gps(file: File): Promise<Spot | null> {
  try {
    // The notes stand at the beginning; 256 KB hold them with any small picture inside.
    return read(new DataView(await file.slice(0, 262144).arrayBuffer()));
  } catch {
    return null; // a note that ends too early
  }
}

function read(view: DataView): Spot | null {
  if (view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 4 < view.byteLength; at += 2 + view.getUint16(at + 2)) {
    const mark = view.getUint16(at);
    if (mark === 0xffda || mark >> 8 !== 0xff) return null;
    if (mark === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return tiff(view, at + 10);
  }
  return null;
}

function tiff(view: DataView, base: number): Spot | null {
  const little = view.getUint16(base) === 0x4949;
  const u16 = (at: number) => view.getUint16(base + at, little);
  const u32 = (at: number) => view.getUint32(base + at, little);
  const find = (table: number, tag: number): number => {
    for (let i = 0; i < u16(table); i++) {
      const entry = table + 2 + 12 * i;
      if (u16(entry) === tag) return entry;
    }
    return 0;
  };
  const link = find(u32(4), 0x8825);
  if (!link) return null;
  const table = u32(link + 8);
  const degrees = (tag: number, side: number, below: string): number => {
    const entry = find(table, tag);
    const sign = find(table, side);
    if (!entry || !sign) return NaN;
    const at = u32(entry + 8);
    const part = (i: number) => u32(at + 8 * i) / u32(at + 8 * i + 4);
    const value = part(0) + part(1) / 60 + part(2) / 3600;
    return String.fromCharCode(view.getUint8(base + sign + 8)) === below ? -value : value;
  };
  const spot = { lat: degrees(2, 1, "S"), lon: degrees(4, 3, "W") };
  const sound = Math.abs(spot.lat) <= 90 && Math.abs(spot.lon) <= 180 && (spot.lat !== 0 || spot.lon !== 0);
  return sound ? spot : null;
}
