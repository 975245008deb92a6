// Every page that somebody reaches by links alone, from what stands in the head of their pages: once for each kind of
// address and each of the roles (rooms open to everybody: once), at the width of an office screen and of a phone. Each
// without a fault that axe can find, none wider than its screen, none with an error in its console, no link that leads
// nowhere. ROLE=quantri walks one role alone; LOOK=yes keeps pictures of all.
import { CITY, fault, finish, judge, official, person, picture, resident } from './browser.mjs'

const LAN = 'Nguyễn Thị Lan Minh Họa'
const PHONE = { width: 360, height: 740 }
const OFFICE = { width: 1366, height: 768 }
// Who looks, and where they begin beside the first page.
const ROLES = [
  ['nobody', () => person('nobody', 'office'), ['/services', '/track', '/queue', '/verify', '/open', '/open/scores', '/open311', '/queue/desk-31135/kiosk', '/queue/desk-31135/screen', '/apply/land.transfer', '/sign-in']],
  ['resident', () => resident(LAN, 'office'), ['/account', '/account/papers', '/account/data', '/account/consents', '/account/sessions', '/account/messages', '/notices']],
  ['1022', () => official('1022'), ['/hotline', '/inbox']],
  ['motcua-ninhkieu', () => official('motcua-ninhkieu'), ['/desk', '/till', '/book']],
  ['datdai-giamdoc', () => official('datdai-giamdoc'), ['/inbox', '/sign', '/apologies', '/mine', '/staff', '/authority']],
  ['ninhkieu-lanhdao', () => official('ninhkieu-lanhdao'), ['/inbox', '/sign', '/apologies', '/mine/unit', '/staff']],
  ['lanhdao', () => official('lanhdao'), ['/morning', '/league', '/late', '/numbers/report', '/direct']],
  ['quantri', () => official('quantri'), ['/admin', '/admin/messages', '/admin/portal', '/authority', '/registers', '/staff']],
  ['1022-duyet', () => official('1022-duyet'), ['/moderation']],
  ['ketoan', () => official('ketoan'), ['/payments', '/payments/settlement']],
]
// What signs out, leaves the house, changes the language, or is a file.
const ELSEWHERE = /^\/(sign-out|language\/|sign-in\/identity|hotline\/live|live)|\/(files|photos|originals|papers\/[0-9A-Z]{6,}|file)(\/|$)|\.(pdf|csv|xlsx|json|xml|rss|atom|ics|txt|png|webp|jpg|svg)$/
// The kind of an address: names and numbers of single things do not count.
const single = part => /\d{3}|^[0-9a-f-]{16,}$|^[a-z-]+\.[a-z.-]+$/.test(part)
const kind = url => {
  const path = url.pathname.replace(/^\/(league|queue|services|apply|report)\/[^/]+/, '/$1/*')
  return `${path.split('/').map(part => single(part) ? '*' : part).join('/')}?${[...url.searchParams.keys()].sort().join('&')}`
}
// Rooms that are the same for everybody: looked at once.
const PUBLIC = /^\/(open|open311|queue|services|apply|report|track|verify|privacy|accessibility)(\/|$)/

const only = process.env.ROLE
let looked = 0
const everybodys = new Set()

async function walk([role, begins, roots]) {
  const page = await begins()
  const own = new Set()
  const waiting = ['/', ...roots].map(path => [new URL(path, CITY), 'the head of pages'])
  while (waiting.length) {
    const [url, from] = waiting.shift()
    const seen = PUBLIC.test(url.pathname) ? everybodys : own
    if (url.origin !== new URL(CITY).origin || ELSEWHERE.test(url.pathname) || seen.has(kind(url))) continue
    seen.add(kind(url))
    const answer = await page.goto(url.href)
    const name = `${role} ${url.pathname}${url.search}`
    if (!answer.ok()) {
      fault(`${name} answers ${answer.status()}, linked from ${from}`)
      continue
    }
    // A file is not a page, whatever its address looks like.
    if (!answer.headers()['content-type']?.startsWith('text/html')) continue
    looked += 1
    for (const [size, word] of [[OFFICE, 'office'], [PHONE, 'phone']]) {
      await page.setViewportSize(size)
      await judge(page, name)
      if (process.env.LOOK) await picture(page, `${role}${url.pathname.replaceAll('/', '_')}-${word}`)
    }
    await page.setViewportSize(OFFICE)
    const links = await page.evaluate(() => [...document.querySelectorAll('a[href]')].map(link => new URL(link.getAttribute('href'), document.baseURI).href))
    waiting.push(...links.map(link => [new URL(link), url.pathname]))
  }
  console.log(`${role}: ${own.size} kinds of pages of their own`)
  await page.context().close()
}

const roles = ROLES.filter(([role]) => !only || role === only)
await Promise.all([0, 1].map(async () => {
  for (let role = roles.shift(); role; role = roles.shift()) await walk(role)
}))
console.log(`${looked} pages`)
await finish()
