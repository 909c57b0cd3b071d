import { DownloadOutlined } from '@ant-design/icons'
import { Badge, Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import {
  exportFormats,
  exportUrl,
  isOver,
  LARGE_EXPORT,
  startExport,
  type ExportedParcels,
  type ExportFormat,
} from '../api.ts'
import { formatCount } from '../format.ts'
import { useExports } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { ExportDialog } from './ExportDialog.tsx'
import { useTellProblem } from './use-tell-problem.tsx'

/**
 * 导出: the parcels listed, in a format. A few are fetched by the browser at once; many are a job, whose file is fetched
 * when it is there.
 * @param total parcels listed; null: not known yet, and nothing can be asked for: it might be a whole city
 */
export function ExportMenu({ parcels, total }: { parcels: ExportedParcels; total: number | null }) {
  const { t } = useTranslation()
  const { asOf, lang } = useView()
  const [open, setOpen] = useState(false)
  const client = useQueryClient()
  const tellProblem = useTellProblem()
  const exports = useExports().data ?? []
  const isLarge = total !== null && total > LARGE_EXPORT
  const start = async (format: ExportFormat) => {
    try {
      await startExport(format, parcels, { asOf, lang })
      await client.cancelQueries({ queryKey: ['exports'] }) // one still on its way was asked for before
      await client.invalidateQueries({ queryKey: ['exports'] })
      setOpen(true)
    } catch (error) {
      tellProblem(error)
    }
  }
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            ...(Object.keys(exportFormats) as ExportFormat[]).map((format) => ({
              key: format,
              disabled: total === null,
              label:
                total === null || isLarge ? (
                  exportFormats[format]
                ) : (
                  <a href={exportUrl(format, parcels, asOf)}>{exportFormats[format]}</a>
                ),
              ...(isLarge && { onClick: () => void start(format) }),
            })),
            { type: 'divider' as const },
            {
              key: 'made',
              label: t('export.made', { count: exports.length }),
              disabled: exports.length === 0,
              onClick: ({ domEvent }) => {
                domEvent.preventDefault() // or Enter goes on to press what the dialog puts the focus on: close
                setOpen(true)
              },
            },
          ],
        }}
        popupRender={(menu) => (
          <div className="export-menu">
            {isLarge && <p className="muted">{t('export.asJob', { parcels: formatCount(total, lang) })}</p>}
            {menu}
          </div>
        )}
      >
        <Badge dot={exports.some((job) => !isOver(job))} offset={[-6, 6]}>
          <Button
            size="small"
            type="text"
            icon={<DownloadOutlined />}
            aria-label={t('list.export')}
            title={t('list.export')}
          />
        </Badge>
      </Dropdown>
      <ExportDialog open={open} onClose={() => setOpen(false)} />
    </>
  )
}
