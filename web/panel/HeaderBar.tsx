import { QuestionCircleOutlined } from '@ant-design/icons'
import { Button, Segmented, Tag, Tooltip } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCatalogQuery } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { pages, type Page } from '../view.ts'
import { DayPicker } from './DayPicker.tsx'
import { SearchBox } from './SearchBox.tsx'

const HelpDrawer = lazy(() => import('./HelpDrawer.tsx'))

export function HeaderBar() {
  const { t } = useTranslation()
  const { page, lang } = useView()
  const { data: catalog } = useCatalogQuery()
  return (
    <header className="top">
      <h1 className="brand">
        Terrier <span lang="zh-CN">一地一策</span>
      </h1>
      <nav aria-label={t('header.pages')}>
        <Segmented<Page>
          value={page}
          onChange={(next) => changeView({ page: next })}
          options={pages.map((value) => ({ value, label: t(`page.${value}`) }))}
        />
      </nav>
      <SearchBox />
      <div className="top-state">
        {catalog?.fictional && (
          <Tooltip title={t('header.fictionalHint')}>
            <Tag className="tag-note">{t('header.fictional')}</Tag>
          </Tooltip>
        )}
        {catalog?.trial && (
          <Tooltip title={t('header.trialHint')}>
            <Tag>{t('header.trial')}</Tag>
          </Tooltip>
        )}
        <DayPicker />
        <Help />
        <Button
          type="text"
          size="small"
          lang={lang === 'zh' ? 'en' : 'zh-CN'}
          onClick={() => changeView({ lang: lang === 'zh' ? 'en' : 'zh' })}
        >
          {lang === 'zh' ? 'English' : '中文'}
        </Button>
      </div>
    </header>
  )
}

function Help() {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const [wanted, setWanted] = useState(false)
  return (
    <>
      <Button
        type="text"
        size="small"
        icon={<QuestionCircleOutlined />}
        onClick={() => {
          setWanted(true)
          setOpen(true)
        }}
      >
        {t('help.title')}
      </Button>
      {wanted && (
        <Suspense fallback={null}>
          <HelpDrawer open={open} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
