// The hotline by keyboard alone: a call rings in another tab and appears without reloading, is taken with F8, its words find the kind and a similar
// report while they are typed, arrows move the pin, F8 opens the report; a question is answered with F2. Then every page of the hotline, the counter's
// walk-in and the widget, empty and full, at the width of a phone and of an office screen.
import { CITY, expect, finish, look, official, person } from './browser.mjs'

const OFFICE = { width: 1366, height: 768 }
const PHONE = { width: 360, height: 740 }
const both = async (page, name) => {
  for (const [size, word] of [[OFFICE, 'office'], [PHONE, 'phone']]) {
    await page.setViewportSize(size)
    await look(page, `${name}-${word}`)
  }
  await page.setViewportSize(OFFICE)
}

const operator = await official('1022')
await operator.goto(`${CITY}/hotline`)
await both(operator, 'empty')
await operator.evaluate(() => { window.neverReloaded = true })
const caller = await official('1022')
await caller.goto(`${CITY}/hotline/ring`)
await both(caller, 'ring-empty')
await caller.getByRole('button', { name: 'Cho chuông reo' }).click()
await operator.getByText('0912 345 678').first().waitFor()
expect(await operator.evaluate(() => window.neverReloaded === true), 'the page was reloaded')
await both(operator, 'ringing')
await caller.getByRole('button', { name: 'Nhấc máy' }).click()
await operator.keyboard.press('F8')
await operator.waitForURL('**/hotline/call/**')
await both(operator, 'call-empty')

// Words first: they have the focus. What they mean is found while they are typed.
await operator.locator('#f-what').focus()
await operator.keyboard.type('Rác đổ trộm ở đầu hẻm 51, bốc mùi hôi')
await operator.getByText('Theo lời kể: Phản ánh rác thải').waitFor({ state: 'attached' })
await operator.locator('#area').focus()
await operator.keyboard.type('ninh kieu')
await operator.keyboard.press('Tab')
await operator.keyboard.type('dau hem 51')
await operator.locator('summary', { hasText: 'Ghim trên bản đồ' }).focus()
await operator.keyboard.press('Enter')
await operator.locator('[data-pin]').waitFor()
await operator.locator('[data-pin]').focus()
for (const key of ['ArrowUp', 'ArrowRight', 'Shift+ArrowUp']) await operator.keyboard.press(key)
const spot = await operator.locator('#spot').inputValue()
expect(/^\d+\.\d{6}, \d+\.\d{6}$/.test(spot), `the pin says ${spot}`)
await both(operator, 'call-typed')
await operator.keyboard.press('F8')
await operator.locator('.errors').waitFor()
await both(operator, 'call-flawed')
await operator.getByLabel('Trên đường, vỉa hè').focus()
await operator.keyboard.press('Space')
await operator.getByRole('group', { name: 'Có chất thải nguy hại' }).getByLabel('Không').focus()
await operator.keyboard.press('Space')
await operator.keyboard.press('F8')
await operator.getByText('Đã mở phản ánh').first().waitFor()
await both(operator, 'opened')

// The same number again, with what is known of it, and a question answered at once.
await caller.goto(`${CITY}/hotline/ring`)
await caller.getByRole('button', { name: 'Cho chuông reo' }).click()
await operator.goto(`${CITY}/hotline`)
await operator.keyboard.press('F8')
await operator.waitForURL('**/hotline/call/**')
await operator.locator('#f-what').focus()
await operator.keyboard.type('Rác ở đầu hẻm 51 khi nào dọn?')
await both(operator, 'call-known')
await operator.keyboard.press('F2')
await operator.getByText('Đã ghi kết quả cuộc gọi').waitFor()
await caller.goto(`${CITY}/hotline/ring`)
await caller.getByRole('button', { name: 'Cho chuông reo' }).click()
await caller.getByRole('button', { name: 'Gác máy vì chờ lâu' }).first().click()
await both(caller, 'ring')
for (const [path, name] of [['/hotline', 'home'], ['/hotline/calls?show=missed', 'missed'], ['/hotline/calls?show=follow', 'follow'], ['/hotline/calls', 'log'], ['/hotline/letters', 'letters'], ['/inbox', 'inbox']]) {
  await operator.goto(`${CITY}${path}`)
  await both(operator, name)
}
const head = await official('1022-truongca')
await head.goto(`${CITY}/hotline/figures`)
await both(head, 'figures')

const clerk = await official('motcua-ninhkieu')
for (const [path, name] of [['/desk', 'desk'], ['/desk/walk-in', 'walk-in'], ['/desk/walk-in?what=%C4%91%C3%A8n%20%C4%91%C6%B0%E1%BB%9Dng', 'walk-in-guessed']]) {
  await clerk.goto(`${CITY}${path}`)
  await both(clerk, name)
}
const anybody = await person('anybody', 'office')
for (const [path, name] of [['/widget', 'widget'], ['/widget?area=31135&lang=en', 'widget-commune'], ['/open/widget?area=31135', 'widget-line'], ['/open', 'open']]) {
  await anybody.goto(`${CITY}${path}`)
  await both(anybody, name)
}
await finish()
