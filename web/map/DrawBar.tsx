import {
  BorderOutlined,
  CloseOutlined,
  EnterOutlined,
  FullscreenOutlined,
  HighlightOutlined,
  HistoryOutlined,
} from '@ant-design/icons'
import { Button, Tooltip } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { formatM2, formatMu } from '../format.ts'
import { changeView, useView } from '../use-view.ts'
import type { DrawnRing } from '../view.ts'
import type { DrawTool } from './draw.ts'
import { boundsRing, type Bounds } from './geography.ts'

interface Props {
  readonly tool: DrawTool | null
  /** The shape under the pointer, or the finished one. */
  readonly shape: DrawnRing | null
  readonly bounds: Bounds | null
  /** The next click on the map asks what lay there. */
  readonly asking: boolean
  readonly onAsking: (asking: boolean) => void
  readonly onTool: (tool: DrawTool | null) => void
  readonly onFinish: () => void
}

/** Tools for drawing round an area, with its size while the pen moves, and for asking what lay at a place. */
export function DrawBar({ tool, shape, bounds, asking, onAsking, onTool, onFinish }: Props) {
  const { t } = useTranslation()
  const { lang, drawn } = useView()
  const areaM2 = useDrawnArea(shape)
  useEffect(() => {
    if (!asking) return
    // the button that was pressed is gone, and with it the focus inside the map
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && onAsking(false)
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [asking, onAsking])
  return (
    <div className="draw-bar card" role="toolbar" aria-label={t('draw.title')}>
      {asking ? (
        <>
          <span className="muted draw-how">{t('place.how')}</span>
          <Button size="small" onClick={() => onAsking(false)}>
            {t('draw.cancel')} Esc
          </Button>
        </>
      ) : tool === null ? (
        <>
          <Tooltip title={t('draw.polygonHint')}>
            <Button type="text" size="small" icon={<HighlightOutlined />} onClick={() => onTool('polygon')}>
              {t('draw.polygon')}
            </Button>
          </Tooltip>
          <Button type="text" size="small" icon={<BorderOutlined />} onClick={() => onTool('rectangle')}>
            {t('draw.rectangle')}
          </Button>
          <Tooltip title={t('draw.windowHint')}>
            <Button
              type="text"
              size="small"
              icon={<FullscreenOutlined />}
              disabled={!bounds}
              onClick={() => bounds && changeView({ drawn: boundsRing(bounds), place: null, parcel: null })}
            >
              {t('draw.window')}
            </Button>
          </Tooltip>
          <Tooltip title={t('place.hint')}>
            <Button type="text" size="small" icon={<HistoryOutlined />} onClick={() => onAsking(true)}>
              {t('place.ask')}
            </Button>
          </Tooltip>
          {drawn && (
            <Button
              type="text"
              size="small"
              icon={<CloseOutlined />}
              onClick={() => changeView({ drawn: null })}
            >
              {t('draw.clear')}
            </Button>
          )}
        </>
      ) : (
        <>
          <span className="muted draw-how">
            {t(tool === 'polygon' ? 'draw.howPolygon' : 'draw.howRectangle')}
          </span>
          <Button type="primary" size="small" icon={<EnterOutlined />} disabled={!shape} onClick={onFinish}>
            {t('draw.finish')}
          </Button>
          <Button size="small" onClick={() => onTool(null)}>
            {t('draw.cancel')} Esc
          </Button>
        </>
      )}
      {areaM2 !== null && (tool !== null || drawn) && (
        <output className="num draw-area" aria-live={tool ? 'off' : 'polite'}>
          {formatMu(areaM2, lang)} <span className="muted">{formatM2(areaM2, lang, 0)}</span>
        </output>
      )}
    </div>
  )
}

/** Planar area of the shape being drawn, m²; null until there is one and the arithmetic has been loaded. */
function useDrawnArea(shape: DrawnRing | null): number | null {
  const [measure, setMeasure] = useState<((ring: DrawnRing) => number) | null>(null)
  useEffect(() => {
    if (shape && !measure) void import('./draw.ts').then(({ drawnAreaM2 }) => setMeasure(() => drawnAreaM2))
  }, [shape, measure])
  return shape && measure ? measure(shape) : null
}
