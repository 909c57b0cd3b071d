import { Form, Input, Radio } from 'antd'
import { useTranslation } from 'react-i18next'
import type { FieldStatements } from '../../server/contract.ts'
import { chooseClaim } from '../api.ts'
import { inLanguage } from '../format.ts'
import { DecisionForm, useNeeded } from '../panel/DecisionForm.tsx'
import { useView } from '../use-view.ts'
import { statementText } from './claim-text.ts'

interface Answers {
  readonly record: number
  readonly reason: string
  readonly document: string
  readonly by: string
  readonly decidedOn: string
}

/** 0 stands for "as the rule says": no record has that number. */
const BY_RULE = 0

/** Asks which statement is right, and for all that a choice has to rest on. */
export function ChooseForm({
  parcel,
  field: { field, statements, unit, seen, choices, state },
  today,
  onDone,
}: {
  parcel: number
  field: FieldStatements
  today: string
  onDone: () => void
}) {
  const { t } = useTranslation()
  const { lang } = useView()
  const needed = useNeeded()
  const options = [
    ...(state === 'agreed' ? [] : statements).map((each) => ({
      value: each.recordId,
      // two papers of one register are told apart by their numbers
      label: `${inLanguage(each.registerTitle, lang)} ${each.doc ?? ''}：${statementText(each, unit, lang)}`,
    })),
    ...(choices.length > 0 ? [{ value: BY_RULE, label: t('claims.backToRule') }] : []),
  ]
  return (
    <DecisionForm<Answers>
      what={
        <Form.Item name="record" label={t('claims.which')} rules={needed}>
          <Radio.Group className="claim-options" options={options} />
        </Form.Item>
      }
      day={
        <Form.Item name="decidedOn" label={t('claims.decidedOn')} rules={needed} initialValue={today}>
          <Input type="date" />
        </Form.Item>
      }
      documentExample={t('claims.documentExample')}
      by={t('claims.by')}
      saveText={t('claims.save')}
      savedText={t('claims.done')}
      save={({ record, ...words }) =>
        chooseClaim(parcel, { field, recordId: record === BY_RULE ? null : record, seen, ...words }, { lang })
      }
      onDone={onDone}
    />
  )
}
