import type { TablePaginationConfig } from 'antd'
import { ledgerPageSize } from '../use-api.ts'
import { changeView } from '../use-view.ts'

/** The pages of a long list of the books; which one is shown is part of the view. */
export const bookPages = (page: number, total: number): TablePaginationConfig => ({
  current: page,
  pageSize: ledgerPageSize,
  total,
  onChange: (next) => changeView({ bookPage: next }),
  showSizeChanger: false,
  hideOnSinglePage: true,
})
