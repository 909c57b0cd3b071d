import { Button, DatePicker, Tooltip } from 'antd'
import dayjs from 'dayjs'
import { useTranslation } from 'react-i18next'
import { formatDay } from '../format.ts'
import { useCatalogQuery } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { isOfNow } from '../view.ts'

/**
 * 查询日: the day everything on the page answers for, map and cards and books alike. Empty is as readers see it now; a
 * past day is answered by the last build made for it or before it, and the page says so.
 */
export function DayPicker() {
  const { t } = useTranslation()
  const { asOf, lang, page } = useView()
  const { data: catalog } = useCatalogQuery()
  const answersFor = catalog?.asOf ?? null
  return (
    <span className="as-of" data-past={asOf !== null}>
      <Tooltip title={t(isOfNow(page) ? 'header.nowOnly' : 'header.asOfHint')}>
        <label>
          <span className="muted">{t('header.asOf')}</span>
          <DatePicker
            size="small"
            disabled={isOfNow(page)}
            allowClear={asOf !== null}
            value={asOf === null ? null : dayjs(asOf)}
            placeholder={answersFor === null ? t('header.now') : formatDay(answersFor, lang)}
            onChange={(day) => changeView({ asOf: day ? day.format('YYYY-MM-DD') : null })}
          />
        </label>
      </Tooltip>
      {asOf !== null && (
        <>
          {answersFor !== null && answersFor !== asOf && (
            <span className="muted num">{t('header.builtFor', { day: formatDay(answersFor, lang) })}</span>
          )}
          <Button size="small" onClick={() => changeView({ asOf: null })}>
            {t('header.backToNow')}
          </Button>
        </>
      )}
    </span>
  )
}
