// A resident signs in from the first page with an invented electronic identity, puts a paper into the store, applies
// with what is known filled in, leaves, goes on from the account, uses the paper again, and looks at who looked. At
// 360 px (or WIDTH), each page without a fault that axe can find, no page wider than the screen, no error in its
// console.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'

const { CITY, CHROMIUM, PICTURES } = process.env
const width = Number(process.env.WIDTH ?? 360)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const photo = new URL('../../data/can-tho/demonstration-photo.png', import.meta.url).pathname
const LAN = 'Nguyễn Thị Lan Minh Họa'

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
const faults = []
let pictures = 0

async function device(name) {
  const narrow = width < 600
  const context = await browser.newContext({ viewport: { width, height: 740 }, deviceScaleFactor: narrow ? 2 : 1, isMobile: narrow, hasTouch: narrow, locale: 'vi-VN' })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  page.on('pageerror', error => faults.push(`${name}: ${error}`))
  page.on('console', message => {
    if (message.type() === 'error') faults.push(`${name} at ${page.url()}: ${message.text()}`)
  })
  return page
}

async function look(page, name) {
  const number = String(++pictures).padStart(2, '0')
  const height = Math.min(await page.evaluate(() => document.documentElement.scrollHeight), 5000)
  await page.screenshot({ path: `${PICTURES}/once-${width}-${number}-${name}.png`, fullPage: true, clip: { x: 0, y: 0, width, height } })
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => axe.run())
  for (const violation of violations) {
    for (const node of violation.nodes) faults.push(`axe on ${name}: ${violation.id}: ${node.html.slice(0, 160)} (${node.failureSummary?.split('\n')[1]?.trim()})`)
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth)
  if (wide > width) faults.push(`${name} is ${wide} px wide`)
}

function expect(truth, says) {
  if (!truth) throw new Error(says)
}

async function signIn(page) {
  await page.goto(`${CITY}/account`)
  await page.getByRole('link', { name: 'Đăng nhập bằng định danh điện tử minh hoạ' }).click()
  await page.getByRole('button', { name: `Đăng nhập là ${LAN}`, exact: true }).click()
  await page.waitForURL('**/account')
}

const go = page => page.locator('button.go', { hasText: 'Tiếp tục' }).click()

// ── Signing in from the first page ────────────────────────────────────────────────────────────────────────────────
const phone = await device('phone')
await phone.goto(`${CITY}/`)
await phone.getByRole('link', { name: 'Tài khoản của tôi' }).click()
await look(phone, 'sign-in')
await phone.getByRole('link', { name: 'Đăng nhập bằng định danh điện tử minh hoạ' }).click()
await look(phone, 'people')
await phone.getByRole('button', { name: `Đăng nhập là ${LAN}`, exact: true }).click()
await phone.waitForURL('**/account')
await look(phone, 'account')

// ── A paper into the store ────────────────────────────────────────────────────────────────────────────────────────
await phone.goto(`${CITY}/account/papers`)
await look(phone, 'papers-empty')
await phone.getByLabel('Tên giấy tờ').fill('Giấy xác nhận tình trạng hôn nhân cũ')
await phone.getByLabel('Nơi cấp').fill('UBND phường Ninh Kiều')
await phone.getByLabel('Tệp hoặc ảnh chụp').setInputFiles(photo)
await phone.getByRole('button', { name: 'Cất vào kho' }).click()
await phone.getByText('Ảnh chụp, chưa chứng thực').first().waitFor()
await look(phone, 'papers')

// ── Applying with what is known ───────────────────────────────────────────────────────────────────────────────────
await phone.goto(`${CITY}/apply/marital-status.confirmation`)
await look(phone, 'apply-start')
await phone.getByRole('button', { name: 'Bắt đầu' }).click()
await phone.getByText('Lấy từ CSDL quốc gia về dân cư').waitFor()
expect(await phone.getByLabel('Số định danh cá nhân').inputValue() === '092190004321', 'the number is not filled in')
expect(await phone.getByLabel('Họ và tên').getAttribute('readonly') !== null, 'the name can be typed over')
await look(phone, 'apply-known')
await phone.getByRole('group', { name: /Đã từng thường trú/ }).getByLabel('Không').check()
await go(phone)
await phone.waitForURL(/\/2$/)
await phone.getByRole('button', { name: 'Lưu, làm tiếp sau' }).click()
await phone.waitForURL('**/later')

// ── Going on with another device ──────────────────────────────────────────────────────────────────────────────────
const desk = await device('another device')
await signIn(desk)
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
await desk.locator('summary', { hasText: 'Dùng giấy tờ trong kho của bạn' }).nth(0).click()
await look(desk, 'apply-papers')
await desk.locator('input[name=_reuse][value^="former_certificate/"]').check({ force: true })
await go(desk)
await desk.waitForURL('**/review')
await desk.getByText('Giấy xác nhận tình trạng hôn nhân cũ').first().waitFor()
await look(desk, 'apply-review')
await desk.getByLabel('Tôi cam đoan').check()
await desk.getByRole('button', { name: 'Nộp hồ sơ' }).click()
await desk.waitForURL('**/report/sent/**')
const code = new URL(desk.url()).pathname.split('/').pop()
console.log(`applied: ${code}`)

// ── What the city knows, who looked, consents, devices ────────────────────────────────────────────────────────────
await phone.goto(`${CITY}/account`)
await phone.getByText(code).waitFor()
await look(phone, 'account-case')
await phone.goto(`${CITY}/account/data`)
await phone.getByText('Chính bạn').first().waitFor()
await look(phone, 'data')
await phone.goto(`${CITY}/account/consents`)
await look(phone, 'consents')
await phone.goto(`${CITY}/account/sessions`)
await look(phone, 'sessions')

// ── Acting for another ────────────────────────────────────────────────────────────────────────────────────────────
await phone.goto(`${CITY}/apply/marital-status.confirmation`)
await phone.getByLabel('Người được ủy quyền').check()
await phone.getByRole('button', { name: 'Bắt đầu' }).click()
await phone.getByText('Bạn nộp thay cho ai?').waitFor()
await go(phone)
await phone.getByRole('alert').waitFor()
await look(phone, 'for-whom')

await browser.close()
console.log(`${pictures} pages looked at`)
if (faults.length) {
  console.error(`${faults.length} faults:\n${[...new Set(faults)].join('\n')}`)
  process.exit(1)
}
