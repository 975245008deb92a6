// A date that cannot be kept, told before it passes: the dossier of the demonstration's resident is due within a working
// day, so the city laid a draft on the table; the handler writes it, the head signs it, the resident reads it on the page
// that tracks the case and opens the letter. Each page at both widths.
import { CITY, expect, finish, lookAround, official, resident } from './browser.mjs'
import { press } from './transfer.mjs'

const WORDS = 'Nơi thường trú trước đây chưa trả lời xác minh; cán bộ phụ trách đã gửi văn bản nhắc và gọi điện thoại hai lần.'
const LETTER = 'Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết'

const lan = await resident('Nguyễn Thị Lan Minh Họa')
// Of several cases of hers, the one that the city waits with.
const links = await lan.locator('main a[href^="/track/"]').evaluateAll(all => all.map(link => link.getAttribute('href')))
let code
for (const link of links) {
  await lan.goto(`${CITY}${link}`)
  if (await lan.getByText('Cấp Giấy xác nhận tình trạng hôn nhân').count() && await lan.getByText('Còn trong ngày').or(lan.getByText(/^Còn \d+ (giờ|ngày)/)).count()) code = link.split('/').pop()
}
expect(code, 'no dossier waits for a letter')
const track = `${CITY}/track/${code}`
await lan.goto(track)
await lookAround(lan, 'track-before')
console.log(`due within a working day: ${code}`)

// ── Drafted by whoever works on it ────────────────────────────────────────────────────────────────────────────────
const staff = await official('ninhkieu')
await staff.goto(`${CITY}/apologies`)
await staff.getByText(code).first().waitFor()
await lookAround(staff, 'apologies')
await staff.goto(`${CITY}/cases/${code}/apology`)
expect(await staff.getByRole('button', { name: 'Ký và gửi xin lỗi' }).count() === 0, 'staff may sign')
await staff.getByLabel('Nguyên nhân').selectOption({ label: 'Đơn vị được lấy ý kiến trả lời chậm hoặc không trả lời' })
await staff.getByLabel('Diễn giải gửi người nộp').fill(WORDS)
await lookAround(staff, 'draft')
await press(staff, 'Lưu dự thảo')
await staff.getByText('Đã lưu dự thảo').first().waitFor()

// ── Signed by the head, before the date ───────────────────────────────────────────────────────────────────────────
const head = await official('ninhkieu-lanhdao')
await head.goto(`${CITY}/inbox`)
await head.getByText(/dự thảo xin lỗi chờ ký/).first().waitFor()
await lookAround(head, 'inbox')
await head.goto(`${CITY}/cases/${code}`)
await head.getByText('Dự thảo xin lỗi chờ ký').first().waitFor()
await head.getByRole('link', { name: 'Xin lỗi và hẹn lại ngày trả' }).first().click()
expect(await head.getByLabel('Diễn giải gửi người nộp').inputValue() === WORDS, 'the draft is lost')
const proposed = await head.getByLabel('Hẹn xong trước hết ngày').inputValue()
await head.getByLabel('Hẹn xong trước hết ngày').fill('2020-01-02')
await press(head, 'Ký và gửi xin lỗi')
await head.getByRole('alert').first().waitFor()
await lookAround(head, 'date-passed')
await head.getByLabel('Hẹn xong trước hết ngày').fill(proposed)
await head.getByLabel('Lời của người đứng đầu').fill('Rất mong bà thông cảm.')
await press(head, 'Ký và gửi xin lỗi')
await head.getByText('Đã ký văn bản xin lỗi').first().waitFor()
await head.goto(`${CITY}/cases/${code}`)
await lookAround(head, 'signed')
await head.goto(`${CITY}/apologies`)
const counts = await head.getByRole('row', { name: /phường Ninh Kiều/ }).first().getByRole('cell').allTextContents()
expect(counts.some(count => Number(count) >= 1), `not counted: ${counts}`)
await lookAround(head, 'counted')

// ── Read by the resident ──────────────────────────────────────────────────────────────────────────────────────────
// The letter is set and signed after the commit.
const letter = lan.getByRole('link', { name: LETTER })
for (let look = 0; look < 20; look += 1) {
  await lan.goto(track)
  if (await letter.count()) break
  await lan.waitForTimeout(1000)
}
await lan.getByText(WORDS).first().waitFor()
await lan.getByText('Rất mong bà thông cảm.').first().waitFor()
await lookAround(lan, 'track-after')
const file = await lan.request.get(new URL(await letter.first().getAttribute('href'), CITY).href)
expect(file.ok() && file.headers()['content-type'] === 'application/pdf', `the letter answers ${file.status()}`)
expect((await file.body()).subarray(0, 5).toString() === '%PDF-', 'the letter is no PDF')
await finish()
