// The counter: a number taken on a phone is called to a counter and shown on the screen of the waiting room without
// reloading it; a dossier is received with the keyboard alone, with at most 25 presses of a key beyond what is typed as
// data; the result pages stand without a fault that axe can find.
import { execFileSync } from 'node:child_process'
import { CITY, expect, finish, look, official, person } from './browser.mjs'

const DESK = 'desk-31135'
const MOST_PRESSES = 25

// ── The queue ─────────────────────────────────────────────────────────────────────────────────────────────────────
const clerk = await official('motcua-ninhkieu')
await clerk.goto(`${CITY}/desk`)
await look(clerk, 'desk')
const resident = await person('resident', 'phone')
await resident.goto(`${CITY}/queue?q=ninh%20kieu`)
await look(resident, 'queue-desks')
await resident.getByRole('link', { name: /phường Ninh Kiều/ }).click()
await look(resident, 'queue-desk')
const open = await resident.getByRole('button', { name: 'Lấy số', exact: true }).count()
if (open) {
  await resident.getByLabel('Đất đai, sổ đỏ').check()
  await resident.getByRole('button', { name: 'Lấy số', exact: true }).click()
  await resident.waitForURL('**/queue/ticket/**')
  await look(resident, 'queue-ticket')
  const screen = await person('screen', 'screen')
  await screen.goto(`${CITY}/queue/${DESK}/screen`)
  await screen.evaluate(() => { window.neverReloaded = true })
  await clerk.goto(`${CITY}/desk/queue?counter=2`)
  await look(clerk, 'queue-calling')
  await clerk.keyboard.press('n')
  await clerk.getByText('Đang ở quầy này').waitFor()
  await screen.getByText('Quầy 2').first().waitFor()
  expect(await screen.evaluate(() => window.neverReloaded === true), 'the screen was reloaded')
  await look(screen, 'queue-screen')
  await resident.getByText('Mời bạn đến quầy 2').waitFor()
  console.log('the queue: called, and the screen showed it without reloading')
} else {
  console.log('the queue: the desk gives no numbers at this hour')
}
const kiosk = await person('kiosk', 'screen')
await kiosk.goto(`${CITY}/queue/${DESK}/kiosk`)
await look(kiosk, 'kiosk')

// ── Reception with the keyboard alone ─────────────────────────────────────────────────────────────────────────────
let presses = 0
const press = async key => { presses += 1; await clerk.keyboard.press(key) }
const type = text => clerk.keyboard.type(text)
const form = () => clerk.waitForURL('**/desk/marital-status.confirmation**')
await clerk.goto(`${CITY}/desk/receive`)
await look(clerk, 'receive')
const begun = Date.now()
await type('092150005678')
await press('Tab')
await type('tinh trang hon nhan')
await press('Enter')
await form()
await look(clerk, 'reception')
// Until the decision: type what is asked, choose, move on.
const answers = {
  'residence.words': 'Số 1 Hòa Bình', 'residence.area': 'ninh kieu', moved: 'ArrowRight', phone: '0903123456',
  status: 'Space', use: 'ArrowDown', again: 'ArrowRight', copies: '1', category: 'Space', delivery: 'Space',
}
const focused = () => clerk.evaluate(() => ({ name: document.activeElement?.getAttribute('name') ?? document.activeElement?.dataset.finds ?? '' }))
for (let steps = 0; steps < 30; steps += 1) {
  const { name } = await focused()
  if (name === 'paper') break
  const answer = answers[name]
  if (answer === undefined) await press('Enter')
  else {
    if (/^(Arrow|Space)/.test(answer)) await press(answer)
    else await type(answer)
    if (name === 'residence.area') await look(clerk, 'reception-finding')
    delete answers[name]
    if (Object.keys(answers).length) await press('Enter')
    else break
  }
}
expect(Object.keys(answers).length === 0, `not asked: ${Object.keys(answers)}`)
while ((await focused()).name !== 'paper') await press('Enter')
await press('Space')
await press('F8')
await clerk.locator('[role=alert]').waitFor()
await look(clerk, 'reception-unpaid')
expect((await focused()).name === 'paid', 'the fee that is due has the focus')
await press('Space')
await press('F8')
await clerk.getByText('Chuyển cơ quan có thẩm quyền trước').waitFor()
await look(clerk, 'received')
const paper = await clerk.request.get(CITY + await clerk.getByRole('link', { name: 'In 01 bản khổ A5' }).getAttribute('href'))
const receipt = execFileSync('pdftotext', ['-layout', '-', '-'], { input: await paper.body(), encoding: 'utf8' })
expect(/Số 1 Hòa Bình[,\s]+Phường Ninh Kiều/.test(receipt), `the residence on the receipt: ${/^.*Hòa Bình.*$/m.exec(receipt)?.[0]}`)
console.log(`reception: ${presses} presses beyond the data, ${((Date.now() - begun) / 1000).toFixed(1)} s`)
expect(presses <= MOST_PRESSES, `${presses} presses, at most ${MOST_PRESSES}`)

// ── What waits ────────────────────────────────────────────────────────────────────────────────────────────────────
for (const [path, name] of [['/desk/results', 'results'], ['/desk/parcels', 'parcels'], ['/desk/waiting', 'waiting']]) {
  await clerk.goto(`${CITY}${path}`)
  await look(clerk, name)
}
await finish()
