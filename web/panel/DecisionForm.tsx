import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useTellProblem } from './use-tell-problem.tsx'

interface DecisionFormProps<Answers> {
  /** Asks what is decided, before why and by whom. */
  readonly what: ReactNode
  /** Asks for the day that goes with it, last of all. */
  readonly day: ReactNode
  readonly documentExample: string
  readonly by: string
  readonly saveText: string
  readonly savedText: string
  readonly save: (answers: Answers) => Promise<unknown>
  readonly onDone: () => void
}

/** What every decision of a person about a parcel rests on: a reason, a document, a name, a day. None may be left out. */
export function DecisionForm<Answers>({
  what,
  day,
  documentExample,
  by,
  saveText,
  savedText,
  save,
  onDone,
}: DecisionFormProps<Answers>) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { message } = App.useApp()
  const tellProblem = useTellProblem()
  const needed = useNeeded()
  const [busy, setBusy] = useState(false)
  const decide = async (answers: Answers) => {
    setBusy(true)
    try {
      await save(answers)
      void message.success(savedText)
      onDone()
      await client.invalidateQueries()
    } catch (error) {
      tellProblem(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Form<Answers>
      layout="vertical"
      size="small"
      className="override-form"
      onFinish={(answers) => void decide(answers)}
    >
      {what}
      <Form.Item name="reason" label={t('decision.reason')} rules={needed}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2000} />
      </Form.Item>
      <Form.Item name="document" label={t('decision.document')} rules={needed}>
        <Input placeholder={documentExample} maxLength={200} />
      </Form.Item>
      <Form.Item name="by" label={by} rules={needed}>
        <Input maxLength={80} autoComplete="name" />
      </Form.Item>
      {day}
      <div className="override-actions">
        <Button type="primary" htmlType="submit" loading={busy}>
          {saveText}
        </Button>
        <Button onClick={onDone}>{t('decision.cancel')}</Button>
      </div>
    </Form>
  )
}

/** The rule of a field that has to be filled in. */
export function useNeeded() {
  const { t } = useTranslation()
  return [{ required: true, message: t('decision.needed') }]
}
