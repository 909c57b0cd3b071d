import { DownOutlined, UpOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useId, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

interface LegendCardProps {
  readonly title: string
  readonly startOpen: boolean
  /** Between the title and the button that opens and closes. */
  readonly controls?: ReactNode
  readonly children: ReactNode
}

/** The card in the corner of the map that says what its colours mean; it can be put away. */
export function LegendCard({ title, startOpen, controls, children }: LegendCardProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(startOpen)
  const heading = useId()
  return (
    <section className="legend card" aria-labelledby={heading} data-open={open}>
      <header>
        <h2 id={heading}>{title}</h2>
        {controls}
        <Button
          size="small"
          type="text"
          icon={open ? <DownOutlined /> : <UpOutlined />}
          aria-expanded={open}
          aria-label={open ? t('legend.collapse') : t('legend.expand')}
          onClick={() => setOpen(!open)}
        />
      </header>
      {open && children}
    </section>
  )
}
