import { CheckOutlined, CloseOutlined, QuestionOutlined } from '@ant-design/icons'
import { useTranslation } from 'react-i18next'
import type { ReasonNode } from '../../server/contract.ts'
import { inLanguage } from '../format.ts'
import { useView } from '../use-view.ts'

type Verdict = ReasonNode['verdict']
const marks = { true: CheckOutlined, false: CloseOutlined, unknown: QuestionOutlined } as const

/** True, false and unknown by shape, word and colour; unknown is its own answer, never a false. */
export function VerdictMark({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation()
  const Mark = marks[verdict]
  return (
    <span
      className="verdict"
      data-verdict={verdict}
      role="img"
      aria-label={t(`verdict.${verdict}`)}
      title={t(`verdict.${verdict}`)}
    >
      <Mark aria-hidden />
    </span>
  )
}

/** A condition as it was worked out: parts open and close, leaves show the facts they used and where those came from. */
export function ReasonTree({ node, depth = 0 }: { node: ReasonNode; depth?: number }) {
  const { t } = useTranslation()
  if (node.op === 'test' || node.children.length === 0) return <Leaf node={node} />
  return (
    <details className="reason" open={depth < 2}>
      <summary>
        <VerdictMark verdict={node.verdict} /> {t(`op.${node.op}`)}
      </summary>
      <ul>
        {node.children.map((child, i) => (
          <li key={i}>
            <ReasonTree node={child} depth={depth + 1} />
          </li>
        ))}
      </ul>
    </details>
  )
}

function Leaf({ node }: { node: ReasonNode }) {
  const { lang } = useView()
  return (
    <div className="leaf">
      <VerdictMark verdict={node.verdict} />
      <div>
        <span className="words" title={node.text}>
          {inLanguage(node.words, lang)}
        </span>
        {node.facts.map(({ name, label, value, shown, source }) => (
          <div key={name} className="fact">
            <span>{inLanguage(label, lang)}</span> ={' '}
            <b data-unknown={value === null}>{inLanguage(shown, lang)}</b>
            {source && <span className="muted"> · {inLanguage(source, lang)}</span>}
          </div>
        ))}
      </div>
    </div>
  )
}
