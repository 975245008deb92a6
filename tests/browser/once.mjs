// A resident signs in from the first page with an invented electronic identity, puts a paper into the store, applies
// with what is known filled in, leaves, goes on from another device, uses the paper again, and looks at who looked.
// An unknown number is said once, then it is declared.
import { CITY, expect, finish, identify, look, person, photo, resident } from './browser.mjs'

const LAN = 'Nguyễn Thị Lan Minh Họa'
// Named by the minute: another walk through the same city left papers of its own.
const PAPER = `Giấy xác nhận tình trạng hôn nhân ${new Date().toISOString().slice(11, 19)}`
const go = page => page.locator('button.go', { hasText: 'Tiếp tục' }).click()

// ── Signing in from the first page ────────────────────────────────────────────────────────────────────────────────
const phone = await person('phone')
await phone.goto(`${CITY}/`)
await phone.getByRole('link', { name: 'Tài khoản của tôi' }).click()
await look(phone, 'sign-in')
await identify(phone, LAN)
await look(phone, 'account')

// ── A paper into the store ────────────────────────────────────────────────────────────────────────────────────────
await phone.goto(`${CITY}/account/papers`)
await look(phone, 'papers-empty')
await phone.getByLabel('Tên giấy tờ').fill(PAPER)
await phone.getByLabel('Nơi cấp').fill('UBND phường Ninh Kiều')
await phone.getByLabel('Tệp hoặc ảnh chụp').setInputFiles(photo)
await phone.getByRole('button', { name: 'Cất vào kho' }).click()
await phone.getByText(PAPER).first().waitFor()
await phone.getByText('Ảnh chụp, chưa chứng thực').first().waitFor()
await look(phone, 'papers')

// ── Applying with what is known ───────────────────────────────────────────────────────────────────────────────────
await phone.goto(`${CITY}/apply/marital-status.confirmation`)
await look(phone, 'apply-start')
await phone.getByRole('button', { name: 'Bắt đầu' }).click()
await phone.getByText('Lấy từ CSDL quốc gia về dân cư').first().waitFor()
expect(await phone.getByLabel('Số định danh cá nhân').inputValue() === '092190004321', 'the number is not filled in')
expect(await phone.getByLabel('Họ và tên').getAttribute('readonly') !== null, 'the name can be typed over')
await look(phone, 'apply-known')
await phone.getByRole('group', { name: /Đã từng thường trú/ }).getByLabel('Không').check()
await go(phone)
await phone.waitForURL(/\/2$/)
await phone.getByRole('button', { name: 'Lưu, làm tiếp sau' }).click()
await phone.waitForURL('**/later')

// ── Going on with another device ──────────────────────────────────────────────────────────────────────────────────
const desk = await resident(LAN, 'office')
await look(desk, 'account-draft')
await desk.getByRole('link', { name: 'Làm tiếp' }).first().click()
await desk.waitForURL(/\/2$/)
await desk.getByLabel('Chưa kết hôn với ai').check()
await desk.getByLabel('Vay vốn').check()
await desk.getByRole('group', { name: /Cấp lại do hết hạn/ }).getByLabel('Có').check()
await desk.getByLabel('Số bản').fill('1')
await go(desk)
await desk.waitForURL(/\/3$/)
await desk.getByLabel('Không thuộc diện miễn').check()
await desk.getByLabel('Tại một cửa').check()
await go(desk)
await desk.waitForURL('**/documents')
await look(desk, 'apply-papers')
const store = desk.locator('details', { hasText: 'Dùng giấy tờ trong kho của bạn: Giấy xác nhận tình trạng hôn nhân đã được cấp trước đó' })
await store.locator('summary').click()
await store.getByLabel(PAPER).check()
await look(desk, 'apply-papers-ticked')
await go(desk)
await desk.waitForURL('**/review')
await desk.getByText(PAPER).first().waitFor()
await look(desk, 'apply-review')
await desk.getByLabel('Tôi cam đoan').check()
await desk.getByRole('button', { name: 'Nộp hồ sơ' }).click()
await desk.waitForURL('**/report/sent/**')
await look(desk, 'sent')
const code = new URL(desk.url()).pathname.split('/').pop()
console.log(`applied: ${code}`)

// ── What the city knows, who looked, consents, devices ────────────────────────────────────────────────────────────
await phone.goto(`${CITY}/account`)
await phone.getByText(code).waitFor()
await look(phone, 'account-case')
await phone.getByRole('link', { name: code }).click()
await look(phone, 'track')
await phone.goto(`${CITY}/account/data`)
await phone.getByText('Chính bạn').first().waitFor()
await look(phone, 'data')
for (const room of ['consents', 'sessions', 'messages']) {
  await phone.goto(`${CITY}/account/${room}`)
  await look(phone, room)
}

// ── An unknown number is said once, then declared ─────────────────────────────────────────────────────────────────
const stranger = await person('stranger')
await stranger.goto(`${CITY}/apply/land.transfer`)
await stranger.getByRole('button', { name: 'Bắt đầu' }).click()
await stranger.getByLabel('Số Giấy chứng nhận đã cấp').fill('CT 999999')
await stranger.getByLabel('Diện tích chuyển nhượng').fill('120')
await stranger.getByRole('group', { name: 'Đất đang thế chấp' }).getByLabel('Không').check()
await go(stranger)
await stranger.getByText('Không tìm thấy số này trong sổ địa chính').first().waitFor()
await look(stranger, 'unknown')

// ── Acting for another ────────────────────────────────────────────────────────────────────────────────────────────
await phone.goto(`${CITY}/apply/marital-status.confirmation`)
await phone.getByLabel('Người được ủy quyền').check()
await phone.getByRole('button', { name: 'Bắt đầu' }).click()
await phone.getByText('Bạn nộp thay cho ai?').waitFor()
await go(phone)
await phone.getByRole('alert').waitFor()
await look(phone, 'for-whom')
await finish()
