import { Alert, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { ApiProblem, ApiUnreachable } from '../api.ts'

/** What went wrong and what to do about it, in the reader's language. */
export function ProblemNotice({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const { t } = useTranslation()
  const retry = onRetry ? (
    <Button size="small" onClick={onRetry}>
      {t('problem.retry')}
    </Button>
  ) : undefined
  if (error instanceof ApiProblem) {
    const { title, detail, hint, code, file, row, field } = error.problem
    const place = [file, row === undefined ? null : t('problem.row', { row }), field]
      .filter(Boolean)
      .join(' · ')
    return (
      <Alert
        type="error"
        showIcon
        role="alert"
        title={title}
        description={
          <>
            <p>{detail}</p>
            {place && <p className="muted">{place}</p>}
            {hint && <p>{hint}</p>}
            <p className="muted">{code}</p>
          </>
        }
        action={retry}
      />
    )
  }
  const unreachable = error instanceof ApiUnreachable
  return (
    <Alert
      type={unreachable ? 'warning' : 'error'}
      showIcon
      role="alert"
      title={unreachable ? t('problem.unreachable') : t('problem.ours')}
      description={unreachable ? t('problem.unreachableHint') : error.message}
      action={retry}
    />
  )
}
