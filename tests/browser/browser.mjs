// What all journeys share: people with a browser of their own, pictures, axe, widths, and the count of faults.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { chromium } from 'playwright-core'

const { CHROMIUM, PICTURES } = process.env
export const { CITY } = process.env
const journey = basename(process.argv[1], '.mjs')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
export const photo = new URL('../../data/can-tho/demonstration-photo.png', import.meta.url).pathname
const sizes = {
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  office: { viewport: { width: 1366, height: 768 } },
  screen: { viewport: { width: 1920, height: 1080 } },
}
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
const faults = new Set()
let pictures = 0

// A journey that stops leaves a picture of where everybody stood.
process.on('uncaughtException', async error => {
  const pages = browser.contexts().flatMap(context => context.pages())
  for (const [place, page] of pages.entries()) {
    await page.screenshot({ path: `${PICTURES}/${journey}-stopped-${place}.png`, fullPage: true }).catch(() => {})
    console.error(`stopped at ${page.url()}`)
  }
  console.error(error)
  process.exit(1)
})

export const fault = says => faults.add(says)

export function expect(truth, says) {
  if (!truth) throw new Error(says)
}

// A page in a browser of its own; what goes wrong in its console is a fault.
export async function person(name, size = 'phone') {
  const context = await browser.newContext({ ...sizes[size], locale: 'vi-VN' })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  page.on('pageerror', error => fault(`${name} at ${page.url()}: ${error}`))
  page.on('console', message => {
    // A refused form answers 422, which a browser calls an error, as it does a network that a journey took away.
    if (message.type() === 'error' && !/422|ERR_INTERNET_DISCONNECTED/.test(message.text())) fault(`${name} at ${page.url()}: ${message.text()}`)
  })
  return page
}

// By the account's name and the password that the demonstration shows.
export async function official(login, size = 'office') {
  const page = await person(login, size)
  await page.goto(`${CITY}/sign-in`)
  const password = await page.locator('code').first().textContent()
  await page.getByLabel('Tên đăng nhập').fill(login)
  await page.getByLabel('Mật khẩu').fill(password.trim())
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click()
  await page.waitForURL(url => !url.pathname.startsWith('/sign-in'))
  return page
}

// By an invented electronic identity, to the account.
export async function resident(name, size = 'phone') {
  const page = await person(name, size)
  await page.goto(`${CITY}/account`)
  await identify(page, name)
  return page
}

// From a page that asks who one is.
export async function identify(page, name) {
  await page.getByRole('link', { name: 'Đăng nhập bằng định danh điện tử minh hoạ' }).click()
  await page.getByRole('button', { name: `Đăng nhập là ${name}`, exact: true }).click()
  await page.waitForURL(url => !url.pathname.startsWith('/sign-in'))
}

// What axe finds on the page as it stands, and whether it fits its screen.
export async function judge(page, name) {
  const width = page.viewportSize().width
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe)
  const { violations } = await page.evaluate(() => axe.run())
  for (const violation of violations) {
    for (const node of violation.nodes) fault(`axe on ${name} (${width}): ${violation.id}: ${node.html.slice(0, 160)} (${node.failureSummary?.split('\n')[1]?.trim()})`)
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth)
  if (wide > width) fault(`${name} is ${wide} px wide on ${width}`)
}

export async function picture(page, name) {
  const number = String(++pictures).padStart(2, '0')
  const width = page.viewportSize().width
  const height = Math.min(await page.evaluate(() => document.documentElement.scrollHeight), 5000)
  await page.screenshot({ path: `${PICTURES}/${journey}-${number}-${name}.png`, fullPage: true, clip: { x: 0, y: 0, width, height } })
}

// A picture, axe, and the width.
export async function look(page, name) {
  await picture(page, name)
  await judge(page, name)
}

// The same at the width of a phone and of an office screen, whoever looks.
export async function lookAround(page, name) {
  const before = page.viewportSize()
  for (const { viewport } of [sizes.phone, sizes.office]) {
    await page.setViewportSize(viewport)
    await look(page, `${name}-${viewport.width}`)
  }
  await page.setViewportSize(before)
}

// Of a long list, the entry that these words mean: with the keyboard, as a person does.
export async function find(page, label, words) {
  await page.getByRole('combobox', { name: label }).fill(words)
  await page.keyboard.press('Enter')
}

export async function finish() {
  await browser.close()
  console.log(`${journey}: ${pictures} pages looked at`)
  if (faults.size) {
    console.error(`${faults.size} faults:\n${[...faults].join('\n')}`)
    process.exit(1)
  }
}
