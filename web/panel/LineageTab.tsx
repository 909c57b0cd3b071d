import { ExpandOutlined, HistoryOutlined } from '@ant-design/icons'
import { Button, Modal, Tag } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Lineage, ParcelCard } from '../api.ts'
import { pointInside } from '../map/geography.ts'
import { formatDay } from '../format.ts'
import { useLineage } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { LineagePicture } from './LineagePicture.tsx'
import { LineageTable } from './LineageTable.tsx'
import { Answer } from './Loading.tsx'
import { ParcelLink } from './ParcelLink.tsx'

/**
 * 沿革: where the land of a number came from and went to, as a picture and as a table that balances.
 * @param geometry of the parcel, where it stands
 */
export function LineageTab({ id, geometry }: { id: number; geometry?: ParcelCard['geometry'] }) {
  const { t } = useTranslation()
  const place = geometry ? pointInside(geometry) : null
  return (
    <>
      {place && (
        <div className="lineage-place">
          <Button size="small" icon={<HistoryOutlined />} onClick={() => changeView({ place, parcel: null })}>
            {t('place.ask')}
          </Button>
        </div>
      )}
      <Answer of={useLineage(id)}>{(lineage) => <Story lineage={lineage} />}</Answer>
    </>
  )
}

function Story({ lineage }: { lineage: Lineage }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const nothingMoved =
    lineage.edges.length === 0 &&
    lineage.events.length <= 1 &&
    lineage.state === 'current' &&
    formerCodes(lineage).length === 0
  const codeOf = (parcelId: number): string | null =>
    lineage.nodes.findLast((node) => node.parcelId === parcelId)?.parcelCode ?? null
  return (
    <>
      <p className="lineage-state">
        <Tag className={lineage.state === 'current' ? 'tag-good' : 'tag-note'}>
          {t(`lineage.${lineage.state}`)}
        </Tag>
        {nothingMoved && <span>{t('lineage.unchanged')}</span>}
        {lineage.successors.length > 0 && <span>{t('lineage.successors')}</span>}
        {lineage.successors.map((id) => (
          <ParcelLink key={id} id={id} code={codeOf(id)} tab="identity" />
        ))}
      </p>
      {formerCodes(lineage).map(({ code, until }) => (
        <p key={code} className="num">
          {t('lineage.formerCode', { code, day: formatDay(until, lang) })}
        </p>
      ))}
      <LineagePicture lineage={lineage} />
      {lineage.nodes.length > fewStates && <Enlarged lineage={lineage} />}
      {!lineage.complete && <p className="muted">{t('lineage.more')}</p>}
      <LineageTable lineage={lineage} />
      <p className="muted foot">{t('lineage.note')}</p>
    </>
  )
}

/** More than these do not fit beside the map. */
const fewStates = 6

/** The same picture over the whole window. */
function Enlarged({ lineage }: { lineage: Lineage }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button size="small" icon={<ExpandOutlined />} onClick={() => setOpen(true)}>
        {t('lineage.enlarge')}
      </Button>
      <Modal
        open={open}
        footer={null}
        width="96vw"
        centered
        destroyOnHidden
        title={t('tab.lineage')}
        onCancel={() => setOpen(false)}
        className="lineage-large"
      >
        <LineagePicture lineage={lineage} />
      </Modal>
    </>
  )
}

/** Codes the number carried before the one it carries now. */
function formerCodes({ nodes, parcelId, parcelCode }: Lineage): { code: string; until: string | null }[] {
  const states = nodes.filter((node) => node.parcelId === parcelId)
  return states.flatMap(({ parcelCode: code, validTo }, at) =>
    code !== null && code !== parcelCode && code !== states[at + 1]?.parcelCode
      ? [{ code, until: validTo }]
      : [],
  )
}
