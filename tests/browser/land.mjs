// A land transfer from the resident's phone to the certificate by post: filed online, received at the desk, found
// incomplete, completed once, a second request refused with the law's reason, tax asked and paid, signed by the
// director of the branch under a delegation, handed over to the carrier. Each page at the width of whoever uses it.
import { CITY, expect, finish, look, official, person } from './browser.mjs'
import { paper, parcel, press, transfer } from './transfer.mjs'

const CLERK = 'motcua-ninhkieu'
const DIRECTOR = 'datdai-giamdoc'

// ── Filed on a phone ──────────────────────────────────────────────────────────────────────────────────────────────
const lan = await person('the buyer')
await lan.goto(`${CITY}/services/land.transfer`)
await look(lan, 'service')
await lan.goto(`${CITY}/apply/land.transfer`)
await look(lan, 'apply')
await press(lan, 'Bắt đầu')
await parcel(lan, 'CT 999999')
await lan.getByText('Không tìm thấy số này trong sổ địa chính').first().waitFor()
await look(lan, 'apply-unknown-parcel')
const { code, track } = await transfer(lan, {
  look,
  buyer: async page => {
    await page.getByLabel('Cá nhân', { exact: true }).check()
    await page.getByLabel('Số định danh cá nhân').fill('092190004321')
    await page.getByLabel('Họ và tên').fill('Nguyễn Thị Lan Minh Họa')
  },
  delivery: async page => {
    await page.getByLabel('Qua bưu chính').check()
    await page.getByLabel('Địa chỉ nhận').fill('51 đường 3 Tháng 2, phường Ninh Kiều')
  },
})
await look(lan, 'track')
await lan.getByRole('link', { name: 'Nộp ngay' }).click()
await look(lan, 'pay')

// ── Received at the desk ──────────────────────────────────────────────────────────────────────────────────────────
const clerk = await official(CLERK)
await clerk.goto(`${CITY}/cases/${code}`)
await look(clerk, 'desk-case')
while (await clerk.getByRole('button', { name: /^Thu và ghi biên lai/ }).count()) await press(clerk, /^Thu và ghi biên lai/)
await look(clerk, 'desk-paid')
await press(clerk, /^Đủ hồ sơ/)
await look(clerk, 'desk-received')

// ── Found incomplete, asked for once ──────────────────────────────────────────────────────────────────────────────
const director = await official(DIRECTOR)
await director.goto(`${CITY}/cases/${code}`)
await look(director, 'branch-case')
await director.locator('summary', { hasText: 'Đánh dấu mục cần bổ sung' }).click()
await director.getByLabel('Văn bản về việc đại diện').last().fill('Thiếu văn bản ủy quyền của người bán')
await press(director, /^Đề nghị yêu cầu bổ sung/)
await look(director, 'branch-asked')
await clerk.goto(`${CITY}/cases/${code}`)
await look(clerk, 'desk-sends-request')
await press(clerk, /^Gửi phiếu yêu cầu bổ sung/)
await lan.goto(track)
await lan.getByText('Thiếu văn bản ủy quyền của người bán').first().waitFor()
await look(lan, 'track-asked')
await lan.getByLabel('Văn bản về việc đại diện').setInputFiles(paper)
await press(lan, /^Đã bổ sung/)
await look(lan, 'track-supplied')
await director.goto(`${CITY}/cases/${code}`)
await director.getByText('Đã nộp thêm').first().waitFor()
await look(director, 'branch-supplied')
await director.locator('summary', { hasText: 'Đánh dấu mục cần bổ sung' }).click()
await director.getByLabel('Giá chuyển nhượng (đồng)').last().fill('Còn thiếu nữa')
await press(director, /^Đề nghị yêu cầu bổ sung/)
await director.getByText('đã được yêu cầu bổ sung 1 lần').first().waitFor()
await look(director, 'branch-second-request')
await press(director, /^Đủ điều kiện/)

// ── Tax outside the clock ─────────────────────────────────────────────────────────────────────────────────────────
const staff = await official('datdai')
await staff.goto(`${CITY}/cases/${code}`)
await look(staff, 'branch-tax')
await press(staff, /^Đã có thông báo thuế/)
await lan.goto(track)
await look(lan, 'track-tax')
await press(lan, /^Đã nộp xong/)
await look(lan, 'track-tax-paid')

// ── Signed under the delegation ───────────────────────────────────────────────────────────────────────────────────
await staff.goto(`${CITY}/cases/${code}`)
expect(await staff.getByRole('button', { name: /^Ký Giấy chứng nhận/ }).count() === 0, 'staff may sign')
await director.goto(`${CITY}/sign`)
await director.getByText(code).first().waitFor()
await look(director, 'sign')
await director.goto(`${CITY}/cases/${code}`)
await press(director, /^Ký Giấy chứng nhận/)
await director.getByText('TUQ.').first().waitFor()
await look(director, 'signed')
await press(director, /^Đã vào sổ/)

// ── By post ───────────────────────────────────────────────────────────────────────────────────────────────────────
await clerk.goto(`${CITY}/desk/results`)
await clerk.getByText(code).first().waitFor()
await look(clerk, 'results')
await clerk.goto(`${CITY}/cases/${code}/hand-over`)
await clerk.getByLabel('Qua bưu chính').check()
await clerk.getByLabel('Người nhận', { exact: true }).fill('Nguyễn Thị Lan Minh Họa')
await clerk.getByLabel('Điện thoại người nhận').fill('0912345678')
await clerk.getByLabel('Địa chỉ nhận').fill('51 đường 3 Tháng 2, phường Ninh Kiều')
await look(clerk, 'hand-over')
await press(clerk, /^Trả kết quả/)
await clerk.getByText('Đã trả kết quả').first().waitFor()
await look(clerk, 'handed-over')
await clerk.goto(`${CITY}/desk/parcels`)
await look(clerk, 'parcels')
await lan.goto(track)
await lan.getByText('Đã trả kết quả').first().waitFor()
await look(lan, 'track-done')
await finish()
