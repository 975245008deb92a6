// A resident reports a lamp with a photo and follows it; an official mends it with a photo; the head approves; the
// leader, whose page was open all the while, sees the unit's figure change without reloading. At 360 px, each page
// without a fault that axe can find, no page wider than the phone, no error in its console.
import { CITY, expect, find, finish, look, official as signedIn, person, photo } from './browser.mjs'

const UNIT = 'phường Ninh Kiều'
const signIn = login => signedIn(login, 'phone')

// ── The resident ──────────────────────────────────────────────────────────────────────────────────────────────────
const resident = await person('resident')
await resident.goto(`${CITY}/`)
await look(resident, 'home')
await resident.goto(`${CITY}/report`)
await look(resident, 'report')
await resident.getByLabel('Ảnh hiện trường').setInputFiles(photo)
await resident.getByLabel('Bạn thấy chuyện gì, ở đâu?').fill('Đèn đường trước số 12 không sáng đã ba đêm, đường rất tối')
await resident.getByRole('button', { name: 'Tiếp tục' }).click()
await resident.waitForURL('**/report/report.street-light**')
await look(resident, 'report-form')
await resident.getByLabel('Đèn không sáng').check()
await resident.getByLabel('Một bóng').check()
await resident.getByLabel('Đường phố').check()
await resident.getByLabel('Mô tả vị trí').fill('Trước số 12 đường Nguyễn Trãi')
await find(resident, 'Phường, xã', 'ninh kieu')
await resident.locator('button.go', { hasText: 'Xem lại trước khi gửi' }).click()
await resident.waitForURL('**/report/check/**')
await look(resident, 'report-check')
await resident.locator('button.go', { hasText: 'Gửi phản ánh' }).click()
await resident.waitForURL('**/report/sent/**')
await look(resident, 'sent')
const code = new URL(resident.url()).pathname.split('/').pop()
expect(/^H\d+/.test(code), `no code in ${resident.url()}`)
console.log(`reported: ${code}`)
await resident.getByRole('link', { name: 'Theo dõi' }).click()
await resident.getByText(code).first().waitFor()
await look(resident, 'track')

// ── The dispatcher hands it on ────────────────────────────────────────────────────────────────────────────────────
const dispatcher = await signIn('1022')
await look(dispatcher, 'inbox-1022')
await dispatcher.goto(`${CITY}/cases/${code}`)
await look(dispatcher, 'case-1022')
await dispatcher.getByRole('button', { name: 'Chuyển đơn vị xử lý', exact: true }).click()
await dispatcher.waitForURL('**/inbox**')

// ── The leader looks on ───────────────────────────────────────────────────────────────────────────────────────────
const leader = await signIn('lanhdao')
await leader.goto(`${CITY}/league?period=all`)
const figure = () => leader.evaluate(unit => {
  const row = [...document.querySelectorAll('table.league tbody tr')].find(row => row.querySelector('th').textContent.includes(unit))
  return row?.querySelector('[data-label="Đang mở"]')?.textContent.trim()
}, UNIT)
await look(leader, 'league')
await leader.evaluate(() => { window.neverReloaded = true })
const before = await figure()
expect(before !== undefined, `no row ${UNIT} in the league`)

// ── The official mends it, the head approves ──────────────────────────────────────────────────────────────────────
const official = await signIn('ninhkieu')
await look(official, 'inbox')
await official.goto(`${CITY}/cases/${code}`)
await look(official, 'case')
await official.getByLabel('Ảnh sau khi xử lý').setInputFiles(photo)
await official.getByLabel('Ghi chú hoặc lý do').first().fill('Đã thay bóng')
await official.getByRole('button', { name: 'Đã xử lý xong', exact: true }).click()
await official.getByText('Đã thay bóng').first().waitFor()
await look(official, 'case-handled')
const head = await signIn('ninhkieu-lanhdao')
await head.goto(`${CITY}/cases/${code}`)
await head.getByRole('button', { name: 'Duyệt trả lời', exact: true }).click()
await head.getByText('Đã xử lý xong').first().waitFor()

// ── The leader's figure has moved by itself ───────────────────────────────────────────────────────────────────────
await leader.waitForFunction(([unit, before]) => {
  const row = [...document.querySelectorAll('table.league tbody tr')].find(row => row.querySelector('th').textContent.includes(unit))
  return row?.querySelector('[data-label="Đang mở"]')?.textContent.trim() !== before
}, [UNIT, before])
expect(await leader.evaluate(() => window.neverReloaded === true), 'the league was reloaded')
const after = await figure()
expect(Number(after) === Number(before) - 1, `open cases of ${UNIT}: ${before}, then ${after}`)
console.log(`the league, without reloading: ${UNIT} ${before} → ${after} open`)
await look(leader, 'league-moved')

// ── The resident sees it solved ───────────────────────────────────────────────────────────────────────────────────
await resident.reload()
await resident.getByText('Đã xử lý xong').first().waitFor()
await look(resident, 'track-solved')

await finish()
