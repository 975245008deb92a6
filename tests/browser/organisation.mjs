// A land transfer whose buyer is an organisation: the branch's director holds a delegation for persons only, so the
// certificate goes up to the department and its director signs it in their own name. Each page at both widths.
import { CITY, expect, finish, lookAround, official, person } from './browser.mjs'
import { press, transfer } from './transfer.mjs'

const FIRM = 'Công ty trách nhiệm hữu hạn một thành viên Đầu tư Xuất nhập khẩu Nông sản Lúa Gạo Minh Họa'

const firm = await person('the firm', 'office')
await firm.goto(`${CITY}/apply/land.transfer`)
await press(firm, 'Bắt đầu')
const { code, track } = await transfer(firm, {
  look: lookAround,
  buyer: async page => {
    await page.getByLabel('Tổ chức', { exact: true }).check()
    await page.getByLabel('Mã số doanh nghiệp').fill('1801234562')
    await page.getByLabel('Họ và tên').fill(FIRM)
  },
  delivery: page => page.getByLabel('Tại một cửa').check(),
})

const clerk = await official('motcua-ninhkieu')
await clerk.goto(`${CITY}/cases/${code}`)
while (await clerk.getByRole('button', { name: /^Thu và ghi biên lai/ }).count()) await press(clerk, /^Thu và ghi biên lai/)
await press(clerk, /^Đủ hồ sơ/)
const branch = await official('datdai-giamdoc')
await branch.goto(`${CITY}/cases/${code}`)
await branch.getByText(FIRM).first().waitFor()
await lookAround(branch, 'branch-case')
await press(branch, /^Đủ điều kiện/)
const staff = await official('datdai')
await staff.goto(`${CITY}/cases/${code}`)
await press(staff, /^Đã có thông báo thuế/)
await firm.goto(track)
await press(firm, /^Đã nộp xong/)

// ── Not the branch's to sign ──────────────────────────────────────────────────────────────────────────────────────
await branch.goto(`${CITY}/sign`)
expect(await branch.getByText(code).count() === 0, 'the branch has it to sign')
await branch.goto(`${CITY}/cases/${code}`)
expect(await branch.getByRole('button', { name: /^Ký Giấy chứng nhận/ }).count() === 0, 'the branch may sign')
await lookAround(branch, 'branch-waits')

// ── The department's ──────────────────────────────────────────────────────────────────────────────────────────────
const director = await official('sonnmt-giamdoc')
await director.goto(`${CITY}/sign`)
await director.getByText(code).first().waitFor()
await lookAround(director, 'sign')
await director.goto(`${CITY}/cases/${code}`)
await lookAround(director, 'department-case')
await press(director, /^Ký Giấy chứng nhận/)
await director.goto(`${CITY}/cases/${code}`)
await director.getByText('Ký Giấy chứng nhận').first().waitFor()
expect(await director.getByText('TUQ.').count() === 0, 'signed for another')
await lookAround(director, 'signed')
await branch.goto(`${CITY}/cases/${code}`)
await press(branch, /^Đã vào sổ/)

// ── Across the counter ────────────────────────────────────────────────────────────────────────────────────────────
await clerk.goto(`${CITY}/cases/${code}/hand-over`)
await lookAround(clerk, 'hand-over')
await firm.goto(track)
await firm.getByText('Đã xử lý xong').first().waitFor()
await lookAround(firm, 'track-ready')
await finish()
