import { Button, Checkbox, Popover } from 'antd'
import { useTranslation } from 'react-i18next'
import { formatCount, inLanguage } from '../format.ts'
import { useCatalog } from '../use-api.ts'
import { changeView, useView } from '../use-view.ts'
import { findingLayer, zoneLook } from './style.ts'

/** Themes over and under the parcels. A theme without a single zone is listed as not delivered: that is an answer. */
export function LayerSwitch() {
  const { t } = useTranslation()
  const { layers, lang } = useView()
  const catalog = useCatalog()
  const entries = [
    ...catalog.layers.map(({ name, title, zones }) => ({
      name,
      zones,
      text: inLanguage(title, lang),
      line: zoneLook(name).line,
      fill: zoneLook(name).fill,
    })),
    { name: findingLayer, zones: null, text: t('layers.findings'), line: '#8e0f42', fill: '#c2185b' },
  ]
  const turn = (name: string, on: boolean) =>
    changeView({ layers: on ? [...layers, name] : layers.filter((layer) => layer !== name) })
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      title={t('layers.title')}
      content={
        <ul className="layer-list">
          {entries.map(({ name, zones, text, line, fill }) => (
            <li key={name}>
              <Checkbox
                checked={layers.includes(name) && zones !== 0}
                disabled={zones === 0}
                onChange={({ target }) => turn(name, target.checked)}
              >
                <i
                  className="swatch"
                  style={{ background: fill ? `${fill}55` : 'transparent', borderColor: line }}
                />
                {text}
              </Checkbox>
              <span className="num muted">
                {zones === null ? '' : zones === 0 ? t('layers.notDelivered') : formatCount(zones, lang)}
              </span>
            </li>
          ))}
        </ul>
      }
    >
      <Button className="map-button">{t('layers.title')}</Button>
    </Popover>
  )
}
