// A report that loses its network in the middle: begun with a photo whose camera noted the place, filled in and sent
// without a network, arrives once when it is back, with its photo and without the place; the draft on the device is gone.
// Then the device without a network from the start, the map to tap, and following by one tap. At 360 px, axe clean.
import { CITY, expect, find, finish, look, person } from './browser.mjs'

// A JPEG of the browser's own making, with a note of the camera put in: 10°1'48" N, 105°46'48" E.
async function noted(page) {
  const plain = Buffer.from(await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 480 })
    const draw = canvas.getContext('2d')
    draw.fillStyle = '#486'
    draw.fillRect(0, 0, 640, 480)
    draw.fillStyle = '#fff'
    draw.fillRect(80, 80, 200, 120)
    return canvas.toDataURL('image/jpeg', 0.8).split(',')[1]
  }), 'base64')
  const entry = (tag, kind, count, value) => {
    const b = Buffer.alloc(12)
    b.writeUInt16BE(tag, 0)
    b.writeUInt16BE(kind, 2)
    b.writeUInt32BE(count, 4)
    value.copy(b, 8)
    return b
  }
  const u32 = n => { const b = Buffer.alloc(4); b.writeUInt32BE(n); return b }
  const tiff = Buffer.concat([
    Buffer.from('MM\0\x2a\0\0\0\x08\0\x01', 'latin1'), entry(0x8825, 4, 1, u32(26)), u32(0), Buffer.from([0, 4]),
    entry(1, 2, 2, Buffer.from('N\0\0\0')), entry(2, 5, 3, u32(80)), entry(3, 2, 2, Buffer.from('E\0\0\0')), entry(4, 5, 3, u32(104)), u32(0),
    ...[10, 1, 1, 1, 48, 1, 105, 1, 46, 1, 48, 1].map(u32),
  ])
  const head = Buffer.from([0xff, 0xe1, 0, 0])
  head.writeUInt16BE(tiff.length + 8, 2)
  return Buffer.concat([plain.subarray(0, 2), head, Buffer.from('Exif\0\0', 'latin1'), tiff, plain.subarray(2)])
}

const has = (bytes, word) => bytes.includes(Buffer.from(word, 'latin1'))
const onDevice = page => page.evaluate(async () => {
  const base = await new Promise(done => { const asked = indexedDB.open('motcua', 1); asked.onsuccess = () => done(asked.result) })
  const count = shelf => new Promise(done => { const asked = base.transaction(shelf).objectStore(shelf).count(); asked.onsuccess = () => done(asked.result) })
  const found = { waiting: await count('waiting'), photos: await count('photos'), sent: await count('sent'), draft: localStorage.getItem('draft:report') }
  base.close()
  return found
})

const words = `Rác đổ đống đầu hẻm ${Date.now() % 99_991}, bốc mùi khó chịu ba ngày nay`
const resident = await person('resident')
const context = resident.context()
await resident.goto(`${CITY}/report`)
await resident.evaluate(() => navigator.serviceWorker.ready)
const photo = await noted(resident)
expect(has(photo, 'Exif'), 'the photo carries no note')
await resident.getByLabel('Ảnh hiện trường').setInputFiles({ name: 'rac.jpg', mimeType: 'image/jpeg', buffer: photo })
await resident.getByRole('button', { name: 'Dùng vị trí trong ảnh' }).waitFor()
await resident.getByLabel('Bạn thấy chuyện gì, ở đâu?').fill(words)
await look(resident, 'report-begun')
// Before anything was sent the page is closed: words and photo are still there.
await resident.waitForTimeout(600)
await resident.goto(`${CITY}/report`)
await resident.waitForFunction(() => document.querySelector('input[name=photos]').files.length === 1)
expect(await resident.getByLabel('Bạn thấy chuyện gì, ở đâu?').inputValue() === words, 'the words were not kept')
await resident.getByRole('button', { name: 'Tiếp tục' }).click()
await resident.waitForURL('**/report/report.litter**')
// The place of the photo is offered here as well; nobody takes it.
await resident.getByText('Ảnh có ghi nơi chụp').waitFor()

// ── The network goes ──────────────────────────────────────────────────────────────────────────────────────────────
await context.setOffline(true)
await resident.getByText('Đang không có mạng').waitFor()
await resident.getByLabel('Trên đường, vỉa hè').check()
await resident.getByRole('group', { name: 'Có chất thải nguy hại' }).getByLabel('Không').check()
await resident.getByLabel('Mô tả vị trí').fill('Đầu hẻm 51')
await find(resident, 'Phường, xã', 'ninh kieu')
await look(resident, 'report-without-network')
await resident.locator('button.go', { hasText: 'Xem lại trước khi gửi' }).click()
await resident.getByText('1 phản ánh đang chờ mạng').waitFor()
await look(resident, 'waiting')
const kept = await onDevice(resident)
expect(kept.waiting === 1 && kept.draft === null, `on the device: ${JSON.stringify(kept)}`)
// Pages that need the network say so, and the form is there all the same.
await resident.goto(`${CITY}/open`)
await resident.getByRole('heading', { name: 'Không có mạng' }).waitFor()
await resident.getByText('1 phản ánh đang chờ mạng').waitFor()
await look(resident, 'no-network')
await resident.getByRole('link', { name: 'Viết phản ánh' }).click()
await resident.getByLabel('Bạn thấy chuyện gì, ở đâu?').waitFor()

// ── It is back ────────────────────────────────────────────────────────────────────────────────────────────────────
const posts = []
context.on('request', request => { if (request.url().endsWith('/report/waiting')) posts.push(request) })
await context.setOffline(false)
await resident.getByText('Đã gửi phản ánh, mã').waitFor()
await look(resident, 'arrived')
const link = resident.getByRole('link', { name: 'Xem phản ánh đã gửi' })
const to = await link.getAttribute('href')
const code = new URL(to, CITY).pathname.split('/').pop()
expect(/^H\d+/.test(code), `no code in ${to}`)
// Coming back again and again sends nothing again.
for (let i = 0; i < 3; i++) {
  await context.setOffline(true)
  await context.setOffline(false)
}
await resident.goto(`${CITY}/report`)
await resident.waitForTimeout(500)
expect(posts.length === 1, `it was sent ${posts.length} times`)
await resident.getByRole('link', { name: 'Xem phản ánh đã gửi' }).click()
await resident.getByText('Thành phố đã nhận').waitFor()
await look(resident, 'sent')
await resident.goto(`${CITY}/`)
const left = await onDevice(resident)
expect(left.waiting === 0 && left.sent === 0 && left.photos === 0 && left.draft === null, `left on the device: ${JSON.stringify(left)}`)

// ── Exactly once, with its photo, without its place ───────────────────────────────────────────────────────────────
const reader = await person('reader')
await reader.goto(`${CITY}/open/reports?service=report.litter`)
expect(await reader.locator(`a[href$="/${code}"]`).count() === 1, 'it is not on the list, or twice')
expect(await reader.getByText(words).count() === 1, 'it arrived more than once')
await reader.goto(`${CITY}/open/reports/${code}`)
await look(reader, 'public-report')
expect(!(await reader.content()).includes('10.03'), 'the place of the photo is on the public page')
const track = await context.request.get(`${CITY}${to.replace('/report/sent/', '/track/')}`)
expect(track.ok() && !(await track.text()).includes('10.03'), 'the place of the photo was kept')
const photos = await reader.locator('ul.photos a').evaluateAll(all => all.map(one => one.getAttribute('href')))
expect(photos.length > 0, 'no photo was published')
for (const address of photos) {
  const bytes = Buffer.from(await (await context.request.get(`${CITY}${address}`)).body())
  expect(bytes.readUInt16BE(0) === 0xffd8, 'the photo is no JPEG')
  for (const word of ['Exif', 'GPS', 'http://ns.adobe.com']) expect(!has(bytes, word), `${word} in the published photo`)
  for (let at = 2; bytes[at] === 0xff && bytes[at + 1] !== 0xda; at += 2 + bytes.readUInt16BE(at + 2)) {
    expect(bytes[at + 1] !== 0xe1, 'a note of the camera in the published photo')
  }
}

// ── Somebody else has seen it too ─────────────────────────────────────────────────────────────────────────────────
await reader.getByRole('button', { name: 'Tôi cũng gặp' }).click()
await reader.getByText('1 người cũng gặp').waitFor()
await look(reader, 'seen-too')
await reader.getByLabel('Địa chỉ thư điện tử').fill('hoa@vidu.vn')
await reader.getByRole('button', { name: 'Gửi thư xác nhận' }).click()
await reader.getByRole('heading', { name: 'Kiểm tra hộp thư' }).waitFor()
await look(reader, 'asked-by-mail')
await reader.goto(`${CITY}/follow/mine`)
await look(reader, 'mine')
await reader.goto(`${CITY}/follow?area=31135`)
await look(reader, 'follow-a-commune')

// ── The map to tap: one hexagon for each commune, by pointer and by keys, no other server asked ───────────────────
const elsewhere = []
reader.on('request', request => { if (!request.url().startsWith(CITY) && !request.url().startsWith('data:')) elsewhere.push(request.url()) })
await reader.goto(`${CITY}/report`)
await reader.getByText('Chọn trên bản đồ').click()
const map = reader.locator('svg.map.tap')
await map.waitFor()
await map.focus()
for (const key of ['+', '+', 'ArrowLeft', 'Enter']) await reader.keyboard.press(key)
await reader.waitForFunction(() => document.querySelector('select[name="where.area"]').value !== '')
await reader.getByText(/^Đã chọn (Phường|Xã)/).waitFor()
await look(reader, 'map')
expect(elsewhere.length === 0, `other servers were asked: ${elsewhere}`)

// ── What a first visit weighs ─────────────────────────────────────────────────────────────────────────────────────
for (const path of ['/', '/report']) {
  const first = await person('first visit')
  const session = await first.context().newCDPSession(first)
  await session.send('Network.enable')
  let weight = 0
  session.on('Network.loadingFinished', ({ encodedDataLength }) => { weight += encodedDataLength })
  await first.goto(`${CITY}${path}`, { waitUntil: 'networkidle' })
  console.log(`first visit of ${path}: ${Math.round(weight / 1024)} KB`)
  expect(weight <= 100 * 1024, `${path} weighs ${weight} bytes`)
}

const office = await person('office', 'office')
for (const path of ['/report', `/open/reports/${code}`, `/follow?report=${code}`, '/offline']) {
  await office.goto(`${CITY}${path}`)
  await look(office, `office${path.replace(/[^a-z]+/g, '-')}`)
}
await finish()
