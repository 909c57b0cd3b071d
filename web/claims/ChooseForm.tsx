import { App, Button, Form, Input, Radio } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FieldStatements } from '../../server/contract.ts'
import { chooseClaim } from '../api.ts'
import { inLanguage } from '../format.ts'
import { useTellProblem } from '../panel/use-tell-problem.tsx'
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
  const client = useQueryClient()
  const { message } = App.useApp()
  const tellProblem = useTellProblem()
  const [busy, setBusy] = useState(false)
  const save = async ({ record, ...words }: Answers) => {
    setBusy(true)
    try {
      await chooseClaim(
        parcel,
        { field, recordId: record === BY_RULE ? null : record, seen, ...words },
        { lang },
      )
      void message.success(t('claims.done'))
      onDone()
      await client.invalidateQueries()
    } catch (error) {
      tellProblem(error)
    } finally {
      setBusy(false)
    }
  }
  const needed = [{ required: true, message: t('decision.needed') }]
  const options = [
    ...(state === 'agreed' ? [] : statements).map((each) => ({
      value: each.recordId,
      // two papers of one register are told apart by their numbers
      label: `${inLanguage(each.registerTitle, lang)} ${each.doc ?? ''}：${statementText(each, unit, lang)}`,
    })),
    ...(choices.length > 0 ? [{ value: BY_RULE, label: t('claims.backToRule') }] : []),
  ]
  return (
    <Form<Answers>
      layout="vertical"
      size="small"
      className="override-form"
      onFinish={(answers) => void save(answers)}
    >
      <Form.Item name="record" label={t('claims.which')} rules={needed}>
        <Radio.Group className="claim-options" options={options} />
      </Form.Item>
      <Form.Item name="reason" label={t('decision.reason')} rules={needed}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2000} />
      </Form.Item>
      <Form.Item name="document" label={t('decision.document')} rules={needed}>
        <Input placeholder={t('claims.documentExample')} maxLength={200} />
      </Form.Item>
      <Form.Item name="by" label={t('claims.by')} rules={needed}>
        <Input maxLength={80} autoComplete="name" />
      </Form.Item>
      <Form.Item name="decidedOn" label={t('claims.decidedOn')} rules={needed} initialValue={today}>
        <Input type="date" />
      </Form.Item>
      <div className="override-actions">
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('claims.save')}
        </Button>
        <Button onClick={onDone}>{t('decision.cancel')}</Button>
      </div>
    </Form>
  )
}
