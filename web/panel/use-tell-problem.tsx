import { App } from 'antd'
import { useTranslation } from 'react-i18next'
import { ApiProblem, ApiUnreachable } from '../api.ts'

/** Shows what stopped an action, where no panel of its own can. */
export function useTellProblem(): (error: unknown) => void {
  const { t } = useTranslation()
  const { notification } = App.useApp()
  return (error) => {
    if (error instanceof ApiProblem) {
      notification.error({
        title: error.problem.title,
        description: (
          <>
            <p>{error.problem.detail}</p>
            {error.problem.hint && <p>{error.problem.hint}</p>}
          </>
        ),
      })
    } else if (error instanceof ApiUnreachable) {
      notification.warning({ title: t('problem.unreachable'), description: t('problem.unreachableHint') })
    } else
      notification.error({
        title: t('problem.ours'),
        description: error instanceof Error ? error.message : String(error),
      })
  }
}
