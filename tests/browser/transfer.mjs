// A land transfer from the page of the parcel to the receipt: what the journeys about land have in common.
import { writeFileSync } from 'node:fs'

export const paper = `${process.env.PICTURES}/paper.pdf`
writeFileSync(paper, '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')
export const on = page => page.locator('button.go', { hasText: 'Tiếp tục' }).click()
export const press = async (page, words) => {
  await page.getByRole('button', { name: words }).first().click()
  await page.waitForLoadState()
}

export async function parcel(page, number) {
  await page.getByLabel('Số Giấy chứng nhận đã cấp').fill(number)
  await page.getByLabel('Diện tích chuyển nhượng').fill('120')
  await page.getByRole('group', { name: 'Đất đang thế chấp' }).getByLabel('Không').check()
  await on(page)
}

// `buyer` and `delivery` fill in their part of a page; `look` sees each page on the way.
export async function transfer(page, { buyer, delivery, look }) {
  await parcel(page, 'CT 100001')
  await page.waitForURL(/\/1-0$/)
  await look(page, 'apply-buyer')
  await buyer(page)
  await page.getByLabel('Không thuộc diện miễn').check()
  await on(page)
  await page.waitForURL(/\/2$/)
  await page.getByLabel('Giá chuyển nhượng').fill('1.500.000.000')
  await page.getByRole('group', { name: /Cấp chung một/ }).getByLabel('Không').check()
  await page.getByLabel('Số điện thoại nhận tin').fill('0912345678')
  await delivery(page)
  await look(page, 'apply-price')
  await on(page)
  await page.waitForURL('**/documents')
  for (const label of ['Đơn đăng ký biến động đất đai', 'Giấy chứng nhận đã cấp', 'Hợp đồng hoặc văn bản chuyển nhượng đã công chứng']) {
    await page.getByLabel(label, { exact: true }).setInputFiles(paper)
  }
  await look(page, 'apply-papers')
  await on(page)
  await page.waitForURL('**/review')
  await look(page, 'apply-review')
  await page.getByLabel('Tôi cam đoan').check()
  await press(page, 'Nộp hồ sơ')
  await page.waitForURL('**/report/sent/**')
  await look(page, 'sent')
  const code = new URL(page.url()).pathname.split('/').pop()
  await page.getByRole('link', { name: 'Theo dõi' }).first().click()
  await page.waitForLoadState()
  console.log(`filed: ${code}`)
  return { code, track: page.url() }
}
