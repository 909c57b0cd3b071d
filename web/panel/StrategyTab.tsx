import { Collapse, Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import type { StrategyInfo } from '../../server/contract.ts'
import { decisiveTests } from '../../server/contract/decisive.ts'
import type { Explanation } from '../api.ts'
import { titleOf } from '../catalog.ts'
import { formatDay, formatMu, inLanguage } from '../format.ts'
import { useCatalog, useStrategy } from '../use-api.ts'
import { useView } from '../use-view.ts'
import { ownLanguage } from '../word.ts'
import type { Language } from '../view.ts'
import { StrategyChip } from './Chip.tsx'
import { MaturityCard } from './MaturityCard.tsx'
import { FlagReasons } from './FlagReasons.tsx'
import { Answer } from './Loading.tsx'
import { OverrideCard } from './OverrideCard.tsx'
import { ParcelDeadlines } from './ParcelDeadlines.tsx'
import { ReasonTree, VerdictMark } from './ReasonTree.tsx'

/** 策略: what to do, on what ground, who, by when, and why this and nothing else. */
export function StrategyTab({ id }: { id: number }) {
  return <Answer of={useStrategy(id)}>{(explanation) => <Reasons explanation={explanation} />}</Answer>
}

function Reasons({ explanation }: { explanation: Explanation }) {
  const { t } = useTranslation()
  const { lang } = useView()
  const catalog = useCatalog()
  const { strategy, tried, unknowns, nearestFlip, runnersUp, rulePack } = explanation
  const place = tried.findIndex(({ code }) => code === explanation.ruled.code)
  const won = tried[place]
  const before = tried.slice(0, place)
  return (
    <>
      {explanation.override && <OverrideCard explanation={explanation} />}
      <Todo strategy={strategy} />
      <ParcelDeadlines deadlines={explanation.deadlines} />
      <section>
        <h3>{t('strategy.why')}</h3>
        {won && (
          <>
            <p className="muted">
              <StrategyChip code={won.code} /> {inLanguage(won.title, lang)} ·{' '}
              {t('decision.order', { place: place + 1, count: place })}
            </p>
            <ReasonTree node={won.reason} />
            <details className="cql">
              <summary className="muted">{t('decision.cql')}</summary>
              <code className="condition">{won.reason.text}</code>
            </details>
          </>
        )}
      </section>
      {unknowns.length > 0 && (
        <section>
          <h3>{t('strategy.unknowns')}</h3>
          <ul className="plain">
            {unknowns.map(({ name, label, couldGive, alone, planarM2 }) => (
              <li key={name}>
                <b>{inLanguage(label, lang)}</b>{' '}
                <span className="muted">
                  {t(alone ? 'decision.alone' : 'decision.together')}
                  {planarM2 !== null && ` · ${t('decision.settles', { mu: formatMu(planarM2, lang) })}`}
                </span>
                {couldGive.length > 0 && (
                  <span className="could">
                    {t('strategy.couldGive')}{' '}
                    {couldGive.map((code) => (
                      <StrategyChip key={code} code={code} />
                    ))}
                  </span>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      <FlagReasons flags={explanation.flags} />
      {nearestFlip && (
        <section>
          <h3>{t('strategy.flip')}</h3>
          <p>
            {t('strategy.flipText', {
              fact: inLanguage(nearestFlip.label, lang),
              from: inLanguage(nearestFlip.shown.from, lang),
              to: [
                inLanguage(nearestFlip.shown.to, lang),
                nearestFlip.step.zh && t('brackets', { text: inLanguage(nearestFlip.step, lang) }),
              ]
                .filter(Boolean)
                .join(''),
            })}{' '}
            <StrategyChip code={nearestFlip.strategy} />{' '}
            {titleOf(catalog, 'strategy', nearestFlip.strategy, lang)}{' '}
            {nearestFlip.step.zh && <span className="muted">{t('decision.smaller')}</span>}
          </p>
          {nearestFlip.numbers.length > 0 && (
            <ul className="plain muted">
              {nearestFlip.numbers.map(({ name, title, shown, basis }) => (
                <li key={name}>
                  {t('decision.packNumber', {
                    title: inLanguage(title, lang),
                    value: inLanguage(shown, lang),
                    basis,
                  })}
                </li>
              ))}
            </ul>
          )}
        </section>
      )}
      {runnersUp.length > 0 && (
        <section>
          <h3>{t('strategy.runnersUp')}</h3>
          <ul className="plain">
            {runnersUp.map((code) => (
              <li key={code}>
                <StrategyChip code={code} /> {titleOf(catalog, 'strategy', code, lang)}
              </li>
            ))}
          </ul>
        </section>
      )}
      {before.length > 0 && (
        <section>
          <h3>{t('strategy.tried', { count: before.length })}</h3>
          <Collapse
            size="small"
            ghost
            items={before.map(({ code, title, verdict, reason }) => ({
              key: code,
              label: (
                <>
                  <VerdictMark verdict={verdict} /> <b>{code}</b> {inLanguage(title, lang)}
                  <span className="muted because">
                    {decisiveTests(reason)
                      .slice(0, 2)
                      .map(({ words }) => inLanguage(words, lang))
                      .join(t('listSemicolon'))}
                  </span>
                </>
              ),
              children: <ReasonTree node={reason} />,
            }))}
          />
        </section>
      )}
      {explanation.maturity && <MaturityCard maturity={explanation.maturity} />}
      {!explanation.override && <OverrideCard explanation={explanation} />}
      <p className="muted foot">
        {t('strategy.pack', {
          title: inLanguage(rulePack.title, lang),
          version: rulePack.version,
          day: formatDay(explanation.asOf, lang),
        })}
        <br />
        <span className="code">{rulePack.hash.slice(0, 16)}</span>
      </p>
    </>
  )
}

/** What rests on no law says so; the pack writes it in both languages without a separator. */
function managementRule(basis: string, lang: Language): string {
  return basis === '管理规则 (management rule)' ? (lang === 'zh' ? '管理规则' : 'management rule') : basis
}

function Todo({ strategy }: { strategy: StrategyInfo }) {
  const { t } = useTranslation()
  const { lang } = useView()
  return (
    <section className="todo">
      <ol>
        {strategy.actions.map((action) => (
          <li key={action}>{action}</li>
        ))}
      </ol>
      <dl className="facts">
        <div>
          <dt>{t('strategy.deadline')}</dt>
          <dd>
            {ownLanguage(strategy.deadline, lang)}{' '}
            <Tag className={strategy.deadlineKind === 'law' ? 'tag-law' : undefined}>
              {t(`deadlineKind.${strategy.deadlineKind}`)}
            </Tag>
          </dd>
        </div>
        <div>
          <dt>{t('strategy.lead')}</dt>
          <dd>{strategy.lead}</dd>
        </div>
        {strategy.co.length > 0 && (
          <div>
            <dt>{t('strategy.co')}</dt>
            <dd>{strategy.co.join(t('listComma'))}</dd>
          </div>
        )}
        <div>
          <dt>{t('strategy.basis')}</dt>
          <dd>{strategy.basis.map((basis) => managementRule(basis, lang)).join(t('listSemicolon'))}</dd>
        </div>
      </dl>
    </section>
  )
}
